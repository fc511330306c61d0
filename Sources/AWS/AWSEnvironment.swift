import Curl
import Telemetry

/// The world as this module sees it. Tests make one up; the command passes the real one.
package struct AWSEnvironment: Sendable {
    package var variables: [String: String]
    package var transport: any Transport
    /// The real time of day: signatures carry it.
    package var now: @Sendable () -> Timestamp
    /// A whole file, or nothing where it is not to be read.
    package var readFile: @Sendable (String) -> [UInt8]?
    /// What a command line writes to its standard output, or nothing where it fails (`credential_process`).
    package var runCommand: @Sendable (String) async -> [UInt8]?
    /// Evenly spread in 0..<1.
    package var random: @Sendable () -> Double
    package var sleep: @Sendable (Duration) async throws -> Void
    /// Shared by all clients of a run.
    package var pacer: CallPacer

    package init(variables: [String: String], transport: any Transport, now: @escaping @Sendable () -> Timestamp,
                 readFile: @escaping @Sendable (String) -> [UInt8]?, runCommand: @escaping @Sendable (String) async -> [UInt8]?,
                 random: @escaping @Sendable () -> Double, sleep: @escaping @Sendable (Duration) async throws -> Void,
                 pacer: CallPacer = CallPacer()) {
        self.variables = variables
        self.transport = transport
        self.now = now
        self.readFile = readFile
        self.runCommand = runCommand
        self.random = random
        self.sleep = sleep
        self.pacer = pacer
    }

    /// A variable that is set to something.
    func variable(_ name: String) -> String? { variables[name].flatMap { $0.isEmpty ? nil : $0 } }
}
