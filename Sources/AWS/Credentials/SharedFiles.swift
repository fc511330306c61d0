/// The profiles of `~/.aws/config` and `~/.aws/credentials`
/// (https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html). Where both name a key, the credentials file wins.
struct SharedFiles {
    private(set) var profiles: [String: [String: String]] = [:]

    /// `variable` gives nothing for one that is empty.
    init(variable: (String) -> String?, readFile: (String) -> [UInt8]?) {
        let home = variable("HOME") ?? "/"
        let config = variable("AWS_CONFIG_FILE") ?? "\(home)/.aws/config"
        let credentials = variable("AWS_SHARED_CREDENTIALS_FILE") ?? "\(home)/.aws/credentials"
        read(readFile(expanded(config, home)), isConfig: true)
        read(readFile(expanded(credentials, home)), isConfig: false)
    }

    private func expanded(_ path: String, _ home: String) -> String { path.hasPrefix("~/") ? home + path.dropFirst() : path }

    private mutating func read(_ bytes: [UInt8]?, isConfig: Bool) {
        guard let bytes, bytes.count <= 4 << 20 else { return }
        var profile: String?
        for line in String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline) {
            // An indented line belongs to a nested setting (s3 =), which is of no use here.
            guard let first = line.first, first != "#", first != ";", !first.isWhitespace else { continue }
            if first == "[" {
                let words = line.dropFirst().prefix { $0 != "]" }.split(whereSeparator: \.isWhitespace).map(String.init)
                if words.count == 1, !isConfig || words.first == "default" {
                    profile = words.first
                } else if isConfig, words.count > 1, words.first == "profile" {
                    profile = words.dropFirst().joined(separator: " ").trimming("\"'")
                } else {
                    profile = nil
                }
            } else if let profile, let equals = line.firstIndex(of: "=") {
                let value = line[line.index(after: equals)...].prefixBeforeComment.trimming(" \t\r")
                profiles[profile, default: [:]][line[..<equals].trimming(" \t").lowercased()] = value
            }
        }
    }
}

private extension Substring {
    /// A comment needs a space before it: secret keys may hold a `#`.
    var prefixBeforeComment: Substring {
        var previous: Character = "x"
        for index in indices {
            if self[index] == "#" || self[index] == ";", previous == " " || previous == "\t" { return self[..<index] }
            previous = self[index]
        }
        return self
    }
}

extension StringProtocol {
    /// Without these scalars at either end. By scalars, because CR LF is one character and would hide both.
    func trimming(_ scalars: String) -> String {
        let out = { (scalar: Unicode.Scalar) in !scalars.unicodeScalars.contains(scalar) }
        guard let first = unicodeScalars.firstIndex(where: out), let last = unicodeScalars.lastIndex(where: out) else { return "" }
        return String(self[first..<unicodeScalars.index(after: last)])
    }
}
