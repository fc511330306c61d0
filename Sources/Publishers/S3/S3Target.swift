import AWS
import Digests
import Telemetry

/// Publishes to a bucket of S3, or of a store that speaks like it: only what changed goes out, assets first, then pages from the deepest up,
/// then the manifest, over the one that was read. S3 has no step that changes many objects at once; what holds here is: no torn page,
/// no page without its assets, and never the work of two publishers in one tree.
package struct S3Target: PublishTarget {
    package struct Settings: Sendable {
        package var bucket: String
        /// Empty, or with a slash at its end.
        package var prefix: String
        /// Seconds that one publish may take.
        package var limit: Int64
        package var isConditional: Bool

        package init(bucket: String, prefix: String = "", limit: Int64 = 600, isConditional: Bool = true) {
            self.bucket = bucket
            self.prefix = prefix
            self.limit = limit
            self.isConditional = isConditional
        }
    }

    private let settings: Settings
    private let source: AWSSource
    private let environment: AWSEnvironment
    /// See `Lease`.
    private let publisher: String

    package init(_ settings: Settings, source: AWSSource, environment: AWSEnvironment, publisher: String) {
        self.settings = settings
        self.source = source
        self.environment = environment
        self.publisher = publisher
    }

    package var place: String { "s3://\(settings.bucket)/\(settings.prefix)" }

    package func publish(_ edition: Edition) async -> Publication {
        var source = source
        let start = environment.now()
        source.deadline = start + settings.limit
        let bucket = Bucket(name: settings.bucket, client: AWSClient(source, environment: environment), isConditional: settings.isConditional)
        var report = Publication()
        do {
            let found = try await bucket.get(settings.prefix + Lease.name)
            let old = found.flatMap { Lease($0.bytes) }
            if let old, old.publisher != publisher, old.until > start { throw Busy(place: place, until: old.until) }
            let doubtful = old?.pending ?? []

            let planned = await eachTree(edition.trees, &report) { name in try await difference(edition, name, bucket, now: start, doubtful: doubtful) }
            let changing = planned.filter { !$0.value.isNothing }
            report.files = planned.reduce(0) { $0 + $1.value.next.files.count }
            guard !changing.isEmpty || !edition.gone.isEmpty || !doubtful.isEmpty else { return report }

            // Two minutes more than the last call may begin, so that nobody takes over while one is still on its way.
            let pending = Dictionary(changing.map { name, tree in (name, Set(tree.changed.map { mark(name, $0) })) }, uniquingKeysWith: { $1 })
            var lease = Lease(publisher: publisher, until: start + settings.limit + 120, pending: pending.values.reduce(doubtful) { $0.union($1) })
            let etag = try await claim(lease, over: found?.etag, exists: found != nil, bucket)
            // Whoever published between the first look and the claim has changed what there is: look again at what is to be written.
            let sent = await eachTree(changing.map(\.name), &report) { name in
                let difference = try await difference(edition, name, bucket, now: start, doubtful: doubtful)
                return try await write(difference, of: edition, name, to: bucket)
            }
            report.written = sent.reduce(0) { $0 + $1.value }
            report.removed = await eachTree(edition.gone, &report) { try await takeDown($0, bucket) }.map(\.name)

            let failed = Set(report.failures.compactMap(\.tree))
            if failed.isEmpty {
                try await bucket.delete(settings.prefix + Lease.name)
            } else {
                // What did not get through stays in doubt, and the next run may begin at once.
                lease.until = start
                lease.pending = failed.reduce(into: doubtful) { $0.formUnion(pending[$1] ?? []) }
                _ = try await put(lease, condition: etag.map(Bucket.Condition.unchanged) ?? .none, bucket)
            }
        } catch is Bucket.Conflict {
            report.fail(nil, Busy(place: place, until: nil))
        } catch {
            report.fail(nil, error)
        }
        return report
    }
}

private extension S3Target {
    /// Another publisher is at work, or was since we looked.
    struct Busy: Error, CustomStringConvertible {
        var place: String
        var until: Timestamp?
        var description: String {
            "another publisher is writing to \(place)\(until.map { " (until \($0.rfc3339) at the latest)" } ?? ""). "
                + "Let one site alone publish there, or give each a prefix of its own; the next run tries again."
        }
    }

    func key(_ tree: String, _ path: String) -> String { settings.prefix + tree + "/" + path }
    func mark(_ tree: String, _ path: String) -> String { String(hex(sha256(key(tree, path))).prefix(16)) }

    func difference(_ edition: Edition, _ name: String, _ bucket: Bucket, now: Timestamp, doubtful: Set<String>) async throws -> TreeDifference {
        let remote = try await bucket.get(key(name, RemoteManifest.name)).map { RemoteManifest($0.bytes, etag: $0.etag) } ?? RemoteManifest()
        return TreeDifference(local: try edition.tree(name).files, remote: remote, now: now) { !doubtful.isEmpty && doubtful.contains(mark(name, $0)) }
    }

    func claim(_ lease: Lease, over etag: String?, exists: Bool, _ bucket: Bucket) async throws -> String? {
        try await put(lease, condition: !exists ? .missing : etag.map { .unchanged(etag: $0) } ?? .none, bucket)
    }

    func put(_ lease: Lease, condition: Bucket.Condition, _ bucket: Bucket) async throws -> String? {
        try await bucket.put(settings.prefix + Lease.name, lease.bytes, type: FileKind.mediaType("x.json"), cacheControl: "no-store", condition: condition)
    }

    /// - Returns: how many files were sent.
    func write(_ difference: TreeDifference, of edition: Edition, _ name: String, to bucket: Bucket) async throws -> Int {
        guard !difference.isNothing else { return 0 }
        let tree = try edition.tree(name)
        // What goes out is what the manifest will say, also where a run has begun to write since.
        guard tree.files.filter({ difference.next.files[$0.key] != nil }) == difference.next.files else {
            throw PublishError(.damaged, path: edition.directory + "/" + name, action: "publish", detail: "the tree changed while it was published")
        }
        var rest = difference.changed[...]
        while let first = rest.first {
            let rank = FileKind.rank(first), group = rest.prefix { FileKind.rank($0) == rank }
            rest = rest.dropFirst(group.count)
            try await inParallel(group) { path in (path, try tree.bytes(path)) } then: { path, bytes in
                do {
                    try await bucket.put(key(name, path), bytes, type: FileKind.mediaType(path), cacheControl: FileKind.cacheControl(path),
                                         condition: FileKind.isHashed(path) ? .missing : .none)
                } catch is Bucket.Conflict where FileKind.isHashed(path) {
                    // An asset of that name has that content.
                }
            }
        }
        try await inParallel(difference.due[...]) { $0 } then: { path in try await bucket.delete(key(name, path)) }
        try await bucket.put(key(name, RemoteManifest.name), difference.next.bytes, type: FileKind.mediaType("x.json"), cacheControl: "no-cache",
                             condition: difference.next.etag.map { .unchanged(etag: $0) } ?? .missing)
        return difference.changed.count
    }

    /// Pages first, so that none is left that lacks its assets; the manifest last, so that a second try knows what is left.
    func takeDown(_ name: String, _ bucket: Bucket) async throws {
        guard let found = try await bucket.get(key(name, RemoteManifest.name)) else { return }
        let manifest = RemoteManifest(found.bytes, etag: found.etag)
        let paths = Set(manifest.files.keys).union(manifest.leaving.keys).sorted { (FileKind.rank($1), $1) < (FileKind.rank($0), $0) }
        try await inParallel(paths[...]) { $0 } then: { path in try await bucket.delete(key(name, path)) }
        try await bucket.delete(key(name, RemoteManifest.name))
    }

    /// Trees side by side, eight at a time. One that fails is noted and keeps no other back.
    func eachTree<Value: Sendable>(_ names: [String], _ report: inout Publication, _ work: @escaping @Sendable (String) async throws -> Value) async -> [(name: String, value: Value)] {
        await withTaskGroup(of: (String, Result<Value, any Error>).self) { group in
            var waiting = names.makeIterator(), done: [(name: String, value: Value)] = []
            func begin() {
                guard let name = waiting.next() else { return }
                group.addTask { do { return (name, .success(try await work(name))) } catch { return (name, .failure(error)) } }
            }
            for _ in 0..<8 { begin() }
            for await (name, result) in group {
                switch result {
                case .success(let value): done.append((name, value))
                case .failure(is Bucket.Conflict): report.fail(name, Busy(place: place, until: nil))
                case .failure(let error): report.fail(name, error)
                }
                begin()
            }
            report.failures.sort { ($0.tree ?? "", $0.message) < ($1.tree ?? "", $1.message) }
            return done.sorted { $0.name < $1.name }
        }
    }

    /// Eight at a time; the first failure ends it. `prepare` runs one after the other, so that only what is on its way is in memory.
    func inParallel<Item: Sendable>(_ paths: ArraySlice<String>, _ prepare: (String) throws -> Item, then work: @escaping @Sendable (Item) async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            var underWay = 0
            for path in paths {
                if underWay >= 8 {
                    try await group.next()
                    underWay -= 1
                }
                let item = try prepare(path)
                group.addTask { try await work(item) }
                underWay += 1
            }
            try await group.waitForAll()
        }
    }
}
