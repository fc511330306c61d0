import Storage
import Telemetry

/// Who answered on each route in each hour of the last day, as access logs and the lines of functions tell it.
struct AnswerHours {
    /// One route of an API, or what one function's dependency answered.
    struct Row {
        var resource: ResourcePicture
        /// `POST /users/{id}`; empty where the log names none.
        var route: String
        /// By hour; nothing where the log of that hour was not read.
        var hours: [[AnswerCount]?]

        var answers: [AnswerCount] { hours.compactMap(\.self).flatMap(\.self) }
        var total: Int { Self.sum(answers) }
        var failed: Int { Self.sum(answers.filter(\.isFailure)) }
        var refused: Int { Self.sum(answers.filter { !$0.isFailure && $0.isClientError }) }

        static func sum(_ answers: [AnswerCount]) -> Int { answers.reduce(0) { $0 + min($1.count, 1_000_000_000) } }
    }

    static let hourCount = 24
    let start: Timestamp
    /// The most failures first, then the most answers.
    let rows: [Row]
    /// How many more routes there are than rows.
    let more: Int
    private static let rowLimit = 12

    var window: TimeWindow { TimeWindow(from: start, to: start + Int64(Self.hourCount) * 3_600) }
    /// All that is told, whichever the route.
    var counts: [AnswerCount] { rows.flatMap(\.answers) }

    init(_ service: ServicePicture, until end: Timestamp, store: TenantStore) throws(StoreError) {
        let start = (end + 3_599).floored(to: 3_600) - Int64(Self.hourCount) * 3_600
        self.start = start
        let tellers = service.resources.filter { [.api, .httpAPI, .function].contains($0.id.kind) }
        let found = try store.answers(of: tellers.map(\.id), in: TimeWindow(from: start, to: start + Int64(Self.hourCount) * 3_600))
        var rows: [Row] = []
        for teller in tellers {
            let known = Self.known(teller, among: service.resources, from: start)
            for (route, answers) in Dictionary(grouping: found.filter { $0.resource == teller.id }, by: \.route) {
                let byHour = Dictionary(grouping: answers) { Int(clamping: ($0.time - start) / 3_600) }
                rows.append(Row(resource: teller, route: route, hours: (0..<Self.hourCount).map { byHour[$0] ?? (known[$0] ? [] : nil) }))
            }
        }
        rows.sort { a, b in
            let left = (a.failed, a.refused, a.total), right = (b.failed, b.refused, b.total)
            return left == right ? (a.resource.id, a.route) < (b.resource.id, b.route) : left > right
        }
        self.rows = Array(rows.prefix(Self.rowLimit))
        more = max(0, rows.count - Self.rowLimit)
    }

    /// Hours of which at least one step of the log was read.
    private static func known(_ teller: ResourcePicture, among resources: [ResourcePicture], from start: Timestamp) -> [Bool] {
        let isAPI = teller.id.kind != .function
        let log = isAPI ? teller : resources.first { $0.id.kind == .log && $0.id.name == teller.id.name && $0.id.source == teller.id.source }
        guard let day = log?.day, let column = day.columns[isAPI ? "answers" : "errors"] else { return Array(repeating: false, count: hourCount) }
        var known = Array(repeating: false, count: hourCount)
        for (row, value) in column.values.enumerated() where !value.isNaN {
            let hour = Int(clamping: (day.time(row) - start) / 3_600)
            if day.time(row) >= start, known.indices.contains(hour) { known[hour] = true }
        }
        return known
    }
}

extension AnswerCount {
    /// What somebody is to blame for: server errors, and whatever was turned away for lack of room.
    var isFailure: Bool { isServerError || (party == .capacity && status >= 400) }
}

extension AnswerCount.Party {
    var words: Phrase {
        switch self {
        case .gateway: "gateway"
        case .capacity: "capacity"
        case .code: "our code"
        case .dependency: "dependency"
        case .untold: "not told apart"
        }
    }

    /// In a cell of the picture, where colour alone must not say it.
    var letter: String {
        switch self {
        case .gateway: "G"
        case .capacity: "C"
        case .code: "O"
        case .dependency: "D"
        case .untold: "?"
        }
    }
}
