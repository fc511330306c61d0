/// Replaces `${NAME}` by the environment and `file:/path` by a file's text. `$$` is a literal dollar.
struct SecretResolver: Sendable {
    var environment: [String: String]
    /// The bytes of a file, or nothing where it cannot be read.
    var readFile: @Sendable (String) -> [UInt8]?

    struct Missing: Error, CustomStringConvertible {
        var description: String
    }

    /// What is written, and what stands for something that is not.
    enum Piece: Equatable {
        case text(String)
        case variable(name: String, value: String)
    }

    func resolve(_ text: String) -> Result<String, Missing> {
        text.hasPrefix("file:") ? file(text) : substituted(text).map { pieces in
            pieces.map { switch $0 { case .text(let text): text; case .variable(_, let value): value } }.joined()
        }
    }

    /// The same with variables apart; in a file, too.
    func pieces(of text: String) -> Result<[Piece], Missing> {
        text.hasPrefix("file:") ? file(text).flatMap(substituted) : substituted(text)
    }

    private func file(_ text: String) -> Result<String, Missing> {
        let path = String(text.dropFirst(5))
        guard let bytes = readFile(path) else {
            return .failure(Missing(description: "the file '\(printable(path))' cannot be read. Create it, or give this user the right to read it."))
        }
        var secret = String(decoding: bytes, as: UTF8.self)
        while let last = secret.last, last.isNewline { secret.removeLast() }
        return secret.isEmpty ? .failure(Missing(description: "the file '\(printable(path))' is empty.")) : .success(secret)
    }

    private func substituted(_ text: String) -> Result<[Piece], Missing> {
        var pieces: [Piece] = [], out = ""
        var rest = text[...]
        while let dollar = rest.firstIndex(of: "$") {
            out += rest[..<dollar]
            rest = rest[rest.index(after: dollar)...]
            if rest.first == "$" {
                out += "$"
                rest = rest.dropFirst()
            } else if rest.first == "{", let close = rest.firstIndex(of: "}") {
                let name = String(rest[rest.index(after: rest.startIndex)..<close])
                guard let value = environment[name], !value.isEmpty else {
                    return .failure(Missing(description: "the environment variable \(printable(name)) is not set. Set it where tidewatch runs, or use file:/path."))
                }
                pieces += [.text(out), .variable(name: name, value: value)]
                out = ""
                rest = rest[rest.index(after: close)...]
            } else {
                out += "$"
            }
        }
        return .success(pieces + [.text(out + rest)])
    }
}
