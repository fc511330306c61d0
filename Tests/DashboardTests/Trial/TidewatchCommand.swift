import Foundation
import Testing

/// The built command, for what only a process can show: exit codes, signals, limits.
enum TidewatchCommand {
    /// The executable lies beside the test bundle.
    static let path: String? = {
        // `swift test` starts `…/debug/tidewatchPackageTests.xctest`; a runner of its own has it among its arguments.
        for place in CommandLine.arguments + [Bundle.main.bundlePath, Bundle.main.executablePath ?? ""] {
            var folder = URL(fileURLWithPath: place).deletingLastPathComponent()
            for _ in 0..<4 {
                let path = folder.appendingPathComponent("tidewatch").path
                var isFolder: ObjCBool = false
                if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue, FileManager.default.isExecutableFile(atPath: path) { return path }
                folder = folder.deletingLastPathComponent()
            }
        }
        return nil
    }()

    /// - Parameter shell: a line for bash that ends in `exec "$@"`, to set limits first.
    static func child(_ arguments: [String], variables: [String: String] = [:], shell: String? = nil) throws -> ChildProcess {
        guard let path else { throw NotBuilt() }
        var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("AWS_") && !$0.key.hasPrefix("LLVM_") }
        environment.merge(variables) { $1 }
        guard let shell else { return try ChildProcess(path, arguments, environment: environment) }
        return try ChildProcess("/bin/bash", ["-c", shell, "bash", path] + arguments, environment: environment)
    }

    static func run(_ arguments: String..., variables: [String: String] = [:], shell: String? = nil) async throws -> ChildProcess.Ended {
        try await child(arguments, variables: variables, shell: shell).run()
    }

    struct NotBuilt: Error, CustomStringConvertible {
        var description: String { "the tidewatch executable is not beside the test bundle: build the whole package first" }
    }
}
