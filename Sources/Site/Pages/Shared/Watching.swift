import Telemetry

/// Whether the logs or traces of a service were read at all: silence of a source that nobody could read is not peace.
struct Watching {
    /// Of those that were not read, the worst and the longest; nothing where all were.
    let mark: StateMark?
    /// `The logs were not read since 03:48 (source error): …`
    let sentence: String?
    /// Whether not one was read.
    let isBlind: Bool

    /// `hasEvidence`: something was read that only this source can give, whether or not it is listed as a resource.
    init(_ kind: ResourceKind, of service: ServicePicture, clock: TenantClock, hasEvidence: Bool) {
        let noun = kind == .log ? "log" : "trace group"
        let watched = service.resources.filter { $0.id.kind == kind }
        let unread = watched.compactMap { resource in resource.absences.sorted { $0.key < $1.key }.map(\.value).first { $0.reason != .asleep && $0.reason != .neverSeen } }
        let missing = watched.filter { resource in !resource.absences.isEmpty && resource.absences.values.allSatisfy { $0.reason == .neverSeen } }
        isBlind = !hasEvidence && unread.count + missing.count == watched.count
        guard let first = unread.min(by: { $0.since < $1.since }) else {
            mark = isBlind ? .noData : nil
            sentence = watched.isEmpty ? "No \(noun) of this service was ever read." : isBlind ? "No \(noun) of this service exists yet." : nil
            return
        }
        mark = first.reason == .denied ? .denied : first.reason == .disabled ? .disabled : .noData
        let subject = unread.count == watched.count ? (watched.count == 1 ? "The \(noun) is" : "The \(noun)s are") : "\(unread.count) of \(watched.count) \(noun)s \(unread.count == 1 ? "is" : "are")"
        let why = first.detail ?? (first.reason == .sourceError ? "the source gave no answer" : first.reason.words)
        sentence = "\(subject) not read since \(clock.moment(first.since)): \(AlertList.sentence(why))"
    }

    /// The state and the sentence; before what is shown of the others.
    func write(into out: inout Markup) {
        guard let mark, let sentence else { return }
        out.raw("<p class=\"sm\">"); out.state(mark, word: mark == .noData ? "Not read" : nil); out.raw(" <span class=\"soft\">"); out.text(sentence); out.raw("</span></p>\n")
    }
}
