import Foundation
import Glibc
import Telemetry

/// What a worker is told to do: some tenants of a run, whose other tenants it never reads.
struct WorkerOrder: Codable, Sendable {
    var directory: String
    /// With the tenants of the batch, and the run's own present.
    var options: RunOptions
    /// Real time after which no new call is made.
    var deadline: Timestamp
    var limits: WorkerLimits
    var isForFleet: Bool
}

/// What a worker says, a line each.
enum WorkerWord: Codable, Sendable {
    /// A tenant's file is read from now on; nothing: all are.
    case reads(String?)
    case tenant(TenantBatch.Event)
}

/// The lines between a run and its workers.
enum WorkerWire {
    static func line(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        // A figure that is missing is kept as NaN.
        encoder.nonConformingFloatEncodingStrategy = .convertToString(positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return [UInt8](try encoder.encode(value)) + [UInt8(ascii: "\n")]
    }

    static func value<Value: Decodable>(_ line: [UInt8]) throws -> Value {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return try decoder.decode(Value.self, from: Data(line))
    }

    /// False where nobody listens any more.
    @discardableResult
    static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Line by line to the end of what is said. What follows the last line end is half a line and says nothing.
    /// - Parameter body: false: no more.
    static func readLines(from descriptor: Int32, _ body: ([UInt8]) -> Bool) {
        var line: [UInt8] = [], buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            var rest = buffer[..<count]
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                line += rest[..<end]
                guard body(line) else { return }
                line = []
                rest = rest[(end + 1)...]
            }
            line += rest
        }
    }
}
