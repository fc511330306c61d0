import Alerting
import Telemetry

/// The sentences at the top of pages: count of what needs attention, subject, state, duration; then what is safe and what changed before.
enum Verdict {
    /// `Orders webhook has been blocked for 47 min`
    static func sentence(_ service: ServicePicture, _ picture: TenantPicture) -> String {
        sentence(service.site.title, service.state, phrase: service.phrase(at: picture.now), picture)
    }

    /// - Parameter phrase: `has been blocked for 47 min`; nothing where nothing fires.
    static func sentence(_ title: String, _ state: StateMark, phrase: String?, _ picture: TenantPicture) -> String {
        switch state {
        case .critical, .warning: return phrase.map { "\(title) \($0)" } ?? "\(title) needs a look"
        case .stale: return "\(title): no fresh data for \(age(picture))"
        case .noData: return "\(title): no data"
        case .denied, .declaredDenial: return "\(title): reading is refused"
        case .pending: return "\(title) is OK; a condition is true and waits for its time"
        case .silenced: return "\(title) fires, but is silenced"
        case .maintenance: return "\(title) is in maintenance"
        case .asleep: return "\(title) is asleep: nothing runs and nothing waits"
        case .ok, .resolved: return "\(title) is OK"
        case .disabled: return "\(title) is not collected"
        }
    }

    static func sentence(_ picture: TenantPicture) -> String {
        let services = picture.services
        if picture.state == .disabled { return "This tenant is disabled" }
        if picture.dataTo == nil { return services.isEmpty ? "No service is configured yet" : silence(picture) }
        let attention = services.filter { $0.state == .critical || $0.state == .warning }
        if picture.isStale, attention.isEmpty { return "No fresh data for \(age(picture))\(cause(picture).map { ": \($0)" } ?? "")" }
        let all = attention.isEmpty ? services.filter { $0.state.needsAttention } : attention
        guard let first = all.first else {
            let fine = services.filter { $0.state == .ok || $0.state == .resolved || $0.state == .pending }.count
            let rest = services.count - fine
            if rest == 0 { return services.count == 1 ? "\(services[0].site.title) is OK" : "All \(services.count) services OK" }
            if services.count == 1, let only = services.first { return sentence(only, picture) }
            return "\(fine) of \(services.count) services OK, none needs attention"
        }
        let others = all.count > 1 ? ", and \(all.count - 1) more" : ""
        return "\(all.count) of \(Words.plural(services.count, "service")) \(all.count == 1 ? "needs" : "need") attention: \(Words.midSentence(sentence(first, picture)))\(others)"
    }

    /// Why there is nothing at all.
    private static func silence(_ picture: TenantPicture) -> String {
        if picture.state == .denied { return "Nothing may be read: access is denied" }
        if let cause = cause(picture) { return "No data yet: \(cause)" }
        // A run has looked and there is nothing to watch.
        if !picture.readings.isEmpty, picture.problems.isEmpty, isEmpty(picture) { return "No resource was found" }
        return "Waiting for the first data"
    }

    private static func isEmpty(_ picture: TenantPicture) -> Bool { picture.services.flatMap(\.resources).allSatisfy { $0.resource == nil } }

    /// What waits, what is lost when, and what was deployed before it began.
    /// - Parameter saysAlert: what the worst alert says of itself; not where it stands right below.
    static func detail(_ service: ServicePicture, _ picture: TenantPicture, saysAlert: Bool = true) -> Markup {
        var parts: [Markup] = []
        func add(_ build: (inout Markup) -> Void) { var out = Markup(); build(&out); parts.append(out) }
        if service.state == .stale || service.state == .noData || service.state == .denied {
            if let dataTo = picture.dataTo { add { $0.text("The last good read was at \(picture.clock.moment(dataTo)). Its alerts are paused, not OK.") } }
            if let problem = picture.problems.first { add { $0.text(AlertList.sentence(problem.message)) } }
            return joined(parts)
        }
        for queue in service.resources where queue.id.kind == .queue && !queue.alerts.isEmpty {
            guard let waiting = queue.latest("visible"), waiting > 0 else { continue }
            add { out in
                out.raw("<strong>"); out.text(Words.plural(Int(clamping: Int64(saturating: waiting)), "message")); out.raw("</strong>")
                out.text(queue.isDeadLetterQueue ? " \(waiting == 1 ? "was" : "were") given up and \(waiting == 1 ? "waits" : "wait") in \(queue.site.title)." : " \(waiting == 1 ? "waits" : "wait") in \(queue.site.title).")
            }
            if let age = queue.latest("oldest_age"), let retention = queue.setting(.retention), retention > age, !queue.isDeadLetterQueue {
                add { $0.text("None is lost yet: silent deletion begins \(picture.clock.moment(picture.end + Int64(saturating: retention - age))).") }
            }
        }
        if let worst = service.worst {
            if saysAlert, parts.isEmpty, !worst.summary.isEmpty { add { $0.text(AlertList.sentence(worst.summary)) } }
            if saysAlert, let fine = worst.recoveringSince { add { $0.text("Fine again since \(picture.clock.moment(fine)); resolves when that lasts.") } }
            if let deploy = picture.deployments.last(where: { $0.service == service.site.id && $0.time <= worst.activeAt && worst.activeAt - $0.time <= 3_600 }) {
                let before = worst.activeAt - deploy.time
                add { $0.text("\(named(deploy)) came \(before > 0 ? "\(Words.span(before)) before" : "as") it began.") }
            }
            let more = service.firing.count - 1
            if more > 0 { add { $0.text("\(Words.plural(more, "more alert")) \(more == 1 ? "fires" : "fire").") } }
        } else if let alert = service.alerts.first, !alert.summary.isEmpty {
            add { $0.text(AlertList.sentence(alert.summary)) }
        } else if service.state == .ok {
            let measured = service.resources.count(where: \.hasValues), all = service.resources.count
            add { $0.text("\(measured == all ? Words.plural(all, "resource") : "\(Words.count(measured)) of \(Words.plural(all, "resource"))") measured; no rule is true of \(all == 1 ? "it" : "them").") }
        }
        return joined(parts)
    }

    static func detail(_ picture: TenantPicture) -> Markup {
        var out = Markup()
        if let reason = picture.site.disabled {
            out.text("\(AlertList.sentence(reason)) Nothing is read and no alert can fire.")
            return out
        }
        guard let dataTo = picture.dataTo else {
            if let problem = picture.problems.first {
                out.text("\(AlertList.sentence(problem.message)) Until then nothing here can alert.")
                return out
            }
            if !picture.readings.isEmpty, isEmpty(picture) {
                out.text("Nothing answers to the names, tags, prefixes or stacks that the tenant's file gives. Check them and the region.")
                return out
            }
            let found = picture.services.flatMap(\.resources).count { $0.resource != nil }
            out.text("\(Words.plural(found, "resource")) \(found == 1 ? "was" : "were") found. Numbers appear after the next two runs, at about \(picture.clock.time(picture.now + 2 * picture.site.interval)).")
            return out
        }
        if picture.isStale {
            out.raw("The last good read was at <strong>"); out.text(picture.clock.moment(dataTo))
            out.raw("</strong>. What follows is that old picture, kept so you can see what was known. Alerts on this tenant are <strong>paused</strong>, not OK.")
            return out
        }
        if let worst = picture.services.first, worst.worst != nil {
            let more = detail(worst, picture, saysAlert: false)
            out.append(more)
            if !more.isEmpty { out.raw(" ") }
        }
        let rest = picture.services.filter { !$0.state.needsAttention }
        if rest.count < picture.services.count, !rest.isEmpty {
            let asleep = rest.contains { $0.state == .asleep }
            out.text("The other \(rest.count == 1 ? "service is" : "\(rest.count) services are") OK\(asleep ? " or asleep" : "").")
        } else if rest.count == picture.services.count {
            let pending = picture.alerts.count { $0.mark == .pending }
            let waiting = pending > 0 ? "\(Words.plural(pending, "alert")) pending. " : ""
            if picture.counts.muted == 0 { out.text(pending > 0 ? waiting + "Nothing fires." : "No alert fires and none is pending.") } else { out.text(waiting) }
        }
        if let lost = picture.problems.first(where: { $0.kind == .historyLost }) { out.text(" \(AlertList.sentence(lost.message))") }
        // Muted never hides what is there.
        if picture.counts.muted > 0, let words = picture.counts.words { out.text(" \(words).") }
        return out
    }

    /// `Deploy v41`; a change that has no version is only called what it is.
    static func named(_ deploy: Deployment) -> String {
        deploy.label.contains(where: \.isNumber) ? "Deploy \(deploy.label)" : deploy.label.prefix(1).uppercased() + deploy.label.dropFirst()
    }

    static func age(_ picture: TenantPicture) -> String { picture.dataTo.map { Words.span(max(0, picture.now - $0)) } ?? "ever" }

    static func cause(_ picture: TenantPicture) -> String? {
        picture.problems.first { [.credentials, .denied, .unreachable, .throttled, .timedOut].contains($0.kind) }.map(\.kind.words)
    }

    private static func joined(_ parts: [Markup]) -> Markup {
        var out = Markup()
        for (index, part) in parts.enumerated() {
            if index > 0 { out.raw(" ") }
            out.append(part)
        }
        return out
    }
}
