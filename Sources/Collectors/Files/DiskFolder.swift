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
        guard let handle = FileHandle(forReadingAtPath: "\(path)/\(file)") else { throw FolderError("cannot be opened") }
        defer { try? handle.close() }
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
