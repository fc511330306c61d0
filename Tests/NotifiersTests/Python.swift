import Foundation

/// Runs a line of Python: the independent second opinion of these tests.
enum Python {
    /// The interpreter with the packages of scripts/test-requirements.txt, as `make test` names it.
    static var withPackages: String? { ProcessInfo.processInfo.environment["TIDEWATCH_PYTHON"] }

    static func run(_ code: String, input: [UInt8] = [], arguments: [String] = [], interpreter: String = "python3") throws -> String {
        let process = Process(), output = Pipe(), feed = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [interpreter, "-c", code] + arguments
        process.standardOutput = output
        process.standardInput = feed
        try process.run()
        try feed.fileHandleForWriting.write(contentsOf: Data(input))
        try feed.fileHandleForWriting.close()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failed(status: process.terminationStatus) }
        return text
    }

    struct Failed: Error { var status: Int32 }
}
