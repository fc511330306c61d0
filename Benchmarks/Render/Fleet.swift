import Site
import Telemetry

/// Made-up tenants of twenty services of two queues each: counts with a daily swing, an age in seconds, a counter that is zero for hours.
struct Fleet {
    /// Sorted: the peer reads them by their place.
    static let signals = ["deleted", "empty_receives", "in_flight", "oldest_age", "sent", "visible"]
    static let services = 20
    static let queues = 40
    /// Points a chart; the stores hold as many more as there are steps.
    static let points = 288
    static let steps = 24
    private static let start = Timestamp(seconds: 1_795_082_400)

    let tenants: Int

    /// Where the charts of a step end.
    static func end(step: Int) -> Timestamp { start + Int64(points + max(0, min(steps, step))) * 300 }

    static func site(of tenant: Int) -> TenantSite {
        let services = (0..<services).map { service in
            ServiceSite(id: "svc-\(two(service))", title: "Service \(two(service))", resources: [ResourceSite(queue(service * 2)), ResourceSite(queue(service * 2 + 1))])
        }
        let rule = RuleSite(id: "queue-age", title: "Oldest message is too old", on: .queue, unit: .seconds, warning: "oldest_age > 15m", critical: "oldest_age > 1h", forSeconds: 300,
                            runbook: "queue-backlog", limits: [.init(signal: "oldest_age", warning: 900, critical: 3_600)], resources: (0..<queues).map(queue))
        return TenantSite(id: "tenant-\(two(tenant))", title: "Tenant \(two(tenant))", services: services, rules: [rule])
    }

    func history(of tenant: Int) -> Harvest {
        var harvest = Harvest(window: TimeWindow(from: Self.start, to: Self.end(step: Self.steps)))
        for number in 0..<Self.queues {
            let id = Self.queue(number)
            harvest.resources.append(Resource(id: id, service: "svc-\(two(number / 2))", presence: .alive, settings: [.retention: .number(345_600)]))
            harvest.series += Self.signals.enumerated().map { signal, name in
                SeriesBatch(SeriesID(id, name), period: 300, samples: (0..<Self.points + Self.steps).map { step in
                    Sample(Self.start + Int64(step) * 300, Self.value(tenant * Self.queues + number, signal, step), .final)
                })
            }
        }
        return harvest
    }

    private static func queue(_ number: Int) -> ResourceID { ResourceID(source: "prod", kind: .queue, name: "queue-\(two(number))") }

    private static func value(_ resource: Int, _ signal: Int, _ step: Int) -> Double {
        var mixed = UInt64(bitPattern: Int64(resource &* 31 &+ signal &* 7_919 &+ step &* 104_729)) &* 0x9E37_79B9_7F4A_7C15
        mixed ^= mixed >> 31
        // Half the day busy, half quiet; every queue has its own size.
        let size = UInt64(20 + resource % 50 * 40), swing = UInt64(abs(144 - step % 288)) + 20
        if signals[signal] == "empty_receives", step % 96 < 40 { return 0 }
        return Double(mixed % (size * swing / 20 + 1))
    }
}
