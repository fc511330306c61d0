import Foundation

/// A site's own folders, which are no place to put pages: a tree that is switched there would take the place of databases or texts.
package struct SiteFolders {
    private static let own = ["state", "public", "tenants", "rules", "silences", "content", "templates", "site"]

    private let directory: String

    package init(directory: String) { self.directory = Self.resolved(directory) }

    /// Why no pages can go to a folder, as a clause; nothing where they can.
    /// - Parameter path: relative to the site's directory, or absolute. Links are followed.
    package func objection(to path: String) -> String? {
        let place = Self.resolved(path.hasPrefix("/") ? path : directory + "/" + path)
        if Self.lies(directory, in: place) { return "is the site's own directory or holds it: a tree there could take the place of its files" }
        return Self.own.first { Self.lies(place, in: directory + "/" + $0) }.map { "lies in \($0)/, which belongs to the site itself" }
    }

    private static func lies(_ path: String, in folder: String) -> Bool { path == folder || path.hasPrefix(folder == "/" ? "/" : folder + "/") }

    private static func resolved(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().path }
}
