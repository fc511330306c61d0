import Digests
import Telemetry

/// A page of a service's present that shows nothing new: what it was made from, so that a run can see whether it may stay as it was
/// published. Its line of freshness goes on to say when that was.
package struct QuietPage: Sendable {
    package var service: String
    package var range: ServiceRange
    /// Over all that the page shows, but for the passing of time.
    package var digest: UInt64
    /// The page and its file of points.
    package var paths: [String]

    /// Not where something is going on: then durations and deadlines on the page move by themselves.
    static func mayBe(_ service: ServicePicture, _ range: ServiceRange) -> Bool { service.alerts.isEmpty && [.sixHours, .day].contains(range) }

    init?(_ service: ServicePicture, _ range: ServiceRange, in picture: TenantPicture) {
        guard Self.mayBe(service, range) else { return nil }
        self.service = service.site.id
        self.range = range
        paths = [range.path(of: service.site.id), range.csvPath(of: service.site.id)]
        var facts = Facts()
        facts.add(service.state.key)
        facts.add(service.word?.english ?? "")
        facts.add(picture.isStale ? "stale" : "fresh")
        for resource in service.resources { facts.add(resource, seconds: range.seconds) }
        for incident in picture.incidents where incident.service == service.site.id { facts.add("\(incident.id) \(incident.severity.rawValue) \(incident.endedAt?.seconds ?? 0)") }
        for deployment in picture.deployments where deployment.service == service.site.id { facts.add("\(deployment.label) \(deployment.time.seconds)") }
        digest = facts.digest
    }
}

/// Facts laid end to end for a hash that is the same in every process. Texts go in as hashes of their own, so that all are words.
private struct Facts {
    private var words: [UInt64] = []

    init() { words.reserveCapacity(1_024) }

    var digest: UInt64 { words.withUnsafeBytes { fastHash($0) } }

    mutating func add(_ text: String) {
        var text = text
        words.append(text.withUTF8 { fastHash(UnsafeRawBufferPointer($0)) })
    }

    mutating func add(_ setting: SettingValue) {
        switch setting {
        case .number(let value): words.append(value.bitPattern)
        case .text(let text): add(text)
        case .flag(let flag): words.append(flag ? 1 : 0)
        }
    }

    mutating func add(_ resource: ResourcePicture, seconds: Int64) {
        add("\(resource.id.kind.rawValue) \(resource.id.name) \(resource.id.source) \(resource.site.title) \(resource.state.key) \(resource.word?.english ?? "")")
        for (setting, value) in (resource.resource?.settings ?? [:]).sorted(by: { $0.key < $1.key }) { add(setting.rawValue); add(value) }
        for (signal, absence) in resource.absences.sorted(by: { $0.key < $1.key }) { add("\(signal) \(absence.reason.rawValue) \(absence.since.seconds) \(absence.detail ?? "")") }
        let day = resource.day, rows = Int(clamping: seconds / day.period), from = max(0, day.count - rows)
        for (name, column) in day.columns.sorted(by: { $0.key < $1.key }) {
            add(name)
            // Zeros that go on and gaps that go on look the same five minutes later; every other point has its place in time.
            var missing: UInt64 = 0, newest = from
            for row in from..<max(from, min(day.count, column.values.count)) {
                let value = column.values[row]
                if value.isNaN { missing += 1; continue }
                newest = row
                guard value != 0 else { continue }
                words.append(UInt64(bitPattern: day.time(row).seconds))
                words.append(value.bitPattern)
            }
            words.append(missing)
            words.append(UInt64(day.count - newest))
        }
    }
}
