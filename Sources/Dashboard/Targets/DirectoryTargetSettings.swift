import Publishers

/// A folder on this machine.
struct DirectoryTargetSettings: TargetSettings {
    static let kind = "directory"
    static let summary = "A directory on this machine; each tree in it is switched in one step."
    static let fields: [RecordSchema.Field] = [
        .init("path", .text, required: true, "Absolute, or relative to the site's directory."),
        .init("workspace", .text, "Where the next trees are prepared; on the same file system. Default: beside the directory, .NAME.tidewatch."),
    ]

    private let path: String
    private let workspace: String?

    init?(_ record: ConfigurationReader.Record) {
        workspace = record.text("workspace")
        guard let path = record.text("path") else { return nil }
        self.path = path
        for (key, value) in [("path", path), ("workspace", workspace ?? "")] where value.utf8.contains(0) { record.fail(key, "holds a zero byte") }
        if let workspace, (workspace + "/").hasPrefix(path.hasSuffix("/") ? path : path + "/") {
            record.fail("workspace", "must not lie in the directory: what is unfinished would be served")
        }
    }

    var destination: String { "directory " + path.split(separator: "/").filter { $0 != "." }.joined(separator: "/") }
    var servedFolder: String? { path }
    var folders: [(key: String, path: String)] { [("path", path)] + (workspace.map { [("workspace", $0)] } ?? []) }

    func target(in surroundings: TargetSurroundings) -> any PublishTarget {
        DirectoryTarget(path: surroundings.absolute(path), workspace: workspace.map(surroundings.absolute))
    }
}
