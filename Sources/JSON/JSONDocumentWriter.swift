/// Writes an object member by member, byte for byte as `JSONValue.bytes(pretty: true)` writes it, so that a document with an entry for each of
/// ten thousand is never held whole.
package struct JSONDocumentWriter {
    /// Bytes that are gathered before they are handed on.
    private static let piece = 65_536

    private let sink: ([UInt8]) throws -> Void
    private var buffer = [UInt8(ascii: "{")]
    private var isEmpty = true

    package init(_ sink: @escaping ([UInt8]) throws -> Void) { self.sink = sink }

    package mutating func add(_ key: String, _ value: JSONValue) throws {
        begin(key)
        value.write(into: &buffer, indent: 1)
        try handOn(from: Self.piece)
    }

    /// An array of which one item at a time is made.
    package mutating func add<Items: Sequence>(_ key: String, each items: Items, _ value: (Items.Element) throws -> JSONValue) throws {
        begin(key)
        buffer.append(UInt8(ascii: "["))
        var isFirst = true
        for item in items {
            if !isFirst { buffer.append(UInt8(ascii: ",")) }
            isFirst = false
            JSONValue.newline(2, into: &buffer)
            try value(item).write(into: &buffer, indent: 2)
            try handOn(from: Self.piece)
        }
        if !isFirst { JSONValue.newline(1, into: &buffer) }
        buffer.append(UInt8(ascii: "]"))
    }

    /// Must be the last that is called.
    package mutating func end() throws {
        if !isEmpty { JSONValue.newline(0, into: &buffer) }
        buffer += [UInt8(ascii: "}"), UInt8(ascii: "\n")]
        try handOn(from: 0)
    }

    private mutating func begin(_ key: String) {
        if !isEmpty { buffer.append(UInt8(ascii: ",")) }
        isEmpty = false
        JSONValue.newline(1, into: &buffer)
        JSONValue.write(key, into: &buffer)
        buffer += [UInt8(ascii: ":"), UInt8(ascii: " ")]
    }

    private mutating func handOn(from size: Int) throws {
        guard buffer.count >= size else { return }
        try sink(buffer)
        buffer.removeAll(keepingCapacity: true)
    }
}
