import Telemetry

/// What is known of one series besides its points: how long a sample lasts, how far it reaches, and how far it is settled.
struct SeriesHead: Hashable {
    var signal: UInt32
    /// Seconds that one sample covers; 0 for a momentary reading.
    var period: UInt32
    /// Row of the newest point.
    var newest: Int64
    /// The end of what is final: where the next read starts.
    var finalTo: Int64
}

/// The heads of one resource's series, and how far its hours are rolled up. One small row, written with every run.
struct ResourceHead: Hashable {
    /// Hours since 1970: every hour before it is in the table of hours.
    var rolledTo: Int64
    var series: [SeriesHead] = []

    func index(of signal: UInt32) -> Int? { series.firstIndex { $0.signal == signal } }
}

extension ResourceHead {
    private static let entry = 24

    /// Checksum (4 bytes), then 24 bytes a series.
    func encode(resource: Int64) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 4 + series.count * Self.entry)
        bytes.withUnsafeMutableBytes { out in
            for (index, head) in series.enumerated() {
                let offset = 4 + index * Self.entry
                out.storeBytes(of: head.signal.littleEndian, toByteOffset: offset, as: UInt32.self)
                out.storeBytes(of: head.period.littleEndian, toByteOffset: offset + 4, as: UInt32.self)
                out.storeBytes(of: head.newest.littleEndian, toByteOffset: offset + 8, as: Int64.self)
                out.storeBytes(of: head.finalTo.littleEndian, toByteOffset: offset + 16, as: Int64.self)
            }
            let sum = Self.checksum(UnsafeRawBufferPointer(out), resource: resource, rolledTo: rolledTo)
            out.storeBytes(of: sum.littleEndian, toByteOffset: 0, as: UInt32.self)
        }
        return bytes
    }

    /// Nothing where the bytes are not what was written.
    init?(_ bytes: UnsafeRawBufferPointer, resource: Int64, rolledTo: Int64) {
        guard bytes.count >= 4, (bytes.count - 4) % Self.entry == 0,
              UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self)) == Self.checksum(bytes, resource: resource, rolledTo: rolledTo)
        else { return nil }
        self.rolledTo = rolledTo
        for offset in stride(from: 4, to: bytes.count, by: Self.entry) {
            series.append(SeriesHead(
                signal: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)),
                period: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self)),
                newest: Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 8, as: Int64.self)),
                finalTo: Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 16, as: Int64.self))))
        }
    }

    private static func checksum(_ bytes: UnsafeRawBufferPointer, resource: Int64, rolledTo: Int64) -> UInt32 {
        var sum = Checksum(seed: UInt64(bitPattern: resource &* 0x10_0000_0000 &+ rolledTo))
        sum.add(UnsafeRawBufferPointer(rebasing: bytes[4...]))
        return sum.value
    }
}
