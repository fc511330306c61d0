import FlyingSocks

/// A chunked body that breaks off after some repetitions of a chunk, or never ends.
struct SpoiledBody: AsyncBufferedSequence {
    typealias Element = UInt8

    /// The connection is closed where a body throws, which is what a client must survive.
    struct BrokenOff: Error {}

    var chunk: [UInt8]
    /// Nothing means for ever.
    var repeats: Int?

    func makeAsyncIterator() -> Iterator { Iterator(chunk: chunk, remaining: repeats) }

    struct Iterator: AsyncBufferedIteratorProtocol {
        var chunk: [UInt8]
        var remaining: Int?
        var pending: ArraySlice<UInt8> = []

        mutating func next() async throws -> UInt8? { try await nextBuffer(suggested: 1)?.first }

        mutating func nextBuffer(suggested count: Int) async throws -> [UInt8]? {
            if pending.isEmpty { try refill() }
            let part = Array(pending.prefix(Swift.max(1, count)))
            pending = pending.dropFirst(part.count)
            return part
        }

        private mutating func refill() throws {
            if let remaining {
                guard remaining > 0 else { throw BrokenOff() }
                self.remaining = remaining - 1
            }
            pending = chunk[...]
        }
    }
}
