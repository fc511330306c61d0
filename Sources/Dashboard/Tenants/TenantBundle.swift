import Foundation
import Publishers

/// A tenant's tree as one ZIP archive that can be browsed from a disk without a server: what its pages need lies in its own folder.
package struct TenantBundle {
    package struct Failed: Error, CustomStringConvertible, Sendable { package var description: String }

    private let id: String
    private let tree: BeneathDirectory
    /// Paths in the tree; the compressed twins are for web servers and stay out.
    package let paths: [String]

    /// - Throws: `ConfigurationError` for an id that cannot be one, `Failed` where there is no tree yet.
    package init(_ id: String, directory: String) throws {
        try checkTenantID(id)
        let path = "\(directory)/public/\(id)"
        do throws(PublishError) { tree = try BeneathDirectory(path, create: false) } catch {
            throw Failed(description: "there is no folder \(path). Build the pages first: tidewatch render --tenant \(id)")
        }
        self.id = id
        let all = Set(tree.everything())
        paths = all.filter { path in !Encoding.allCases.contains { path.hasSuffix($0.suffix) && all.contains(String(path.dropLast($0.suffix.count))) } }.sorted()
        guard paths.contains("index.html") else { throw Failed(description: "\(path) holds no index.html. Build the pages first: tidewatch render --tenant \(id)") }
    }

    /// - Throws: `Failed`, or what `give` throws.
    package func write(to give: @escaping ([UInt8]) throws -> Void) throws {
        var archive = ZipArchive(write: give)
        for path in paths {
            guard let bytes = tree.read(path) else { throw Failed(description: "cannot read public/\(id)/\(path). Was the site built anew meanwhile? Repeat the command.") }
            do { try archive.add("\(id)/\(path)", bytes) } catch let refusal as ZipArchive.Refusal { throw Self.failure(refusal, path) }
        }
        do { try archive.finish() } catch let refusal as ZipArchive.Refusal { throw Self.failure(refusal, "") }
    }

    private static func failure(_ refusal: ZipArchive.Refusal, _ path: String) -> Failed {
        switch refusal {
        case .tooManyFiles: Failed(description: "a ZIP archive holds at most 65,535 files and there are more. Use tar.")
        case .tooLarge: Failed(description: "a ZIP archive holds at most 4 GiB. Use tar.")
        case .unsafePath(let path): Failed(description: "'\(printable(path))' cannot be a path in an archive. Remove that file and build the site again.")
        case .notCompressed: Failed(description: "\(path) cannot be compressed: not enough memory.")
        }
    }
}
