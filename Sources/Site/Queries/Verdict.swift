import Alerting
import Telemetry

/// The sentences at the top of pages: count of what needs attention, subject, state, duration; then what is safe and what changed before.
enum Verdict {
    /// `Orders webhook has been blocked for 47 min`
    static func sentence(_ service: ServicePicture, _ picture: TenantPicture) -> Phrase {
        sentence(service.site.title, service.state, phrase: service.phrase(at: picture.now), picture)
    }

    /// - Parameter phrase: `has been blocked for 47 min`; nothing where nothing fires.
    static func sentence(_ title: String, _ state: StateMark, phrase: Phrase?, _ picture: TenantPicture) -> Phrase {
        switch state {
        case .critical, .warning: return phrase.map { "\(title) \($0)" } ?? "\(title) needs a look"
        case .stale: return age(picture).map { "\(title): no fresh data for \($0)" } ?? "\(title): no fresh data for ever"
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

    static func sentence(_ picture: TenantPicture) -> Phrase {
        let services = picture.services
        if picture.state == .disabled { return "This tenant is disabled" }
        if picture.dataTo == nil { return services.isEmpty ? "No service is configured yet" : silence(picture) }
        let attention = services.filter { $0.state == .critical || $0.state == .warning }
        if picture.isStale, attention.isEmpty { return stale(picture) + (cause(picture).map { ": \($0)" } ?? "") }
        let all = attention.isEmpty ? services.filter { $0.state.needsAttention } : attention
        guard let first = all.first else {
            let fine = services.filter { $0.state == .ok || $0.state == .resolved || $0.state == .pending }.count
            let rest = services.count - fine
            if rest == 0 { return services.count == 1 ? "\(services[0].site.title) is OK" : "All \(services.count) services OK" }
            if services.count == 1, let only = services.first { return sentence(only, picture) }
            return "\(fine) of \(services.count) services OK, none needs attention"
        }
        let whole = Words.plural(services.count, "service"), worst = Words.midSentence(sentence(first, picture))
        return all.count == 1 ? "1 of \(whole) needs attention: \(worst)" : "\(all.count) of \(whole) need attention: \(worst), and \(all.count - 1) more"
    }

    /// Why there is nothing at all.
    private static func silence(_ picture: TenantPicture) -> Phrase {
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
        func add(_ build: (inout Markup) -> Void) { var out = Markup(picture.language); build(&out); parts.append(out) }
        if service.state == .stale || service.state == .noData || service.state == .denied {
            if let dataTo = picture.dataTo { add { $0.text("The last good read was at \(picture.clock.moment(dataTo)). Its alerts are paused, not OK.") } }
            if let problem = picture.problems.first { add { $0.text(AlertList.sentence(problem.message)) } }
            return joined(parts)
        }
        for queue in service.resources where queue.id.kind == .queue && !queue.alerts.isEmpty {
            guard let waiting = queue.latest("visible"), waiting > 0 else { continue }
            add { out in
                let messages = Words.plural(Int(clamping: Int64(saturating: waiting)), "message"), title = queue.site.title
                if queue.isDeadLetterQueue {
                    out.text(waiting == 1 ? "\(strong: messages) was given up and waits in \(title)." : "\(strong: messages) were given up and wait in \(title).")
                } else {
                    out.text(waiting == 1 ? "\(strong: messages) waits in \(title)." : "\(strong: messages) wait in \(title).")
                }
            }
            if let age = queue.latest("oldest_age"), let retention = queue.setting(.retention), retention > age, !queue.isDeadLetterQueue {
                add { $0.text("None is lost yet: silent deletion begins \(picture.clock.moment(picture.end + Int64(saturating: retention - age))).") }
            }
        }
        if let worst = service.worst {
            if saysAlert, parts.isEmpty, !worst.summary.isEmpty { add { $0.text(AlertList.sentence(worst.said)) } }
            if saysAlert, let fine = worst.recoveringSince { add { $0.text("Fine again since \(picture.clock.moment(fine)); resolves when that lasts.") } }
            if let deploy = picture.deployments.last(where: { $0.service == service.site.id && $0.time <= worst.activeAt && worst.activeAt - $0.time <= 3_600 }) {
                let before = worst.activeAt - deploy.time
                add { $0.text(before > 0 ? "\(named(deploy)) came \(Words.span(before)) before it began." : "\(named(deploy)) came as it began.") }
            }
            let more = service.firing.count - 1
            if more > 0 { add { $0.text(more == 1 ? "1 more alert fires." : "\(more) more alerts fire.") } }
        } else if let alert = service.alerts.first, !alert.summary.isEmpty {
            add { $0.text(AlertList.sentence(alert.said)) }
        } else if service.state == .ok {
            let measured = service.resources.count(where: \.hasValues), all = service.resources.count
            let whole = Words.plural(all, "resource")
            add { $0.text(all == 1 && measured == 1 ? "\(whole) measured; no rule is true of it." : measured == all ? "\(whole) measured; no rule is true of them."
                : all == 1 ? "\(Words.count(measured)) of \(whole) measured; no rule is true of it." : "\(Words.count(measured)) of \(whole) measured; no rule is true of them.") }
        }
        return joined(parts)
    }

    static func detail(_ picture: TenantPicture) -> Markup {
        var out = Markup(picture.language)
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
            out.text(found == 1 ? "1 resource was found." : "\(Words.plural(found, "resource")) were found.")
            out.text(" Numbers appear after the next two runs, at about \(picture.clock.time(picture.now + 2 * picture.site.interval)).")
            return out
        }
        if picture.isStale {
            out.text("The last good read was at \(strong: .verbatim(picture.clock.moment(dataTo))). What follows is that old picture, kept so you can see what was known. Alerts on this tenant are \(strong: "paused"), not OK.")
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
            if rest.count == 1 { out.text(asleep ? "The other service is OK or asleep." : "The other service is OK.") }
            else { out.text(asleep ? "The other \(rest.count) services are OK or asleep." : "The other \(rest.count) services are OK.") }
        } else if rest.count == picture.services.count {
            let pending = picture.alerts.count { $0.mark == .pending }
            if pending > 0 { out.text("\(Words.plural(pending, "alert")) pending. ") }
            if picture.counts.muted == 0 { out.text(pending > 0 ? "Nothing fires." : "No alert fires and none is pending.") }
        }
        if let lost = picture.problems.first(where: { $0.kind == .historyLost }) { out.text(" \(AlertList.sentence(lost.message))") }
        // Muted never hides what is there.
        if picture.counts.muted > 0, let words = picture.counts.words { out.text(" \(words).") }
        return out
    }

    /// `Deploy v41`; a change that has no version is only called what it is.
    static func named(_ deploy: Deployment) -> Phrase {
        deploy.label.contains(where: \.isNumber) ? "Deploy \(deploy.label)" : .known(deploy.label.prefix(1).uppercased() + deploy.label.dropFirst())
    }

    /// `No fresh data for 25 min`
    private static func stale(_ picture: TenantPicture) -> Phrase { age(picture).map { "No fresh data for \($0)" } ?? "No fresh data for ever" }

    /// Nothing where nothing was ever read.
    static func age(_ picture: TenantPicture) -> String? { picture.dataTo.map { Words.span(max(0, picture.now - $0)) } }

    static func cause(_ picture: TenantPicture) -> Phrase? {
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
