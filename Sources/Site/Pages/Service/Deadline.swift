import Telemetry

/// How long until the oldest message of a queue is deleted silently: the countdown and the ruler.
struct Deadline {
    let ruler: Markup
    let note: Markup

    /// Of the queue that is nearest to losing something; nothing while no queue has a waiting message with a known age.
    init?(_ service: ServicePicture, _ picture: TenantPicture) {
        let queues = service.resources.filter { $0.id.kind == .queue }.compactMap { queue -> (ResourcePicture, age: Double, retention: Double)? in
            guard let age = queue.latest("oldest_age"), let retention = queue.setting(.retention), retention > 0, age > 0 else { return nil }
            return (queue, age, retention)
        }
        guard let (queue, age, retention) = queues.max(by: { $0.age / $0.retention < $1.age / $1.retention }) else { return nil }
        // A young queue has no deadline worth a section.
        guard age >= 60 else { return nil }
        var warning: Double?, critical: [Double] = []
        for rule in picture.rules(watching: queue.id) {
            for limit in rule.limits {
                if limit.signal == "oldest_age" {
                    warning = limit.warning ?? warning
                    if let value = limit.critical { critical.append(value) }
                } else if limit.signal == "retention_used", let share = limit.critical {
                    critical.append(share * retention)
                }
            }
        }
        var ruler = Markup(picture.language)
        RetentionRuler(age: age, retention: retention, warning: warning, critical: critical.sorted()).write(into: &ruler)
        self.ruler = ruler
        let left = Int64(max(0, retention - age))
        let isLate = age > retention / 2 || !queue.alerts.isEmpty
        var note = Markup(picture.language)
        note.trusted(isLate ? "<strong class=\"b x-crit\">" : "<strong class=\"b\">"); note.text(Words.span(left, parts: 3)); note.raw("</strong> ")
        note.text("until the oldest message of \(queue.site.title) is deleted silently (\(picture.clock.moment(picture.end + left))). Logarithmic.")
        self.note = note
    }
}
