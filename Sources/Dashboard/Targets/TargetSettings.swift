import AWS
import Publishers
import Signals
import Telemetry

/// What `tidewatch.yaml` says about one place where the site goes: its keys, and how a run publishes there.
/// To add a kind: its folder in `Sources/Publishers/`, one of these, and its line in `targetCatalogue`.
protocol TargetSettings: Sendable {
    /// The key under `publish:`.
    static var kind: String { get }
    /// One sentence for the manual and the schema.
    static var summary: String { get }
    /// Its own keys.
    static var fields: [RecordSchema.Field] { get }
    /// What tells its place from every other: two entries must not go to one.
    var destination: String { get }
    /// Whether it serves files, so that the configurations of web servers can point there.
    var servedFolder: String? { get }

    /// Folders of this machine that it writes to, with the key that names each.
    var folders: [(key: String, path: String)] { get }

    /// Reports what is wrong with the record; nothing where no target can be made of it.
    init?(_ record: ConfigurationReader.Record)
    func target(in surroundings: TargetSurroundings) -> any PublishTarget
}

extension TargetSettings {
    var servedFolder: String? { nil }
    var folders: [(key: String, path: String)] { [] }
    /// Without those that nobody looks at.
    var servedFolders: [String] { folders.filter { $0.key != "workspace" }.map(\.path) }

    static var schema: RecordSchema {
        RecordSchema("a \(kind) target", fields + [.init("tenants", .list(.identifier), "Only these tenants, without the operator's pages. Default: everything.")])
    }
}

/// Every kind of target, in the order of the manual. One line each.
let targetCatalogue: [any TargetSettings.Type] = [
    DirectoryTargetSettings.self,
    S3TargetSettings.self,
    RsyncTargetSettings.self,
    CommandTargetSettings.self,
]

/// Where the finished site goes besides `public/`.
package struct TargetConfiguration: Sendable {
    var settings: any TargetSettings
    /// Nothing: all, and the operator's pages.
    var tenants: [String]?

    static let fields = targetCatalogue.map { RecordSchema.Field($0.kind, .record($0.schema), $0.summary) }

    init?(_ union: ConfigurationUnion) {
        guard let type = targetCatalogue.first(where: { $0.kind == union.name }), let record = union.body(type.schema), let settings = type.init(record) else { return nil }
        self.settings = settings
        folders = settings.folders.map { key, path in
            (path, Diagnostic(file: record.reader.file, line: record.mark(of: key)?.line ?? 1, column: record.mark(of: key)?.column ?? 1, message: record.path(of: key)))
        }
        guard record.has("tenants") else { return }
        let named = record.texts("tenants")
        for name in named where !isIdentifier(name) { record.fail("tenants", "expected \(FieldType.identifier.expectation), found '\(printable(name))'") }
        if named.isEmpty { record.fail("tenants", "names nobody. Leave it out to publish everything.") }
        tenants = named
        place = Diagnostic(file: record.reader.file, line: record.mark(of: "tenants")?.line ?? 1, column: record.mark(of: "tenants")?.column ?? 1, message: record.path(of: "tenants"))
    }

    /// With the path of the key for a message, as `place`.
    private let folders: [(path: String, place: Diagnostic)]
    /// Where the tenants are named, with the path of the key for a message.
    private var place: Diagnostic?

    /// Reports folders that belong to the site itself, or lie where another entry publishes.
    func checkFolders(_ site: SiteFolders, diagnostics: Diagnostics) {
        for (path, place) in folders {
            guard let objection = site.objection(toTarget: path) else { continue }
            var mistake = place
            mistake.message += ": \(printable(path)) \(objection). Name another folder."
            diagnostics.report(mistake)
        }
    }

    /// Reports names that no file of `tenants/` has.
    func checkTenants(_ known: [String], diagnostics: Diagnostics) {
        for name in tenants ?? [] where isIdentifier(name) && !known.contains(name) {
            guard var mistake = place else { continue }
            mistake.message += ": no tenant is called '\(name)'. " + (nearestWord(to: name, among: known).map { "Did you mean '\($0)'?" } ?? "")
            diagnostics.report(mistake)
        }
    }
}

/// What publishing has at hand.
struct TargetSurroundings: Sendable {
    /// The site's directory, for relative paths.
    var directory: String
    var world: World
    var pacer: CallPacer
    /// The same for all runs of this site, and of no other.
    var publisher: String

    func absolute(_ path: String) -> String { path.hasPrefix("/") ? path : directory + "/" + path }
}
