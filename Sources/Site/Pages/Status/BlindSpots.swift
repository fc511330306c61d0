import Signals
import Telemetry

/// Where a failure would leave no error behind: hops without spans, failures that code swallows, sums that disagree, runs that did not come.
struct BlindSpots {
    let picture: TenantPicture

    var markup: Markup {
        var out = Markup(picture.language)
        let spots = picture.services.flatMap { service in swallowed(service) + unreported(service) + unbalanced(service) + missed(service) + untraced(service) }.sorted { ($0.state, $0.title) < ($1.state, $1.title) }
        guard !spots.isEmpty else { out.note("Nothing known: what fails here is counted somewhere."); return out }
        Table("t tight", caption: spots.count > 40 ? "First 40 of \(spots.count)." : "Of the last 24 hours. None of these needs to be an alert; each hides one.",
              columns: [.init("State"), .init("Blind spot")], rows: spots.prefix(40).map { FindingRow.cells($0, PageLocation("checks/index.html"), picture.clock) }).write(into: &out)
        return out
    }

    /// No function failed, yet its log or its callers say otherwise.
    private func swallowed(_ service: ServicePicture) -> [FindingSite] {
        let functions = service.resources.filter { $0.id.kind == .function }
        func isCalm(_ function: ResourcePicture) -> Bool { (function.sum("invocations", over: 86_400) ?? 0) > 0 && function.sum("errors", over: 86_400) == 0 }
        let logs = functions.filter(isCalm).compactMap { function -> FindingSite? in
            let log = service.resources.first { $0.id.kind == .log && $0.id.name == function.id.name && $0.id.source == function.id.source }
            guard let lines = log?.sum("errors", over: 86_400), lines > 0 else { return nil }
            return spot(service, "\(function.site.title): failures that it keeps to itself", "\(Words.count(lines)) error lines, 0 failed runs.")
        }
        let callers = service.resources.filter { $0.id.kind == .api || $0.id.kind == .httpAPI }.compactMap { api -> FindingSite? in
            let behind = functions.filter { api.resource?.feeds.contains($0.id) == true }
            guard let answers = api.sum("errors_5xx", over: 86_400), answers > 0, !behind.isEmpty, behind.allSatisfy(isCalm) else { return nil }
            return spot(service, "\(api.site.title): callers see errors that no function counts", "\(Words.count(answers)) answers with 5xx, 0 failed runs behind it.")
        }
        return logs + callers
    }

    /// Runs failed and the tracker of exceptions heard nothing of them.
    private func unreported(_ service: ServicePicture) -> [FindingSite] {
        service.resources.filter { $0.id.kind == .function }.compactMap { function in
            guard let captured = CapturedExceptions([function], over: 86_400), captured.unreported > 0 else { return nil }
            return spot(service, "\(function.site.title): failed runs that Sentry does not know of",
                        "\(Words.count(captured.errors)) failed runs, \(Words.count(captured.unhandled)) unhandled events in Sentry. A run that times out or is killed reports nothing.")
        }
    }

    private func unbalanced(_ service: ServicePicture) -> [FindingSite] {
        service.resources.filter { $0.id.kind == .balance }.compactMap { balance in
            guard let share = balance.latest("imbalance") else {
                let why: Phrase = balance.absences["imbalance"]?.detail.map { AlertList.sentence(.told($0, as: "absence")) } ?? "\("not computed yet" as Phrase)."
                return spot(service, "\(balance.title): cannot be balanced", why, .noData)
            }
            guard abs(share) > balance.setting(.tolerance) ?? 0.02 else { return nil }
            let part = Words.percent(abs(share))
            return spot(service, "\(balance.title): does not add up", share > 0 ? "\(part) went in and did not come out." : "\(part) came out that never went in.")
        }
    }

    private func missed(_ service: ServicePicture) -> [FindingSite] {
        service.alerts.filter { $0.key.rule == "schedule-missed" && $0.phase == .firing }.map { alert in
            let schedule = service.resources.first { $0.id == alert.key.resource }?.resource?.settings[.schedule]?.text
            return spot(service, "\(alert.key.resource.name): a scheduled run did not come", "Expected by \(schedule.map { .verbatim($0) } ?? "its schedule"); a run that never starts fails nowhere.", alert.mark ?? .warning)
        }
    }

    /// Hops that send no spans of their own, as far as settings tell.
    private func untraced(_ service: ServicePicture) -> [FindingSite] {
        // X-Ray is off where the spans go to somebody else.
        let isToldElsewhere = service.resources.contains { trace in
            trace.id.kind == .trace && trace.hasValues && !service.resources.contains { $0.id.kind == .function && $0.id.source == trace.id.source }
        }
        let silent = service.resources.filter { resource in
            resource.id.kind == .httpAPI || (!isToldElsewhere && resource.id.kind == .function && resource.resource?.settings[.tracing]?.flag == false)
        }
        guard !silent.isEmpty else { return [] }
        let isHTTP = silent.contains { $0.id.kind == .httpAPI }
        let names = Words.list(silent.prefix(6).map { .verbatim($0.site.title) } + (silent.count > 6 ? ["\(silent.count - 6) more"] : []))
        return [spot(service, "\(service.site.title): \(Words.plural(silent.count, "hop")) without spans", isHTTP ? "\(names). Traces have a hole here; X-Ray cannot trace an HTTP API." : "\(names). Traces have a hole here: tracing is off.", .asleep, word: "No spans")]
    }

    private func spot(_ service: ServicePicture, _ title: Phrase, _ detail: Phrase, _ state: StateMark = .warning, word: Phrase? = nil) -> FindingSite {
        FindingSite(state: state, word: word, service: service.site.id, title: title, detail: detail)
    }
}
