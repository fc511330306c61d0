/// What a word of prose makes of the next one: `--password hunter` and `the password is hunter` give a secret away, `password expired` does not.
enum SecretExpectation: Equatable {
    case nothing
    /// After a word that holds a name such as `session`: only a mark between them makes what follows its value.
    case marked
    /// After `password`, `token`, `client-secret`: the next word is the value, unless sentences go on like that.
    case word
    /// After `--password`: the next word is the value, whatever it is.
    case argument
    /// After `api`, `access`, `private`: a `key` may follow.
    case keyName

    enum Verdict { case value, link, harmless }

    init(after word: ArraySlice<UInt8>, _ before: SecretExpectation) {
        self = .nothing
        guard word.count >= 3, let last = word.last else { return }
        let text = SecretShape.loweredBytes(word)
        if text.count <= 7 {
            if before.isCompleted(by: word) || text == Self.bearer { self = .word; return }
            if Self.adjectives.contains(text) { self = .keyName; return }
        }
        guard SecretShape.isSecretName(word) else { return }
        // A sentence that ends with it says no more, and a path with it is followed by a status or a duration.
        guard SecretShape.isAlphanumeric(last), !text.contains(UInt8(ascii: "/")), Self.names.contains(where: { text.suffix($0.count).elementsEqual($0) }) else { self = .marked; return }
        self = text.first == UInt8(ascii: "-") ? .argument : .word
    }

    /// Whether a mark makes what follows it a value.
    var makesValueOfMarked: Bool { self == .marked || isValueInQuotes }
    /// Whether what stands in quotes now is a value.
    var isValueInQuotes: Bool { self == .word || self == .argument }
    /// `api key`, `secret key`.
    func isCompleted(by word: ArraySlice<UInt8>) -> Bool { (self == .keyName || self == .word) && word.count == 3 && SecretShape.loweredBytes(word) == Self.key }

    /// Whether a value may stand behind this mark: `password [hunter]`, `"password": "hunter"`.
    static func opens(_ byte: UInt8) -> Bool { byte <= 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") || byte == UInt8(ascii: "`") || byte == UInt8(ascii: "(") || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "<") || byte == UInt8(ascii: "{") }

    func verdict(on word: ArraySlice<UInt8>) -> Verdict {
        if SecretShape.isCredentials(word) { return .value }
        switch self {
        case .nothing, .marked, .keyName: return .harmless
        case .argument: return word.first == UInt8(ascii: "-") ? .harmless : .value
        case .word:
            // "Unexpected token u in JSON": one letter is nobody's secret.
            guard word.count > 1, word.contains(where: SecretShape.isAlphanumeric) else { return .harmless }
            var text = SecretShape.loweredBytes(word)
            while let last = text.last, !SecretShape.isAlphanumeric(last) { text.removeLast() }
            if Self.links.contains(text) { return .link }
            // Another name is judged by itself: "password token abc", "token status=401".
            let isName = word.contains(UInt8(ascii: "=")) || SecretShape.isSecretName(word) || text == Self.key
            return isName || Self.harmless.contains(text) ? .harmless : .value
        }
    }

    private static let key = Array("key".utf8)
    private static let bearer = Array("bearer".utf8)
    private static let adjectives = Set(words("api access private signing"))
    private static let links = Set(words("is was are ist war to as"))
    private static let names = words("password passwd passwort kennwort passphrase pwd secret token apikey api_key api-key accesskey access_key access-key privatekey private_key private-key")
    /// How sentences about passwords, secrets and tokens go on.
    private static let harmless = Set(words("""
        a about accepted after again against age already an and any at authentication authorization authority auth available based basic bearer because been before being bucket but by can cannot
        changed check checked client code configured could count created deleted denied did disabled does doesn't during empty enabled encoded endpoint error errors event exception
        exceeded exchange exist exists expected expiration expire expired expires expiring expiry failed failure failures field file for format found from generated generation had
        has hash have header id identifier if in included incorrect information introspection invalid invalidated issued issuer it its key keys length lifetime limit limits location
        longer manager may might mismatch mismatched missing must name names needed needs neither no none nor not null nil of on only or parameter policy prompt
        present provided provider quota read received refresh refreshed refused rejected renewal renewed request requests required requires reset resolved response retrieved
        returned revoked rotated rotation scope scopes sent server service session set should since store stored strength succeeded success that the then there this
        time timeout too type undefined unknown unsupported until unset update updated usage use used user valid validated validation validity value values verification verified
        version via was we were when which while will with within without would wrong you your abgelaufen falsch fehlt nicht oder ungültig und
        """))

    private static func words(_ text: String) -> [[UInt8]] { text.split { $0 == " " || $0.isNewline }.map { Array($0.utf8) } }
}
