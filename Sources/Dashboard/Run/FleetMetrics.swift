import Site
import Telemetry

/// `fleet/metrics.prom`: what the last run says of itself, for a textfile collector or a scrape of the published file. Gauges, because each
/// file tells of one run. What nobody knows of a tenant that was left out is absent, not zero.
struct FleetMetrics {
    let results: [HeldResult]
    let outcome: RunOutcome
    let channels: [FleetBuilder.Channel]
    let startedAt: Timestamp
    /// Nothing in a run that is to give the same bytes again.
    let seconds: Int64?
    /// How the run before ended, publishing included: that comes after these lines are written.
    let exitBefore: Int?
    let fleetBytes: Int64

    /// One family after the other, by name, and each in pieces: it has a line for every tenant.
    func write(_ sink: @escaping ([UInt8]) throws -> Void) throws {
        for family in families.sorted(by: { $0.name < $1.name }) {
            var lines = MetricFamily(family.name, .gauge, help: family.help)
            try family.fill { value, labels in
                lines.add(value, labels)
                if lines.size >= Self.piece { try sink(lines.takePrometheus()) }
            }
            if !lines.isEmpty { try sink(lines.takePrometheus()) }
        }
    }

    /// Bytes that are gathered before they are handed on.
    private static let piece = 65_536

    private typealias Add = (_ value: Double, _ labels: [(String, String)]) throws -> Void

    private struct Family {
        let name: String
        let help: String
        /// Called when its turn comes.
        let fill: (Add) throws -> Void
    }

    private var families: [Family] {
        [
            one("tidewatch_build_info", "The release that made the site.", 1, [("version", ProductVersion.text)]),
            one("tidewatch_run_timestamp_seconds", "When the run began.", Double(startedAt.seconds)),
            one("tidewatch_run_duration_seconds", "How long the run took, until the fleet page was made.", seconds.map(Double.init)),
            one("tidewatch_run_exit_code", "How the run ended, without publishing; 0 is fine (docs/commands.md).", Double(outcome.exit.rawValue)),
            one("tidewatch_previous_run_exit_code", "How the run before ended, publishing included.", exitBefore.map(Double.init)),
            one("tidewatch_run_problems", "Problems that the run met.", Double(outcome.problems.count)),
            one("tidewatch_run_quarantined", "Tenants that were left out because they ended their worker.", Double(results.count { $0.outcome.quarantine != nil })),
            one("tidewatch_worker_peak_bytes", "Largest resident size of a worker of the run.", seconds == nil || outcome.workers.started == 0 ? nil : Double(outcome.workers.largestBytes)),
            stages, alerts,
            each("tidewatch_tenant_up", "Whether the tenant's run ended without a problem.") { $0.outcome.exit == .done ? 1 : 0 },
            each("tidewatch_tenant_data_timestamp_seconds", "How far the tenant's numbers reach.") { $0.dataTo.map { Double($0.seconds) } },
            each("tidewatch_tenant_calls", "Calls that the run made to the tenant's sources.") { $0.outcome.known(\.calls).map(Double.init) },
            each("tidewatch_tenant_metrics_requested", "Metrics that the run asked for, as they are billed.") { $0.outcome.known(\.metrics).map(Double.init) },
            each("tidewatch_tenant_received_bytes", "Bytes that the run was answered.") { $0.outcome.known(\.bytes).map(Double.init) },
            each("tidewatch_tenant_cost_dollars", "What the run's calls cost at list prices.") { $0.outcome.known(\.dollars) },
            each("tidewatch_tenant_points_added", "New points that the run recorded.") { $0.outcome.known(\.newPoints).map(Double.init) },
            each("tidewatch_tenant_series", "Series with a point in the last day.") { $0.series.map(Double.init) },
            each("tidewatch_tenant_database_bytes", "Bytes of the tenant's database and its journal.") { $0.databaseBytes.map(Double.init) },
            each("tidewatch_tenant_files", "Files of the tenant's site.") { $0.outcome.pages.map(Double.init) },
            each("tidewatch_tenant_files_written", "Files that the run wrote anew; the others stayed.") { $0.outcome.pagesWritten.map(Double.init) },
            each("tidewatch_tenant_messages_sent", "Messages that receivers took in the run.") { $0.outcome.known(\.messagesSent).map(Double.init) },
            each("tidewatch_tenant_messages_waiting", "Messages that wait in the outbox.") { $0.outcome.messagesWaiting.map(Double.init) },
            one("tidewatch_fleet_database_bytes", "Bytes of the fleet's database.", Double(fleetBytes)),
            receivers("tidewatch_receiver_up", "Whether the receiver takes messages; absent where it was never tried.") { $0.disabled != nil || $0.failingSince != nil ? 0 : $0.lastAccepted == nil ? nil : 1 },
            receivers("tidewatch_receiver_accepted_timestamp_seconds", "When the receiver last took a message.") { $0.lastAccepted.map { Double($0.seconds) } },
        ]
    }

    private var stages: Family {
        Family(name: "tidewatch_stage_duration_seconds", help: "Seconds of a stage, added up over all tenants.") { add in
            var spent: [RunOptions.Stage: Int] = [:]
            for result in results { for time in result.outcome.stages { spent[time.stage, default: 0] += time.milliseconds } }
            for stage in RunOptions.Stage.allCases { if let milliseconds = spent[stage] { try add(Double(milliseconds) / 1_000, [("stage", stage.rawValue)]) } }
        }
    }

    private var alerts: Family {
        Family(name: "tidewatch_tenant_alerts_firing", help: "Alerts that fire, told or not.") { add in
            for result in results {
                guard let counts = result.alerts else { continue }
                try add(Double(counts.critical), [("tenant", result.outcome.id), ("severity", "critical")])
                try add(Double(counts.warning), [("tenant", result.outcome.id), ("severity", "warning")])
            }
        }
    }

    private func one(_ name: String, _ help: String, _ value: Double?, _ labels: [(String, String)] = []) -> Family {
        Family(name: name, help: help) { add in if let value { try add(value, labels) } }
    }

    private func each(_ name: String, _ help: String, _ value: @escaping (HeldResult) -> Double?) -> Family {
        Family(name: name, help: help) { add in for result in results { if let value = value(result) { try add(value, [("tenant", result.outcome.id)]) } } }
    }

    private func receivers(_ name: String, _ help: String, _ value: @escaping (FleetBuilder.Channel) -> Double?) -> Family {
        Family(name: name, help: help) { add in for channel in channels { if let value = value(channel) { try add(value, [("receiver", channel.name)]) } } }
    }
}
