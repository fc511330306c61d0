import Telemetry

/// Who answered: responses by layer, so that a gateway's 200 does not hide a backend's failure.
struct AnswersBlock {
    let markup: Markup

    init(_ service: ServicePicture, _ picture: TenantPicture, _ answers: AnswerHours) {
        var out = Markup(picture.language)
        let window: Int64 = 21_600
        let counted = MessagePath.ordered(service.resources).compactMap { resource -> [Cell]? in
            func cell(_ value: Double?, _ label: Phrase, isBad: Bool = false) -> Cell {
                guard let value else { return Cell("–", class: "n soft", label: label) }
                return Cell(verbatim: Words.count(value), class: isBad && value > 0 ? "n b x-crit" : "n", label: label)
            }
            switch resource.id.kind {
            case .api, .httpAPI:
                guard let all = resource.sum("requests", over: window) else { return nil }
                let client = resource.sum("errors_4xx", over: window) ?? 0, server = resource.sum("errors_5xx", over: window) ?? 0
                return [Cell("Gateway \(resource.site.title)", class: "w", isHeader: true), cell(max(0, all - client - server), "OK"), cell(client, "4xx"), cell(server, "5xx", isBad: true)]
            case .function:
                guard let runs = resource.sum("invocations", over: window) else { return nil }
                let errors = resource.sum("errors", over: window) ?? 0
                return [Cell("Function \(resource.site.title)", class: "w", isHeader: true), cell(max(0, runs - errors), "OK"), cell(resource.sum("throttles", over: window), "Throttled"), cell(errors, "Failed", isBad: true)]
            case .topic, .bus:
                guard let all = resource.sum(resource.id.kind == .topic ? "published" : "matched", over: window) else { return nil }
                return [Cell("\(ResourceFacts.kind(of: resource)) \(resource.site.title)", class: "w", isHeader: true), cell(all, "OK"), cell(nil, "Throttled"), cell(resource.sum("failed", over: window), "Failed", isBad: true)]
            case .queue, .table, .bucket, .stateMachine, .log, .trace, .probe, .balance, .slo: return nil
            }
        }
        let rows = counted + Self.dependencies(answers, since: picture.end - window)
        if rows.isEmpty {
            let counts = service.resources.contains { [.api, .httpAPI, .function, .topic, .bus].contains($0.id.kind) }
            out.note(counts ? "No layer has a count in the last 6 hours." : "No layer of this service counts its answers.")
        } else {
            Table("t tight stack q", caption: "By layer, last 6 hours. A gateway that only queues answers before the work is done.",
                  columns: [.init("Layer"), .init("OK", class: "n"), .init("4xx or throttled", class: "n"), .init("5xx or failed", class: "n")], rows: rows).write(into: &out)
        }
        for sentence in Self.gaps(service, answers) { out.note(sentence) }
        if let captured = CapturedExceptions(service, over: window) { out.note(captured.sentence) }
        markup = out
    }

    /// What stands behind the functions, as their own lines say; apart, because a gateway's 200 and a function without an error may hide it.
    private static func dependencies(_ answers: AnswerHours, since: Timestamp) -> [[Cell]] {
        answers.rows.filter { $0.resource.id.kind == .function }.map { row in
            let counts = row.answers.filter { $0.time >= since }
            func cell(_ label: Phrase, _ isWanted: (AnswerCount) -> Bool, isBad: Bool = false) -> Cell {
                let sum = AnswerHours.Row.sum(counts.filter(isWanted))
                return Cell(verbatim: Words.count(Double(sum)), class: isBad && sum > 0 ? "n b x-crit" : "n", label: label)
            }
            return [Cell("What \(row.resource.site.title) asked", class: "w", isHeader: true), cell("OK") { $0.status < 400 }, cell("4xx") { $0.isClientError },
                    cell("5xx", { $0.isServerError }, isBad: true)]
        }
    }

    /// What cannot be told, and why.
    private static func gaps(_ service: ServicePicture, _ answers: AnswerHours) -> [Phrase] {
        var sentences: [Phrase] = []
        for api in service.resources where api.id.kind == .api || api.id.kind == .httpAPI {
            guard !answers.rows.contains(where: { $0.resource.id == api.id }) else { continue }
            if let declared = service.site.logsDeclared {
                sentences.append("The access log of \(api.site.title) is not read: \(Phrase.known(declared))")
            } else if let absence = api.absences["answers"] {
                let title = api.site.title
                sentences.append(absence.reason == .denied ? "The access log of \(title) may not be read: routes and blame are not known."
                    : absence.reason == .neverSeen ? "The access log of \(title) does not exist: routes and blame are not known." : "The access log of \(title) could not be read: routes and blame are not known.")
            } else if api.resource?.presence == .alive, api.resource?.settings[.accessLogGroup] == nil {
                sentences.append("\(api.site.title) writes no access log: which route failed, and who is to blame, only its stage could tell.")
            }
        }
        if answers.counts.contains(where: { $0.party == .untold && $0.status >= 400 }) {
            sentences.append("Answers that are not told apart came from the gateway or from behind it: add $context.integrationStatus to the format of the access log.")
        }
        return sentences
    }
}
