/// One element of an XML answer: enough for the query services, whose answers are small trees without attributes that matter.
/// Documents with a DTD are refused, so no entity can grow.
package struct XMLNode: Equatable, Sendable {
    /// Without its prefix.
    package var name: String
    package var text = ""
    package var children: [XMLNode] = []

    /// The first child of that name.
    package subscript(_ name: String) -> XMLNode? { children.first { $0.name == name } }

    /// The children of that name; `answer.all("member")`.
    package func all(_ name: String) -> [XMLNode] { children.filter { $0.name == name } }

    /// The first element of that name anywhere below, this one included.
    package func first(_ name: String) -> XMLNode? {
        if self.name == name { return self }
        for child in children { if let found = child.first(name) { return found } }
        return nil
    }
}

extension XMLNode {
    package init?(parsing bytes: [UInt8]) {
        var scanner = XMLScanner(bytes: bytes)
        guard let node = scanner.document() else { return nil }
        self = node
    }
}

private struct XMLScanner {
    let bytes: [UInt8]
    var at = 0
    static let depthLimit = 32

    mutating func document() -> XMLNode? {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { at = 3 }
        var open: [XMLNode] = []
        while at < bytes.count {
            let text = textUntilTag()
            if let text, !open.isEmpty { open[open.count - 1].text += text }
            guard text != nil, at < bytes.count else { break }
            if skip("<!--", through: "-->") || skip("<?", through: "?>") { continue }
            if take("<![CDATA[") {
                guard let end = find("]]>"), !open.isEmpty else { return nil }
                open[open.count - 1].text += String(decoding: bytes[at..<end], as: UTF8.self)
                at = end + 3
            } else if take("</") {
                guard let name = name(), name == open.last?.name, let end = find(">"), let done = open.popLast() else { return nil }
                at = end + 1
                guard !open.isEmpty else { return done }
                open[open.count - 1].children.append(done)
            } else if take("<"), let name = name(), let isEmpty = endOfTag() {
                let node = XMLNode(name: name)
                guard isEmpty else {
                    guard open.count < Self.depthLimit else { return nil }
                    open.append(node)
                    continue
                }
                guard !open.isEmpty else { return node }
                open[open.count - 1].children.append(node)
            } else {
                return nil
            }
        }
        return nil
    }

    /// The text up to the next `<`, with the five entities and numeric references read; nothing where one is unknown.
    private mutating func textUntilTag() -> String? {
        let start = at
        while at < bytes.count, bytes[at] != UInt8(ascii: "<") { at += 1 }
        let raw = bytes[start..<at]
        guard raw.contains(UInt8(ascii: "&")) else { return String(decoding: raw, as: UTF8.self) }
        var text = ""
        for (index, part) in raw.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: false).enumerated() {
            guard index > 0 else { text += String(decoding: part, as: UTF8.self); continue }
            guard let end = part.firstIndex(of: UInt8(ascii: ";")), let scalar = entity(String(decoding: part[..<end], as: UTF8.self)) else { return nil }
            text.unicodeScalars.append(scalar)
            text += String(decoding: part[(end + 1)...], as: UTF8.self)
        }
        return text
    }

    private func entity(_ name: String) -> Unicode.Scalar? {
        switch name {
        case "amp": "&"
        case "lt": "<"
        case "gt": ">"
        case "quot": "\""
        case "apos": "'"
        case _ where name.hasPrefix("#x"): UInt32(name.dropFirst(2), radix: 16).flatMap(Unicode.Scalar.init)
        case _ where name.hasPrefix("#"): UInt32(name.dropFirst(1)).flatMap(Unicode.Scalar.init)
        default: nil
        }
    }

    private mutating func name() -> String? {
        let start = at
        while at < bytes.count, bytes[at] > 0x20, bytes[at] != UInt8(ascii: ">"), bytes[at] != UInt8(ascii: "/"), bytes[at] != UInt8(ascii: "=") { at += 1 }
        guard at > start, bytes[start] != UInt8(ascii: "!") else { return nil }
        let whole = bytes[start..<at]
        let local = whole.firstIndex(of: UInt8(ascii: ":")).map { whole[($0 + 1)...] } ?? whole
        return String(decoding: local, as: UTF8.self)
    }

    /// Skips attributes, quotes minded; says whether the tag closes itself.
    private mutating func endOfTag() -> Bool? {
        var quote: UInt8?
        while at < bytes.count {
            let byte = bytes[at]
            at += 1
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if byte == UInt8(ascii: ">") {
                return bytes[at - 2] == UInt8(ascii: "/")
            }
        }
        return nil
    }

    private mutating func take(_ word: StaticString) -> Bool {
        guard matches(word, at) else { return false }
        at += word.utf8CodeUnitCount
        return true
    }

    private mutating func skip(_ open: StaticString, through close: StaticString) -> Bool {
        guard take(open) else { return false }
        at = find(close).map { $0 + close.utf8CodeUnitCount } ?? bytes.count
        return true
    }

    private func find(_ word: StaticString) -> Int? {
        var place = at
        while place < bytes.count {
            if matches(word, place) { return place }
            place += 1
        }
        return nil
    }

    private func matches(_ word: StaticString, _ place: Int) -> Bool {
        word.withUTF8Buffer { letters in
            place + letters.count <= bytes.count && letters.indices.allSatisfy { bytes[place + $0] == letters[$0] }
        }
    }
}
