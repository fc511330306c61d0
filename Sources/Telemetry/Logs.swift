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

    package init(resource: ResourceID, level: Level, text: String, count: Int, first: Timestamp, last: Timestamp) {
        self.resource = resource
        self.level = level
        self.text = text
        self.count = count
        self.first = first
        self.last = last
    }
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
