import Foundation
import Storage
import Telemetry

/// Searches each tenant's tree and outbox for the names of all others. The same search runs in the tests, with words planted through every source field.
struct LeakCheck: DoctorCheck {
    static let name = "leak scan"

    func findings(_ bench: DoctorBench) async -> [DoctorFinding] {
        // Words of tenants whose databases are in other hands are not known.
        guard bench.lock.holder == nil else { return [] }
        do {
            return try look(bench)
        } catch {
            return [DoctorFinding(.warning, nil, "not looked for: \(error)")]
        }
    }

    private func look(_ bench: DoctorBench) throws -> [DoctorFinding] {
        let tenants = bench.configuration.tenants.map(\.id) + bench.configuration.brokenTenants.map(\.id).filter(isIdentifier)
        let files = Dictionary(bench.configuration.tenants.map { ($0.id, $0) }) { first, _ in first }
        var words: [String: Set<[UInt8]>] = [:], plain = 0, closed: [DoctorFinding] = []
        for id in tenants {
            var names = [id] + (files[id].map(names(in:)) ?? [])
            do throws(StoreError) { names += try bench.store(at: bench.context.statePath(id))?.givenNames() ?? [] } catch {
                closed.append(DoctorFinding(.warning, id, "only the names in its file are looked for: \(error)"))
            }
            let telling = Set(names).compactMap(Self.word)
            plain += Set(names).count - telling.count
            words[id] = Set(telling)
        }
        var scan = LeakScan(words: words)
        allowEverybody(&scan, bench)
        for id in bench.tenants.map(\.id) + bench.broken.map(\.id).filter(isIdentifier) {
            let store = try? bench.store(at: bench.context.statePath(id))
            try allowOwn(id, services: Set(files[id]?.services.map(\.id) ?? []), store, &scan, bench)
            scan.examineTree(bench.configuration.directory + "/public/" + id, named: "public/" + id, reader: id)
            for message in try store?.messages(in: TimeWindow(from: bench.now - 400 * 86_400, to: bench.now + 86_400)) ?? [] {
                scan.examineMessage(message.subject, message.body, at: "message \(message.id) to \(message.receiver)", reader: id)
            }
        }
        let searched = "\(scan.distinctive) names of \(count(tenants.count, "tenant")) looked for in \(scan.texts) files and messages (\(scan.bytes >> 20) MiB) of the others"
        let left = plain == 0 ? "" : " (\(count(plain, "name")) that \(plain == 1 ? "is" : "are") short or one plain word \(plain == 1 ? "is" : "are") not looked for)"
        guard !scan.leaks.isEmpty else { return closed + [DoctorFinding(.ok, nil, searched + ", 0 found" + left)] }
        let shown = scan.leaks.prefix(20).map {
            DoctorFinding(.failure, $0.reader, "\(printable($0.place)): '\(printable($0.word))' belongs to \($0.owner), and \($0.reader) gets to see it")
        }
        return closed + [DoctorFinding(.failure, nil, searched + ", \(scan.leaks.count) found\(scan.leaks.count > shown.count ? ", the first \(shown.count) of them below" : ""). Take these trees offline, and tell the makers of Tidewatch.")] + shown
    }

    private func names(in tenant: TenantConfiguration) -> [String] {
        let services = tenant.services
        return [tenant.title] + services.map(\.title) + services.flatMap(\.resources).map(\.name) + services.flatMap(\.traceGroups).map(\.title)
    }

    /// The longest part of a name that is written alike on pages, in JSON, in addresses and in mails, where it says enough to be nobody else's:
    /// one plain word such as "production" stands on every page. What two words together say to everybody is allowed by `allowEverybody`.
    static func word(_ name: String) -> [UInt8]? {
        // Partition, service and region of an ARN are many people's (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html).
        let name = name.hasPrefix("arn:") ? name.split(separator: ":", omittingEmptySubsequences: false).dropFirst(4).joined(separator: ":") : name
        func isSeparator(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: " ") || byte == UInt8(ascii: ".") }
        func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }
        let parts = name.utf8.split { !($0 >= 128 || $0 >= 97 && $0 <= 122 || $0 >= 65 && $0 <= 90 || isDigit($0) || isSeparator($0)) }
        guard let longest = parts.max(by: { $0.count < $1.count }), longest.count >= WordSearch.shortest else { return nil }
        let isTelling = longest.contains { isDigit($0) || $0 >= 128 } || longest.split(whereSeparator: isSeparator).count > 1
        return isTelling ? Array(longest.prefix(80)) : nil
    }

    private func allowEverybody(_ scan: inout LeakScan, _ bench: DoctorBench) {
        let context = bench.context
        let restricted = Set(context.library.documents.filter { !$0.front.services.isEmpty }.map(\.path)), tenants = Set(bench.configuration.tenants.map(\.id))
        // A folder of templates or assets that has a tenant's name is that tenant's.
        func isOwn(_ path: String) -> Bool {
            let parts = path.split(separator: "/", maxSplits: 2)
            return parts.count == 3 && tenants.contains(String(parts[1]))
        }
        for path in context.files.paths(under: "") where !restricted.contains(path) && !isOwn(path) { scan.allowEverybody(context.files.file(path) ?? []) }
        for page in ManualPages.all(rules: context.sharedRules) { scan.allowEverybody(Array(page.text.utf8)) }
        scan.allowEverybody(context.world.files.readFile(bench.configuration.directory + "/tidewatch.yaml") ?? [])
    }

    private func allowOwn(_ id: String, services: Set<String>, _ store: TenantStore?, _ scan: inout LeakScan, _ bench: DoctorBench) throws {
        let context = bench.context
        scan.allow(id, context.world.files.readFile(bench.configuration.directory + "/tenants/" + id + ".yaml") ?? [])
        for document in context.library.documents where !services.isDisjoint(with: document.front.services) { scan.allow(id, context.files.file(document.path) ?? []) }
        try store?.forEachGivenText { scan.allow(id, $0) }
    }
}

extension LeakScan {
    /// Every file below a folder, and its name.
    mutating func examineTree(_ folder: String, named place: String, reader: String) {
        for case let name as String in FileManager.default.enumerator(atPath: folder) ?? .init() {
            guard let bytes = FileManager.default.contents(atPath: folder + "/" + name) else { continue }
            examine([UInt8](bytes), at: place + "/" + name, path: name, reader: reader)
        }
    }

    /// A message as it goes out: soft line breaks of quoted-printable text are no part of it.
    mutating func examineMessage(_ subject: String, _ body: [UInt8], at place: String, reader: String) {
        var plain: [UInt8] = []
        plain.reserveCapacity(body.count)
        var at = 0
        while at < body.count {
            if body[at] == UInt8(ascii: "="), at + 2 < body.count, body[at + 1] == 13, body[at + 2] == 10 { at += 3; continue }
            plain.append(body[at])
            at += 1
        }
        examine(plain + Array(("\n" + subject).utf8), at: place, reader: reader)
    }
}
