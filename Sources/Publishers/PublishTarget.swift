import Telemetry

/// A place where the finished site goes. To add one: its folder here, its settings in `Sources/Dashboard/Targets/`, and its line in `targetCatalogue`.
package protocol PublishTarget: Sendable {
    /// As messages name it: `s3://bucket/prefix`.
    var place: String { get }
    /// Puts the trees there. What fails leaves the tree that was there, and never keeps another tree back.
    func publish(_ edition: Edition) async -> Publication
}

/// What is to be published: finished trees below one folder, and those that are to be taken down.
package struct Edition: Sendable {
    /// `public/`, absolute.
    package var directory: String
    /// Names of folders below it, sorted: a tenant's each, and `fleet`.
    package var trees: [String]
    /// Trees that were published there earlier and are no more.
    package var gone: [String]
    package var runID: String

    package init(directory: String, trees: [String], gone: [String] = [], runID: String = "") {
        self.directory = directory
        self.trees = trees
        self.gone = gone
        self.runID = runID
    }

    func tree(_ name: String) throws(PublishError) -> EditionTree { try EditionTree(directory + "/" + name) }
}

/// What came of publishing to one place.
package struct Publication: Sendable, Equatable {
    package struct Failure: Sendable, Equatable {
        /// Nothing: it concerns the whole place.
        package var tree: String?
        package var message: String

        package init(tree: String? = nil, _ message: String) {
            self.tree = tree
            self.message = message
        }
    }

    /// Files whose bytes were sent or written.
    package var written = 0
    package var files = 0
    /// Trees that were taken down.
    package var removed: [String] = []
    package var failures: [Failure] = []

    package init() {}

    mutating func fail(_ tree: String? = nil, _ error: any Error) { failures.append(Failure(tree: tree, "\(error)")) }
}

/// A finished tree that is read to be published. Nothing that its manifest does not vouch for is ever read.
final class EditionTree {
    /// Path to SHA-256, `build.json` among them.
    let files: Manifest
    private let directory: BeneathDirectory

    init(_ path: String) throws(PublishError) {
        directory = try BeneathDirectory(path, create: false)
        var files = SwitchedTree.manifest(of: directory)
        guard !files.isEmpty, let description = directory.read(SwitchedTree.manifestName) else {
            throw PublishError(.damaged, path: path + "/" + SwitchedTree.manifestName, action: "read", detail: "the tree has no manifest")
        }
        files[SwitchedTree.manifestName] = SwitchedTree.digest(description)
        self.files = files
    }

    /// - Throws: where the file is missing, a link, or not what the manifest says.
    func bytes(_ path: String) throws(PublishError) -> [UInt8] {
        guard let bytes = directory.read(path) else {
            throw PublishError(.damaged, path: directory.path + "/" + path, action: "read", detail: "it is missing or no ordinary file")
        }
        guard SwitchedTree.digest(bytes) == files[path] else {
            throw PublishError(.damaged, path: directory.path + "/" + path, action: "use", detail: "it is not what \(SwitchedTree.manifestName) says")
        }
        return bytes
    }
}
