import Foundation
import Telemetry

/// What a worker is told to do: some tenants of a run, whose other tenants it never hears of.
struct WorkerOrder: Codable, Sendable {
    var directory: String
    /// With the tenants of the batch, and the run's own present.
    var options: RunOptions
    /// Real time after which no new call is made.
    var deadline: Timestamp
    var limits: WorkerLimits
}

/// What a worker says about its tenants, a line each.
enum WorkerWord: Codable, Sendable {
    case begun(String)
    /// What it does for the tenant from now on.
    case stage(String, RunOptions.Stage)
    case done(TenantResult)
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
}
