/// `{{name}}` in a text: where it is and what it asks for.
enum Placeholder {
    /// One stretch of a text.
    enum Piece: Equatable {
        case text(Range<Int>)
        case name(String, Range<Int>)
        /// `{{!name}}`, which shows `{{name}}`: the name with the braces.
        case shown(String)
        /// Not closed, or no name: the text that is wrong.
        case malformed(Range<Int>)
    }

    /// A placeholder starts with a letter, so that `{{ .Name }}`, `{{#each}}` and `{{"x"}}` of other tools stay as they are.
    static func pieces(of text: some RandomAccessCollection<UInt8>) -> [Piece] {
        let bytes = Array(text)
        var pieces: [Piece] = [], plain = 0, at = 0
        while let open = opening(in: bytes, from: at) {
            var start = open + 2
            let isShown = start < bytes.count && bytes[start] == UInt8(ascii: "!")
            if isShown { start += 1 }
            while !isShown, start < bytes.count, bytes[start] == UInt8(ascii: " ") { start += 1 }
            guard start < bytes.count, isLetter(bytes[start]) else { at = open + 2; continue }
            if plain < open { pieces.append(.text(plain..<open)) }
            var end = start
            while end < bytes.count, isNameByte(bytes[end]) { end += 1 }
            let name = String(decoding: bytes[start..<end], as: UTF8.self)
            while end < bytes.count, bytes[end] == UInt8(ascii: " ") { end += 1 }
            if end + 1 < bytes.count, bytes[end] == UInt8(ascii: "}"), bytes[end + 1] == UInt8(ascii: "}"), name.utf8.count <= 100 {
                end += 2
                pieces.append(isShown ? .shown("{{\(name)}}") : .name(name, open..<end))
            } else {
                pieces.append(.malformed(open..<end))
            }
            plain = end
            at = end
        }
        if plain < bytes.count { pieces.append(.text(plain..<bytes.count)) }
        return pieces
    }

    static func isName(_ text: String) -> Bool {
        text.utf8.first.map(isLetter) == true && text.utf8.allSatisfy(isNameByte)
    }

    private static func opening(in bytes: [UInt8], from start: Int) -> Int? {
        var at = start
        while at + 1 < bytes.count {
            if bytes[at] == UInt8(ascii: "{"), bytes[at + 1] == UInt8(ascii: "{") { return at }
            at += 1
        }
        return nil
    }

    static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) >= UInt8(ascii: "a") && (byte | 0x20) <= UInt8(ascii: "z") }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        isLetter(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
    }
}
