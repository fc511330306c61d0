import Alerting
import Telemetry

/// A report as a table (RFC 4180): one number a row, so that months can be put under each other.
package struct MonthlyReportCSV {
    package let report: MonthlyReport
    package let tenant: String

    package init(_ report: MonthlyReport, tenant: String) {
        self.report = report
        self.tenant = tenant
    }

    package var bytes: [UInt8] {
        var out = "month,tenant,section,service,name,measure,value,unit\r\n"
        func row(_ section: String, _ service: String, _ name: String, _ measure: String, _ value: Double?, _ unit: String) {
            let number = value.map { $0.isFinite ? (Int64(exactly: $0).map(String.init) ?? $0.description) : "" } ?? ""
            out += [report.month.name, tenant, section, service, name, measure, number, unit].map(SeriesCSV.cell).joined(separator: ",") + "\r\n"
        }
        for service in report.services {
            row("availability", service.id, service.title, "availability", service.availability, "ratio")
            row("availability", service.id, service.title, "measured", Double(service.measuredSeconds), "s")
            row("availability", service.id, service.title, "critical", Double(service.criticalSeconds), "s")
            row("availability", service.id, service.title, "warning", Double(service.warningSeconds), "s")
            row("availability", service.id, service.title, "incidents", Double(service.incidents), "1")
        }
        for objective in report.objectives {
            row("objective", objective.serviceID, objective.id, "promised", objective.promised, "ratio")
            row("objective", objective.serviceID, objective.id, "kept", objective.kept, "ratio")
            row("objective", objective.serviceID, objective.id, "events", objective.events, "1")
            row("objective", objective.serviceID, objective.id, "bad", objective.bad, "1")
            row("objective", objective.serviceID, objective.id, "budget_used", objective.budgetUsed, "ratio")
        }
        for incident in report.incidents {
            row("incident", incident.service, incident.id, incident.severity.rawValue, incident.endedAt.map { Double($0 - incident.startedAt) }, "s")
        }
        for record in report.noise {
            row("noise", "", record.rule, "fired", Double(record.fired), "1")
            row("noise", "", record.rule, "came_back", Double(record.flaps), "1")
            row("noise", "", record.rule, "suppressed", Double(record.suppressed), "1")
        }
        for (state, count) in (report.messages ?? [:]).sorted(by: { $0.key.rawValue < $1.key.rawValue }) { row("messages", "", state.rawValue, "messages", Double(count), "1") }
        for cost in report.costs {
            row("cost", "", cost.source, "calls", Double(cost.calls), "1")
            row("cost", "", cost.source, "cost", cost.dollars, "USD")
        }
        return Array(out.utf8)
    }
}
