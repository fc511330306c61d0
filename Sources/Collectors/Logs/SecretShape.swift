/// What secrets, ids and addresses look like, judged by a word's bytes alone.
enum SecretShape {
    static func isAlphanumeric(_ byte: UInt8) -> Bool { isDigit(byte) || (byte | 0x20 >= 97 && byte | 0x20 <= 122) }

    /// The placeholder that stands for a word, or nothing where it may stay.
    static func placeholder(for word: ArraySlice<UInt8>, keepsNumbers: Bool) -> String? {
        if let at = word.firstIndex(of: UInt8(ascii: "@")), at > word.startIndex, word[at...].contains(UInt8(ascii: ".")) { return "<email>" }
        if isUUID(word) { return "<uuid>" }
        if isIPv4(word) { return "<ip>" }
        if isIPv6(word) { return "<ip>" }
        if isTime(word) { return keepsNumbers ? nil : "<time>" }
        if hasKeyPrefix(word) { return "<key>" }
        if isTraceID(word) { return keepsNumbers ? nil : "<trace>" }
        if word.count >= 8, isHex(word), word.contains(where: isDigit) { return word.allSatisfy(isDigit) && keepsNumbers && word.count < 16 ? nil : "<hex>" }
        if looksRandom(word) { return "<token>" }
        return nil
    }

    /// Whether the word is one thing although it holds `:` or `=`.
    static func isWhole(_ word: ArraySlice<UInt8>) -> Bool {
        isTime(word) || isIPv4(word) || isIPv6(word) || word.starts(with: "arn:".utf8)
    }

    static func isScheme(_ word: ArraySlice<UInt8>) -> Bool { ["bearer", "basic", "token", "digest", "negotiate"].contains(lowered(word)) }

    /// Where the host of an address begins.
    static func scheme(of word: ArraySlice<UInt8>) -> Int? {
        guard let colon = word.firstIndex(of: UInt8(ascii: ":")), colon > word.startIndex, word[colon...].starts(with: "://".utf8),
              word[..<colon].allSatisfy({ isAlphanumeric($0) || $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") }) else { return nil }
        return colon + 3
    }

    /// `user:password@host`. A mail address after a name is taken for one; an image's digest is not.
    static func isCredentials(_ word: ArraySlice<UInt8>) -> Bool {
        guard let at = word.lastIndex(of: UInt8(ascii: "@")), at + 1 < word.endIndex, let colon = word[..<at].firstIndex(of: UInt8(ascii: ":")) else { return false }
        return colon > word.startIndex && colon + 1 < at && !word[(at + 1)...].starts(with: "sha256:".utf8)
    }

    static func isSecretName(_ name: ArraySlice<UInt8>) -> Bool {
        guard name.count >= 3 else { return false }
        let text = loweredBytes(name)
        return secretNames.contains { holds(text, $0) } || shortNames.contains(text)
    }

    /// `AWS_REGION`: the form of a name in an environment dump.
    static func isEnvironmentName(_ name: ArraySlice<UInt8>) -> Bool {
        name.count >= 2 && name.allSatisfy { ($0 >= 65 && $0 <= 90) || isDigit($0) || $0 == UInt8(ascii: "_") }
    }

    /// Digits become `<n>`, whatever stands around them.
    static func appendWithoutNumbers(_ word: ArraySlice<UInt8>, to out: inout [UInt8]) {
        var index = word.startIndex
        while index < word.endIndex {
            guard isDigit(word[index]) else { out.append(word[index]); index += 1; continue }
            while index < word.endIndex, isDigit(word[index]) || (word[index] == UInt8(ascii: ".") && index + 1 < word.endIndex && isDigit(word[index + 1])) {
                index += 1
            }
            out += "<n>".utf8
        }
    }

    private static let secretNames: [[UInt8]] = ["password", "passwort", "kennwort", "passwd", "secret", "token", "apikey", "api_key", "api-key", "authorization", "credential",
                                      "private_key", "privatekey", "access_key", "accesskey", "session", "cookie", "signature", "sentry_dsn",
                                      "passphrase", "x-amz-security"].map { Array($0.utf8) }
    private static let shortNames: Set<[UInt8]> = Set(["pwd", "dsn", "sig"].map { Array($0.utf8) })

    private static func holds(_ text: [UInt8], _ name: [UInt8]) -> Bool {
        guard text.count >= name.count, let first = name.first else { return false }
        for start in 0...(text.count - name.count) where text[start] == first && text[start...].starts(with: name) { return true }
        return false
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }
    private static func isHexDigit(_ byte: UInt8) -> Bool { isDigit(byte) || (byte | 0x20 >= 97 && byte | 0x20 <= 102) }
    private static func isHex(_ word: ArraySlice<UInt8>) -> Bool { word.allSatisfy(isHexDigit) }
    private static func lowered(_ word: ArraySlice<UInt8>) -> String { String(decoding: loweredBytes(word), as: UTF8.self) }
    static func loweredBytes(_ word: ArraySlice<UInt8>) -> [UInt8] { word.map { $0 >= 65 && $0 <= 90 ? $0 + 32 : $0 } }

    private static func isUUID(_ word: ArraySlice<UInt8>) -> Bool {
        guard word.count == 36 else { return false }
        return word.enumerated().allSatisfy { [8, 13, 18, 23].contains($0.offset) ? $0.element == UInt8(ascii: "-") : isHexDigit($0.element) }
    }

    private static func isIPv4(_ word: ArraySlice<UInt8>) -> Bool {
        let host = word.split(separator: UInt8(ascii: ":"), maxSplits: 1).first ?? []
        let parts = (host.split(separator: UInt8(ascii: "/"), maxSplits: 1).first ?? []).split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { (1...3).contains($0.count) && $0.allSatisfy(isDigit) }
    }

    private static func isIPv6(_ word: ArraySlice<UInt8>) -> Bool {
        let colons = word.count { $0 == UInt8(ascii: ":") }
        guard colons >= 2, word.allSatisfy({ isHexDigit($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "%") }) else { return false }
        // 10:05:00 is a time of day.
        return colons > 2 || word.contains { $0 | 0x20 >= 97 && $0 | 0x20 <= 102 } || String(decoding: word, as: UTF8.self).contains("::")
    }

    /// `2026-11-20`, `2026-11-20T10:05:00.123Z`, `10:05:00`.
    private static func isTime(_ word: ArraySlice<UInt8>) -> Bool {
        guard let first = word.first, isDigit(first), word.count >= 8 else { return false }
        let marks = word.filter { !isDigit($0) }
        guard marks.allSatisfy({ $0 == 45 || $0 == 58 || $0 == 46 || $0 == 43 || $0 | 0x20 == 116 || $0 | 0x20 == 122 || $0 == 47 }) else { return false }
        return marks.count { $0 == 45 || $0 == 47 } == 2 && marks.count <= 8 || (marks.count { $0 == 58 } == 2 && marks.count <= 3)
            || marks.starts(with: [45, 45]) && marks.count <= 8
    }

    private static func isTraceID(_ word: ArraySlice<UInt8>) -> Bool {
        word.count == 35 && word.starts(with: "1-".utf8) && word.dropFirst(2).enumerated().allSatisfy { $0.offset == 8 ? $0.element == 45 : isHexDigit($0.element) }
    }

    private static func hasKeyPrefix(_ word: ArraySlice<UInt8>) -> Bool {
        let prefixes = ["AKIA", "ASIA", "AROA", "ghp_", "gho_", "ghs_", "github_pat_", "xoxb-", "xoxp-", "sk_live_", "sk-", "eyJ", "glpat-", "whsec_", "AIza"]
        return word.count >= 16 && prefixes.contains { word.starts(with: $0.utf8) }
    }

    /// Twenty and more letters and digits with no path or sentence in them: base64, keys, session ids.
    private static func looksRandom(_ word: ArraySlice<UInt8>) -> Bool {
        let core = word.split { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ":") }
        return core.contains { part in
            guard part.count >= 20, !part.contains(UInt8(ascii: "-")) || part.count >= 32 else { return false }
            let digits = part.count(where: isDigit)
            let upper = part.count { $0 >= 65 && $0 <= 90 }, lower = part.count { $0 >= 97 && $0 <= 122 }
            return digits >= 3 && upper >= 2 && lower >= 2
        }
    }
}
