import Foundation

/// A certificate for localhost that nobody trusts unless told to, made by the openssl command where there is one.
enum Certificate {
    /// A PEM file with key and certificate for localhost.
    static let made: String? = {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("tidewatch-\(ProcessInfo.processInfo.processIdentifier).pem").path
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                             "-addext", "subjectAltName=DNS:localhost", "-keyout", file, "-out", file + ".crt"]
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        process.waitUntilExit()
        guard process.terminationStatus == 0, let key = try? String(contentsOfFile: file, encoding: .utf8),
              let certificate = try? String(contentsOfFile: file + ".crt", encoding: .utf8),
              (try? (key + certificate).write(toFile: file, atomically: true, encoding: .utf8)) != nil else { return nil }
        return file
    }()
}
