/// Header fields in the order they came; names compare without regard to case.
package struct HTTPHeaders: Sendable, Equatable, ExpressibleByDictionaryLiteral {
    package struct Field: Sendable, Equatable {
        package var name: String
        package var value: String
        package init(name: String, value: String) { self.name = name; self.value = value }
    }

    package private(set) var fields: [Field] = []

    package init() {}
    package init(_ fields: [Field]) { self.fields = fields }
    package init(dictionaryLiteral elements: (String, String)...) { fields = elements.map { Field(name: $0.0, value: $0.1) } }

    /// The first value of that name. Setting replaces all of that name; setting nothing removes them.
    package subscript(_ name: String) -> String? {
        get { fields.first { isSame($0.name, name) }?.value }
        set {
            fields.removeAll { isSame($0.name, name) }
            if let newValue { fields.append(Field(name: name, value: newValue)) }
        }
    }

    package func values(_ name: String) -> [String] { fields.filter { isSame($0.name, name) }.map(\.value) }

    /// Adds a field and keeps those of the same name.
    package mutating func append(_ name: String, _ value: String) { fields.append(Field(name: name, value: value)) }
}

extension HTTPHeaders {
    /// Reads the lines of one header block as they came over the wire; a line without a colon (the status line) is left out.
    init(block: [UInt8]) {
        for line in block.split(separator: UInt8(ascii: "\n")) {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex else { continue }
            append(String(decoding: line[..<colon], as: UTF8.self), String(decoding: trimmed(line[(colon + 1)...]), as: UTF8.self))
        }
    }
}

private func isSame(_ a: String, _ b: String) -> Bool {
    a.utf8.count == b.utf8.count && zip(a.utf8, b.utf8).allSatisfy { lowered($0) == lowered($1) }
}

private func lowered(_ byte: UInt8) -> UInt8 { byte >= 65 && byte <= 90 ? byte + 32 : byte }

private func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let isSpace = { (byte: UInt8) in byte == 0x20 || byte == 0x09 || byte == 0x0D }
    guard let first = text.firstIndex(where: { !isSpace($0) }), let last = text.lastIndex(where: { !isSpace($0) }) else { return [] }
    return text[first...last]
}
