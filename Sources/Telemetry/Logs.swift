/// Log lines of one shape: values are replaced by placeholders before this is made, so it can be shown and counted.
package struct LogFingerprint: Hashable, Sendable {
    package enum Level: String, Hashable, Sendable { case error, warning }

    /// The function or API whose log it is.
    package var resource: ResourceID
    package var level: Level
    /// The line with every value that could identify a person or a secret replaced; the identity of the fingerprint.
    package var text: String
    package var count: Int
    package var first: Timestamp
    package var last: Timestamp
    /// When a line of this shape was first logged at all; nothing before it is on record.
    package var firstEver: Timestamp?

    package init(resource: ResourceID, level: Level, text: String, count: Int, first: Timestamp, last: Timestamp, firstEver: Timestamp? = nil) {
        self.resource = resource
        self.level = level
        self.text = text
        self.count = count
        self.first = first
        self.last = last
        self.firstEver = firstEver
    }
}

/// How often one party gave one status on one route within five minutes, as access logs and the lines of functions tell it.
package struct AnswerCount: Hashable, Sendable {
    /// Who gave the answer: the four that are blamed for a failure, and nobody where the log does not tell them apart.
    package enum Party: String, CaseIterable, Hashable, Comparable, Sendable {
        /// The gateway itself: authorizers, validation, its own configuration.
        case gateway
        /// Throttling, and concurrency that was used up.
        case capacity
        case code
        /// What the code, or the gateway without any code, asked in turn.
        case dependency
        case untold

        package static func < (a: Party, b: Party) -> Bool { a.rank < b.rank }
        private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    }

    /// Seconds of a bucket.
    package static let bucketSeconds: Int64 = 300

    /// The API whose access log told, or the function whose lines did.
    package var resource: ResourceID
    /// `POST /users/{id}`; empty where the log names none.
    package var route: String
    package var party: Party
    package var status: Int
    /// The start of the five minutes, or of the hour where they were added up.
    package var time: Timestamp
    package var count: Int

    package init(resource: ResourceID, route: String, party: Party, status: Int, time: Timestamp, count: Int) {
        self.resource = resource
        self.route = route
        self.party = party
        self.status = status
        self.time = time
        self.count = count
    }

    package var isServerError: Bool { status >= 500 }
    package var isClientError: Bool { (400..<500).contains(status) }
}

/// One run of a function as its REPORT line (or `platform.report` record) states it.
package struct Execution: Hashable, Sendable {
    package var resource: ResourceID
    package var requestID: String
    package var time: Timestamp
    /// Seconds of the handler.
    package var duration: Double
    package var billed: Double?
    /// Seconds of initialisation; nothing on a warm start.
    package var initDuration: Double?
    /// Bytes.
    package var memorySize: Double?
    package var memoryUsed: Double?
    package var traceID: String?
    /// `timeout`, `error`, `out_of_memory`; nothing where it ended well.
    package var failure: String?

    package init(resource: ResourceID, requestID: String, time: Timestamp, duration: Double, billed: Double? = nil, initDuration: Double? = nil,
                 memorySize: Double? = nil, memoryUsed: Double? = nil, traceID: String? = nil, failure: String? = nil) {
        self.resource = resource
        self.requestID = requestID
        self.time = time
        self.duration = duration
        self.billed = billed
        self.initDuration = initDuration
        self.memorySize = memorySize
        self.memoryUsed = memoryUsed
        self.traceID = traceID
        self.failure = failure
    }

    package var isCold: Bool { initDuration != nil }
}
