/// One element of an XML document: enough for the query services' answers and for test reports, which are small trees.
/// Documents with a DTD are refused, so no entity can grow and none leads outside.
package struct XMLNode: Equatable, Sendable {
    /// Without its prefix.
    package var name: String
    /// By name without its prefix; declarations of name spaces are left out.
    package var attributes: [String: String] = [:]
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
            } else if take("<"), let name = name(), let tag = attributes() {
                let node = XMLNode(name: name, attributes: tag.values)
                guard tag.isEmpty else {
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

    /// The text up to the next `<`; nothing where it holds a reference that is none.
    private mutating func textUntilTag() -> String? {
        let start = at
        while at < bytes.count, bytes[at] != UInt8(ascii: "<") { at += 1 }
        return text(of: bytes[start..<at])
    }

    /// Text with the five entities and numeric references read; nothing where one is unknown.
    private func text(of raw: ArraySlice<UInt8>) -> String? {
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

    /// Reads the attributes up to the end of the tag, and says whether the tag closes itself. The same name twice, or a value that is no
    /// text, is no tag.
    private mutating func attributes() -> (values: [String: String], isEmpty: Bool)? {
        var values: [String: String] = [:]
        while at < bytes.count {
            skipSpace()
            if take("/>") { return (values, true) }
            if take(">") { return (values, false) }
            let start = at
            guard let name = name() else { return nil }
            let isDeclaration = bytes[start..<at].starts(with: "xmlns".utf8)
            skipSpace()
            guard take("=") else { return nil }
            skipSpace()
            guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") || bytes[at] == UInt8(ascii: "'") else { return nil }
            let quote = bytes[at]
            at += 1
            let opening = at
            while at < bytes.count, bytes[at] != quote, bytes[at] != UInt8(ascii: "<") { at += 1 }
            guard at < bytes.count, bytes[at] == quote, let text = text(of: bytes[opening..<at]) else { return nil }
            at += 1
            if isDeclaration { continue }
            guard values.updateValue(text, forKey: name) == nil else { return nil }
        }
        return nil
    }

    private mutating func skipSpace() { while at < bytes.count, bytes[at] <= 0x20 { at += 1 } }

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
