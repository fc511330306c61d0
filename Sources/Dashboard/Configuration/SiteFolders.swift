import Foundation

/// A site's own files, and the places where it is published, which are no place for anything else: a tree that is switched there, or a file
/// that is written there, would take the place of databases or texts, or be shown to whoever may read one tenant's pages.
package struct SiteFolders {
    private static let own = ["state", "public", "tenants", "rules", "silences", "content", "templates", "site"]

    private let directory: String
    private let published: [String]

    /// - Parameter published: where the site is published on this machine, absolute or relative to the site's directory.
    package init(directory: String, published: [String] = []) {
        self.directory = Self.resolved(directory)
        self.published = published.map { Self.resolved($0.hasPrefix("/") ? $0 : directory + "/" + $0) }
    }

    /// Of a site as its `tidewatch.yaml` says, as far as that can be read.
    package init(directory: String, world: ConfigurationWorld) {
        let site = Configuration.site(in: directory, world: world, diagnostics: Diagnostics())
        self.init(directory: directory, published: site?.publish.flatMap { $0.settings.folders.map(\.path) } ?? [])
    }

    /// Why no trees can go to a folder, as a clause; nothing where they can.
    /// - Parameter path: relative to the site's directory, or absolute. Links are followed.
    package func objection(toTreesIn path: String) -> String? {
        objection(toTarget: path) ?? published.first { Self.lies($0, in: absolute(path)) }.map { "holds \($0), where the site is published" }
    }

    /// Why the site cannot be published to a folder, as a clause; nothing where it can. Of two places of which one lies in the other, the
    /// inner is objected to.
    package func objection(toTarget path: String) -> String? {
        let place = absolute(path)
        if Self.lies(directory, in: place) { return "is the site's own directory or holds it: a tree there could take the place of its files" }
        return claim(on: place)
    }

    /// Why nothing can be written to a file, or put into a folder, as a clause; nothing where it can.
    /// - Parameter path: relative to the site's directory, or absolute. Links are followed.
    package func objection(to path: String) -> String? {
        let place = absolute(path)
        // Copies of databases may lie beside them.
        return Self.lies(place, in: directory + "/state/snapshots") ? nil : claim(on: place)
    }
}

private extension SiteFolders {
    func claim(on place: String) -> String? {
        if place == directory + "/tidewatch.yaml" { return "is the site's own configuration" }
        return Self.own.first { Self.lies(place, in: directory + "/" + $0) }.map { "lies in \($0)/, which belongs to the site itself" }
            ?? published.first { Self.lies(place, in: $0) }.map { "lies in \($0), where the site is published" }
    }

    func absolute(_ path: String) -> String { Self.resolved(path.hasPrefix("/") ? path : directory + "/" + path) }

    static func lies(_ path: String, in folder: String) -> Bool { path == folder || path.hasPrefix(folder == "/" ? "/" : folder + "/") }

    /// Without links, also where only the folders above are there.
    static func resolved(_ path: String) -> String {
        var there = URL(fileURLWithPath: path).standardizedFileURL, missing: [String] = []
        while there.path != "/", !FileManager.default.fileExists(atPath: there.path) {
            missing.append(there.lastPathComponent)
            there.deleteLastPathComponent()
        }
        return missing.reversed().reduce(there.resolvingSymlinksInPath()) { $0.appendingPathComponent($1) }.path
    }
}
