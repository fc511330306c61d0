import Alerting
import Foundation
import Telemetry

/// The files under `silences/` of a site. Only the owner of the site's files writes there; a run only reads.
package struct SilenceFolder: Sendable {
    package let directory: String
    private let world: ConfigurationWorld

    package struct Failed: Error, CustomStringConvertible {
        package var description: String
        /// The caller asked for something that does not exist.
        package var isUsage = false

        package init(description: String, isUsage: Bool = false) {
            self.description = description
            self.isUsage = isUsage
        }
    }

    package init(directory: String, world: ConfigurationWorld) {
        self.directory = directory
        self.world = world
    }

    /// Every file that can be read, by name, and the mistakes in the others.
    package func read() -> (files: [SilenceFile], diagnostics: [Diagnostic]) {
        var files: [SilenceFile] = [], mistakes: [Diagnostic] = []
        for name in (world.list(directory + "/silences") ?? []).sorted() where name.hasSuffix(".yaml") && !name.hasPrefix(".") {
            let path = "silences/" + name, own = Diagnostics()
            if let bytes = world.readFile(directory + "/" + path) {
                if let file = SilenceFile(bytes: bytes, path: path, diagnostics: own) { files.append(file) }
            } else {
                own.report(Diagnostic(file: path, message: "the file cannot be read. Give this user the right to read it."))
            }
            mistakes += own.sorted
        }
        return (files, mistakes)
    }

    /// Writes a new file under a name that is free, and gives it back. Nothing is overwritten.
    package func add(_ file: SilenceFile) throws(Failed) -> SilenceFile {
        var file = file
        let base = file.silence.id
        var number = 2
        while FileManager.default.fileExists(atPath: directory + "/" + file.path) {
            file.silence.id = "\(base)-\(number)"
            file.path = "silences/\(file.silence.id).yaml"
            number += 1
        }
        do {
            try FileManager.default.createDirectory(atPath: directory + "/silences", withIntermediateDirectories: true)
            try Data(file.text.utf8).write(to: URL(fileURLWithPath: directory + "/" + file.path), options: .withoutOverwriting)
        } catch {
            throw Failed(description: "cannot write \(file.path): \(error.localizedDescription) Give this user the right to write in silences/.")
        }
        return file
    }

    /// Ends a silence now, in its own file, so that the site's history keeps who muted what until when.
    package func expire(_ id: String, at now: Timestamp) throws(Failed) -> SilenceFile {
        let files = read().files
        guard var file = files.first(where: { $0.silence.id == id }) else {
            let known = files.filter { !$0.silence.isOver(at: now) }.map(\.silence.id)
            throw Failed(description: "no silence is called '\(printable(id))'. \(known.isEmpty ? "None is in force." : "In force: \(known.joined(separator: ", ")).")", isUsage: true)
        }
        guard !file.silence.isOver(at: now) else { throw Failed(description: "\(file.path) is over already.", isUsage: true) }
        // One that has not begun ends where it begins; a moment later, since an end must lie behind the start.
        let end = max(now, file.silence.start.seconds > 0 ? file.silence.start + 1 : now)
        let path = directory + "/" + file.path
        do {
            let text = SilenceFile.ended(String(decoding: world.readFile(path) ?? [], as: UTF8.self), at: end)
            try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw Failed(description: "cannot write \(file.path): \(error.localizedDescription) Give this user the right to write in silences/.")
        }
        file.silence.end = .at(end)
        return file
    }
}
