import Alerting
import Foundation
import JSON
import Signals
import Storage
import Telemetry

/// What a person asks for with `silence add` or `ack`, before it is checked.
package struct SilenceOrder: Sendable {
    package var kind: Silence.Kind
    package var match: [String: String]
    package var author: String
    package var reason: String
    package var length: String?
    package var until: String?
    package var from: String?
    package var weekly: [String] = []

    package init(kind: Silence.Kind, match: [String: String], author: String, reason: String) {
        self.kind = kind
        self.match = match
        self.author = author
        self.reason = reason
    }
}

/// Where people mute and unmute: every order is checked against the site before a file is written.
package struct SilenceDesk: Sendable {
    private let directory: String
    private let world: World
    private var folder: SilenceFolder { SilenceFolder(directory: directory, world: world.files) }

    package init(directory: String, world: World) {
        self.directory = directory
        self.world = world
    }

    package func expire(_ id: String, at now: Timestamp) throws -> SilenceFile { try folder.expire(id, at: now) }

    package func add(_ order: SilenceOrder, at now: Timestamp) throws -> SilenceFile {
        let loaded = try LoadedSite(directory: directory, world: world), configuration = loaded.configuration
        func refuse(_ message: String) -> SilenceFolder.Failed { .init(description: message, isUsage: true) }
        guard !order.match.isEmpty else { throw refuse("this would mute everything. Name at least one of --tenant, --service, --rule, --resource") }
        guard !order.reason.allSatisfy(\.isWhitespace) else { throw refuse("--reason: say why nobody needs to be told") }
        if let severity = order.match["severity"], Severity(rawValue: severity) == nil { throw refuse("--severity: expected warning or critical, found '\(printable(severity))'") }
        if let kind = order.match["kind"], ResourceKind(rawValue: kind) == nil {
            throw refuse("--kind: expected one of \(ResourceKind.allCases.map(\.rawValue).joined(separator: ", ")), found '\(printable(kind))'")
        }
        guard [order.length, order.until].compactMap({ $0 }).count < 2 else { throw refuse("--for and --until both say when it ends. Give one") }

        var start = now
        if let from = order.from {
            guard let time = Timestamp(rfc3339: from) else { throw refuse("--from: expected a time such as 2026-11-20T10:05:00Z, found '\(printable(from))'") }
            start = time
        }
        let weekly = try order.weekly.map(Self.window)
        let end: Silence.End
        switch (order.length, order.until) {
        case (let length?, _):
            guard let seconds = QuantityText.duration(length), seconds > 0 else { throw refuse("--for: expected a duration such as 2h, found '\(printable(length))'") }
            end = .at(start + seconds)
        case (_, "resolved"):
            guard weekly.isEmpty else { throw refuse("--until resolved does not go with --weekly. Give a time, or leave it out") }
            end = .resolved
        case (_, let until?) where QuantityText.duration(until).map { $0 > 0 } ?? false:
            end = .at(start + (QuantityText.duration(until) ?? 0))
        case (_, let until?):
            guard let time = Timestamp(rfc3339: until) else { throw refuse("--until: expected a time such as 2026-11-20T18:00:00Z, a duration or 'resolved', found '\(printable(until))'") }
            guard time > max(start, now) else { throw refuse("--until: \(until) is over already") }
            end = .at(time)
        case (nil, nil):
            guard !weekly.isEmpty else { throw refuse("a silence needs an end: --for 2h, --until TIME or --until resolved") }
            end = .open
        }
        var file = SilenceFile(silence: Silence(id: Self.name(order, start), kind: order.kind, author: order.author, reason: order.reason, match: order.match, start: start, end: end))
        file.weekly = weekly
        let doubts = SilenceCheck(configuration: configuration).warnings(about: file)
        // A word that matches nothing is a typing error: here a person is still there to correct it.
        guard doubts.isEmpty else { throw refuse(doubts.map { "--" + $0.message.dropFirst("match.".count) }.joined(separator: "\n")) }
        if let unknown = try unknown(file, in: loaded, at: now) { throw refuse(unknown) }
        return try folder.add(file)
    }

    /// An incident or a resource that nobody has seen: what only the databases know. Nothing where a tenant that is meant was never watched, or a run has them.
    private func unknown(_ file: SilenceFile, in loaded: LoadedSite, at now: Timestamp) throws -> String? {
        let match = file.silence.match, tenants = loaded.configuration.tenants.filter { file.concerns($0.id) }
        guard match["incident"] != nil || match["resource"] != nil else { return nil }
        let context = RunContext(loaded, world: world, options: RunOptions())
        guard !tenants.isEmpty, tenants.allSatisfy({ FileManager.default.fileExists(atPath: context.statePath($0.id)) }),
              let lock = try? RunLock(stateDirectory: directory + "/state", owner: "silence", countsSkip: false) else { return nil }
        defer { withExtendedLifetime(lock) {} }
        var incidents: [String] = [], resources: Set<String> = [], isThere = false
        for tenant in tenants {
            let store = try context.store(at: context.statePath(tenant.id))
            if let id = match["incident"], try store.incident(id) != nil { isThere = true }
            incidents += try store.incidents(in: TimeWindow(from: now - 30 * 86_400, to: now + 1)).map(\.id)
            resources.formUnion(try store.resources().map(\.id.name))
            for service in tenant.services { resources.formUnion(ResourceKind.allCases.flatMap(service.names)) }
        }
        let place = match["tenant"].map { " of tenant '\(printable($0))'" } ?? ""
        if let id = match["incident"], !isThere {
            let near = nearestWord(to: id, among: incidents).map { " Did you mean '\($0)'?" } ?? incidents.max().map { " The newest is '\($0)'." } ?? " There is none."
            return "no incident\(place) is called '\(printable(id))'.\(near)"
        }
        guard let glob = match["resource"], !resources.contains(where: Glob(glob).matches) else { return nil }
        let near = nearestWord(to: glob, among: resources.sorted()).map { " Did you mean '\(printable($0))'?" } ?? ""
        return "--resource: no resource\(place) is called '\(printable(glob))'.\(near)"
    }

    /// `incident` or `rule`: what the argument of `ack` names.
    package func label(of word: String) throws -> String {
        let rules = try LoadedSite(directory: directory, world: world).configuration.rules.map(\.id)
        if rules.contains(word) { return "rule" }
        let parts = word.split(separator: "-", maxSplits: 2)
        if parts.count == 3, parts[0].count == 8, parts[1].count == 4, (parts[0] + parts[1]).utf8.allSatisfy({ $0 &- 48 < 10 }) { return "incident" }
        let near = nearestWord(to: word, among: rules).map { " Did you mean '\($0)'?" } ?? ""
        throw SilenceFolder.Failed(description: "'\(printable(word))' is neither a rule nor an incident's id, such as 20261120-0918-orders-webhook.\(near)", isUsage: true)
    }

    package func list(at now: Timestamp, includesOver: Bool) -> SilenceList {
        let (files, mistakes) = folder.read()
        return SilenceList(entries: files.filter { includesOver || !$0.silence.isOver(at: now) }, mistakes: mistakes, now: now)
    }

    /// `20261120-1005-queue-age`
    private static func name(_ order: SilenceOrder, _ start: Timestamp) -> String {
        let subject = order.match["incident"] ?? order.match["rule"] ?? order.match["service"] ?? order.match["resource"] ?? order.match["tenant"] ?? "alerts"
        var word = ""
        for character in subject.lowercased().unicodeScalars.prefix(40) {
            let fits = character.isASCII && (character.properties.isAlphabetic || character.properties.numericType != nil)
            if fits { word.unicodeScalars.append(character) } else if !word.hasSuffix("-"), !word.isEmpty { word += "-" }
        }
        while word.hasSuffix("-") { word.removeLast() }
        let digits = start.rfc3339.filter(\.isNumber)
        return "\(digits.prefix(8))-\(digits.dropFirst(8).prefix(4))-\(word.isEmpty ? "alerts" : word)"
    }

    /// `sat,sun 02:00-04:00 Europe/Berlin`; days and zone may be left out.
    private static func window(_ text: String) throws -> WeeklyWindow {
        var words = text.split(separator: " ").map(String.init)
        func refuse(_ message: String) -> SilenceFolder.Failed { .init(description: "--weekly: \(message) in '\(printable(text))'. Write it like 'sat,sun 02:00-04:00 Europe/Berlin'", isUsage: true) }
        guard let times = words.firstIndex(where: { $0.contains(":") }) else { throw refuse("no hours") }
        let hours = words.remove(at: times).split(separator: "-", omittingEmptySubsequences: false).map { WeeklyWindow.minutes(String($0)) }
        guard hours.count == 2, let from = hours[0], let to = hours[1] else { throw refuse("hours are not like 02:00-04:00") }
        var days: Set<Int> = [], zone = "UTC"
        for (index, word) in words.enumerated() {
            if index < times {
                for name in word.split(separator: ",") {
                    guard let day = WeeklyWindow.dayNames.firstIndex(of: name.lowercased()) else { throw refuse("'\(printable(String(name)))' is no day (\(WeeklyWindow.dayNames.joined(separator: ", ")))") }
                    days.insert(day)
                }
            } else {
                guard WeeklyWindow.isZone(word) else { throw refuse("unknown time zone '\(printable(word))'") }
                zone = word
            }
        }
        return WeeklyWindow(days: days, from: from, to: to, zone: zone)
    }
}
