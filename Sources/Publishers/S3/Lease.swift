import JSON
import Telemetry

/// Who is publishing to a bucket right now. It is made with `If-None-Match` and taken over with `If-Match`, so there is one at a time, and
/// it names what a publisher that died may have left half done. The names are hashed: the lease lies where readers of any tenant may look.
struct Lease: Equatable {
    static let name = ".tidewatch-publishing.json"

    /// The same for all runs of one site: its own lock keeps its runs apart.
    var publisher: String
    var until: Timestamp
    /// The first 16 hexadecimal digits of the SHA-256 of each key that is being written.
    var pending: Set<String>

    init(publisher: String, until: Timestamp, pending: Set<String>) {
        self.publisher = publisher
        self.until = until
        self.pending = pending
    }

    init?(_ bytes: [UInt8]) {
        guard let document = try? JSONValue(parsing: bytes), let publisher = document["publisher"]?.string,
              let until = (document["until"]?.string).flatMap({ Timestamp(rfc3339: $0) }) else { return nil }
        self.init(publisher: publisher, until: until, pending: Set((document["pending"]?.array ?? []).compactMap(\.string)))
    }

    var bytes: [UInt8] {
        let document: JSONValue = ["schema": 1, "publisher": .string(publisher), "until": .string(until.rfc3339), "pending": .array(pending.sorted().map(JSONValue.string))]
        return document.bytes()
    }
}
