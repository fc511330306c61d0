import Foundation
import Telemetry

/// A folder on disk.
package struct DiskFolder: ReadableFolder {
    private let path: String

    package init(_ path: String) { self.path = path }

    package func names(in subfolder: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: subfolder.isEmpty ? path : "\(path)/\(subfolder)")) ?? []
    }

    package func bytes(of file: String, limit: Int) throws(FolderError) -> [UInt8] {
        // Without O_NONBLOCK a pipe that nobody writes to would hold up the run.
        let descriptor = open("\(path)/\(file)", O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw FolderError("cannot be opened") }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: false)
        defer { try? handle.close() }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else { throw FolderError("is no file") }
        // One byte more than allowed tells a file that is too large, also where its size is not known.
        guard let data = try? handle.read(upToCount: limit + 1) ?? Data() else { throw FolderError("cannot be read") }
        guard data.count <= limit else { throw FolderError("is larger than \(limit >> 20) MiB") }
        return Array(data)
    }

    package func stamp(of file: String) -> FileStamp? {
        guard let facts = try? FileManager.default.attributesOfItem(atPath: "\(path)/\(file)"), let size = (facts[.size] as? NSNumber)?.intValue,
              let date = (facts[.modificationDate] as? Date)?.timeIntervalSince1970, let modified = Timestamp(epoch: date.rounded(.down)) else { return nil }
        return FileStamp(size: size, modified: modified, nanoseconds: Int(exactly: ((date - date.rounded(.down)) * 1e9).rounded()) ?? 0)
    }
}
