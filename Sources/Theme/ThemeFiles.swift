/// Every template, content page and asset by its path; a site's own file wins over the built-in one, file by file.
package struct ThemeFiles: Sendable {
    /// A folder of the site that stands before a part of the theme.
    package struct Override: Hashable, Sendable {
        /// The part: `templates`, `content` or `site`.
        package var part: String
        /// Where the reader finds the folder.
        package var folder: String
        /// Folders in it that belong to others.
        package var excluding: Set<String>

        package init(_ part: String, folder: String, excluding: Set<String> = []) {
            self.part = part
            self.folder = folder
            self.excluding = excluding
        }
    }

    /// Reads the site's own files; both answers are empty where nothing is there.
    package struct Reader: Sendable {
        package var file: @Sendable (_ path: String) -> [UInt8]?
        /// All files below a folder, relative to it.
        package var files: @Sendable (_ folder: String) -> [String]

        package init(file: @escaping @Sendable (String) -> [UInt8]?, files: @escaping @Sendable (String) -> [String]) {
            self.file = file
            self.files = files
        }
    }

    private let overrides: [Override]
    private let reader: Reader?

    /// The built-in theme alone.
    package init() {
        overrides = []
        reader = nil
    }

    /// The first override that has a file wins.
    package init(overrides: [Override], reader: Reader) {
        self.overrides = overrides
        self.reader = reader
    }

    /// The folders of a site as they stand before the theme: a tenant's templates and assets, then the fleet's, and content.
    /// - Parameter tenants: every tenant of the site, so that none reads the templates of another.
    package init(site: String, tenant: String?, tenants: Set<String>, reader: Reader) {
        let own = tenant.map { [Override("templates", folder: "\(site)/templates/\($0)"), Override("site", folder: "\(site)/site/\($0)")] } ?? []
        self.init(overrides: own + [
            Override("templates", folder: "\(site)/templates", excluding: tenants),
            Override("content", folder: "\(site)/content"),
            Override("site", folder: "\(site)/site", excluding: tenants),
        ], reader: reader)
    }
}

extension ThemeFiles {
    /// The bytes of `templates/page.mustache` and the like; `nil` where there is no such file, or the path leaves the theme.
    package func file(_ path: String) -> [UInt8]? {
        guard Self.staysInside(path) else { return nil }
        for override in overrides {
            guard let rest = override.rest(of: path), let bytes = reader?.file("\(override.folder)/\(rest)") else { continue }
            return bytes
        }
        return BuiltInFiles.bytes(path)
    }

    /// Every file that stands for a path with where it lies, the built-in one first and the nearest last: for what adds up instead of replacing.
    package func layers(of path: String) -> [(place: String, bytes: [UInt8])] {
        guard Self.staysInside(path) else { return [] }
        let own = overrides.reversed().compactMap { override -> (place: String, bytes: [UInt8])? in
            override.rest(of: path).flatMap { rest in reader?.file("\(override.folder)/\(rest)").map { ("\(override.folder)/\(rest)", $0) } }
        }
        return (BuiltInFiles.bytes(path).map { [(path, $0)] } ?? []) + own
    }

    /// Which file of the site stands for a path: `nil` where it is the built-in one.
    package func override(of path: String) -> String? {
        guard Self.staysInside(path) else { return nil }
        return overrides.lazy.compactMap { override in override.rest(of: path).map { "\(override.folder)/\($0)" } }.first { reader?.file($0) != nil }
    }

    /// Every path that starts with a folder (`content/runbooks`), sorted; all where it is empty.
    package func paths(under folder: String) -> [String] {
        let prefix = folder.isEmpty || folder.hasSuffix("/") ? folder : folder + "/"
        var found = Set(BuiltInFiles.paths)
        for override in overrides {
            for name in reader?.files(override.folder) ?? [] {
                let path = "\(override.part)/\(name)"
                if Self.staysInside(path), override.rest(of: path) != nil { found.insert(path) }
            }
        }
        return found.filter { $0.hasPrefix(prefix) }.sorted()
    }

    private static func staysInside(_ path: String) -> Bool {
        path.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { !$0.isEmpty && !$0.hasPrefix(".") }
            && !path.utf8.contains { $0 < 0x20 || $0 == UInt8(ascii: "\\") }
    }
}

private extension ThemeFiles.Override {
    /// What is left of a path below the part, `nil` where it is another's.
    func rest(of path: String) -> Substring? {
        guard path.hasPrefix(part + "/") else { return nil }
        let rest = path.dropFirst(part.utf8.count + 1)
        return excluding.contains(String(rest.prefix { $0 != "/" })) ? nil : rest
    }
}
