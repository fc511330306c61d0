import Telemetry

/// How far back the lines of a log group are read when it is seen for the first time. Later runs follow the cursor, however old it is.
enum LogReach {
    /// Errors and warnings: what is happening now. A day of them is heavy for a busy group, and yesterday's errors wake nobody.
    static let lines: Int64 = 3_600
    /// REPORT lines: cold and warm starts can be compared only over many runs, and one short line a run is all that is fetched.
    static let reports: Int64 = 86_400
    /// A service scans what it is asked for before it answers, so it is asked for a stretch that it can scan while somebody waits.
    static let piece: Int64 = 21_600
    /// A scan may be silent for long and work all the same; the transport's ten seconds would give up a service that is merely slow.
    static let stall = Duration.seconds(45)
}
