import AWS
import Collectors
import Curl
import Foundation
import Programs
import Synchronization
import Telemetry

/// Everything outside that a run may touch, in one value: tests make one up, the command passes the real one.
package struct World: Sendable {
    package var variables: [String: String]
    package var transport: any Transport
    package var mail: any MailTransport
    /// The real time of day. What is evaluated and rendered has its own `now`.
    package var clock: @Sendable () -> Timestamp
    /// Evenly spread in 0..<1.
    package var random: @Sendable () -> Double
    package var sleep: @Sendable (Duration) async throws -> Void
    package var files: ConfigurationWorld
    /// Starts the programs of receivers and targets; what they say comes back redacted.
    package let commands: any CommandRunner
    package var runCommand: @Sendable (String) async -> [UInt8]?
    /// Set by a signal: finish what is begun and stop.
    package var stop: StopFlag
    /// The program that does the tenants' work in processes of its own; nothing: it is done in this one.
    package var worker: String?

    package init(variables: [String: String], transport: any Transport, mail: any MailTransport, clock: @escaping @Sendable () -> Timestamp,
                 random: @escaping @Sendable () -> Double, sleep: @escaping @Sendable (Duration) async throws -> Void, files: ConfigurationWorld,
                 runCommand: @escaping @Sendable (String) async -> [UInt8]?, commands: any CommandRunner = ProcessRunner(), stop: StopFlag, worker: String? = nil) {
        self.variables = variables
        self.transport = transport
        self.mail = mail
        self.clock = clock
        self.random = random
        self.sleep = sleep
        self.files = files
        self.runCommand = runCommand
        self.commands = DiscreetRunner(commands)
        self.stop = stop
        self.worker = worker
    }

    /// This machine.
    /// - Throws: `TransferError` where libcurl is not to be had.
    package static func machine() throws(TransferError) -> World {
        let files = ConfigurationWorld.machine
        return World(
            variables: files.environment, transport: try HTTPClient(caFile: files.environment["SSL_CERT_FILE"], proxies: ProxyRules(files.environment)), mail: SMTPClient(),
            clock: { Timestamp(epoch: Date().timeIntervalSince1970.rounded(.down)) ?? Timestamp(seconds: 0) },
            random: { Double.random(in: 0..<1) }, sleep: { try await Task.sleep(for: $0) }, files: files, runCommand: { await standardOutput(of: $0) }, stop: StopFlag(),
            worker: "/proc/self/exe")
    }

    func awsEnvironment(_ pacer: CallPacer) -> AWSEnvironment {
        AWSEnvironment(variables: variables, transport: transport, now: clock, readFile: files.readFile, runCommand: runCommand, random: random, sleep: sleep,
                       pacer: pacer)
    }

    var webEnvironment: WebEnvironment { WebEnvironment(transport: transport, now: clock, random: random, sleep: sleep) }
}

/// Whether somebody asked the run to end, and with which signal.
package final class StopFlag: Sendable {
    private let signal = Atomic<Int32>(0)
    package init() {}
    package var raised: Int32? { let value = signal.load(ordering: .acquiring); return value == 0 ? nil : value }
    package func raise(_ number: Int32) { signal.store(number, ordering: .releasing) }

    /// Does the work, and cancels it once the flag is raised: whoever asks the run to end does not want to wait for a host that does not answer.
    func untilRaised<Value: Sendable>(_ work: @escaping @Sendable () async -> Value) async -> Value {
        let task = Task(operation: work)
        let watch = Task {
            while raised == nil, !Task.isCancelled { try? await Task.sleep(for: .milliseconds(100)) }
            if raised != nil { task.cancel() }
        }
        defer { watch.cancel() }
        return await withTaskCancellationHandler { await task.value } onCancel: { task.cancel() }
    }
}
