import Telemetry

/// Whether the logs or traces of a service were read at all: silence of a source that nobody could read is not peace.
struct Watching {
    /// Of those that were not read, the worst and the longest; nothing where all were.
    let mark: StateMark?
    /// `The logs were not read since 03:48 (source error): …`
    let sentence: Phrase?
    /// Whether not one was read.
    let isBlind: Bool

    /// `hasEvidence`: something was read that only this source can give, whether or not it is listed as a resource.
    init(_ kind: ResourceKind, of service: ServicePicture, clock: TenantClock, hasEvidence: Bool) {
        let isLog = kind == .log
        let watched = service.resources.filter { $0.id.kind == kind }
        let unread = watched.compactMap { resource in resource.absences.sorted { $0.key < $1.key }.map(\.value).first { $0.reason != .asleep && $0.reason != .neverSeen } }
        let missing = watched.filter { resource in !resource.absences.isEmpty && resource.absences.values.allSatisfy { $0.reason == .neverSeen } }
        isBlind = !hasEvidence && unread.count + missing.count == watched.count
        guard let first = unread.min(by: { $0.since < $1.since }) else {
            mark = isBlind ? .noData : nil
            sentence = watched.isEmpty ? (isLog ? "No log of this service was ever read." : "No trace group of this service was ever read.")
                : isBlind ? (isLog ? "No log of this service exists yet." : "No trace group of this service exists yet.") : nil
            return
        }
        mark = first.reason == .denied ? .denied : first.reason == .disabled ? .disabled : .noData
        let isWhole = unread.count == watched.count, some = unread.count, all = watched.count
        let subject: Phrase = isLog ? (isWhole ? (all == 1 ? "The log is" : "The logs are") : some == 1 ? "1 of \(all) logs is" : "\(some) of \(all) logs are")
            : isWhole ? (all == 1 ? "The trace group is" : "The trace groups are") : some == 1 ? "1 of \(all) trace groups is" : "\(some) of \(all) trace groups are"
        let why: Phrase = first.detail.map { AlertList.sentence(.told($0, as: "absence")) } ?? (first.reason == .sourceError ? "the source gave no answer." : "\(first.reason.words).")
        sentence = "\(subject) not read since \(clock.moment(first.since)): \(why)"
    }

    /// The state and the sentence; before what is shown of the others.
    func write(into out: inout Markup) {
        guard let mark, let sentence else { return }
        out.raw("<p class=\"sm\">"); out.state(mark, word: mark == .noData ? "Not read" : nil); out.raw(" <span class=\"soft\">"); out.text(sentence); out.raw("</span></p>\n")
    }
}
