/// What a client's calls cost so far: counted here, priced by whoever knows the prices.
package struct AWSLedger: Sendable, Equatable {
    package struct Key: Hashable, Sendable, Comparable {
        package var service: String
        package var operation: String
        package static func < (a: Key, b: Key) -> Bool { (a.service, a.operation) < (b.service, b.operation) }
    }

    package struct Entry: Sendable, Equatable {
        /// Requests sent, each try for itself: AWS counts them so.
        package var requests = 0
        package var failures = 0
        package var throttled = 0
        package var bytesReceived = 0
        package var seconds = 0.0
    }

    package private(set) var entries: [Key: Entry] = [:]

    package init() {}

    package var requests: Int { entries.values.reduce(0) { $0 + $1.requests } }
    package var bytesReceived: Int { entries.values.reduce(0) { $0 + $1.bytesReceived } }
    /// Sorted by service and operation.
    package var sorted: [(key: Key, entry: Entry)] { entries.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } }

    mutating func note(_ call: AWSCall, bytes: Int, seconds: Double, failure: AWSError?) {
        var entry = entries[Key(service: call.service.name, operation: call.operation)] ?? Entry()
        entry.requests += 1
        entry.bytesReceived += bytes
        entry.seconds += seconds
        if let failure {
            entry.failures += 1
            if failure.kind == .throttled { entry.throttled += 1 }
        }
        entries[Key(service: call.service.name, operation: call.operation)] = entry
    }
}
