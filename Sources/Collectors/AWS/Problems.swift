import AWS
import Telemetry

extension Problem.Kind {
    init(_ kind: AWSError.Kind) {
        self = switch kind {
        case .throttled: .throttled
        case .denied: .denied
        case .expired, .credentials, .skew: .credentials
        case .notFound: .missing
        case .invalid, .badAnswer: .badAnswer
        case .tooLarge: .limit
        case .server, .network: .unreachable
        case .deadline: .timedOut
        }
    }
}

extension AWSError {
    /// The message, fit to be stored: the other side's words are redacted, this side's about a connection name the endpoint, and those about credentials
    /// where they were looked for.
    func said(limit: Int) -> String {
        let isOwn = code == nil && status == nil && (kind == .network || kind == .deadline || kind == .credentials)
        return isOwn ? String(message.prefix(limit)) : Redactor.redacted(message, limit: limit)
    }
}

extension [Problem] {
    /// The same complaint about fifty resources is one line that says fifty.
    func condensed() -> [Problem] {
        var places: [Complaint: Int] = [:], counts: [Complaint: Int] = [:]
        var kept: [Problem] = []
        // Refused credentials explain every other failure of the same source.
        var isRefused = false
        for problem in self {
            if problem.kind == .credentials {
                if !isRefused { kept.append(problem) }
                isRefused = true
                continue
            }
            let key = Complaint(kind: problem.kind, operation: problem.operation)
            counts[key, default: 0] += 1
            if counts[key, default: 0] <= 3 {
                places[key] = kept.count
                kept.append(problem)
            }
        }
        for (key, place) in places {
            let more = (counts[key] ?? 0) - 3
            if more > 0, kept.indices.contains(place) { kept[place].message += " The same happened \(more) more time\(more == 1 ? "" : "s")." }
        }
        return kept
    }
}

private struct Complaint: Hashable {
    var kind: Problem.Kind
    var operation: String
}
