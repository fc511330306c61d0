import Alerting
import CLinux
import Glibc
import Publishers
import Site
import Storage
import Synchronization
import Telemetry

/// What the fleet's pages say of one tenant.
struct FleetEntry: Codable, Sendable {
    var digest: TenantDigest?
    var channels: [ChannelState] = []
    /// For the operator's page.
    var operation: OperationPage.Tenant?
}

/// What a run holds of one tenant until it ends; the rest lies on a shelf.
struct HeldResult: Sendable {
    var outcome: TenantOutcome
    let prepared: PreparedTree?
    let mistakes: [Diagnostic]?
    let databaseBytes: Int64?
    let dataTo: Timestamp?
    let series: Int?
    let alerts: AlertCounts?
    let place: FleetShelf.Place
}

/// Keeps what the fleet's pages say of each tenant in a file until they are made: ten thousand of them would be felt in memory.
final class FleetShelf: Sendable {
    enum Place: Sendable {
        /// No page asks for it.
        case nowhere
        case inFile(offset: Int, count: Int)
        /// Where there is no room for a file.
        indirect case inMemory(FleetEntry)
    }

    struct Unreadable: Error, CustomStringConvertible {
        var code: Int32
        var description: String { "what the fleet's pages say of a tenant cannot be read back from a file in state/: \(String(cString: strerror(code)))" }
    }

    private let file: Int32
    private let end = Mutex(0)

    /// - Parameter folder: where the file lies, without a name; nothing: nobody asks for what is kept.
    init(in folder: String?) { file = folder.map { clinux_unnamed_file($0) } ?? Self.unused }

    deinit { if file >= 0 { close(file) } }

    private static let unused: Int32 = .min

    func keep(_ result: TenantResult) -> HeldResult {
        let digest = result.digest
        return HeldResult(outcome: result.outcome, prepared: result.prepared, mistakes: result.mistakes, databaseBytes: result.databaseBytes, dataTo: digest?.dataTo, series: digest?.series, alerts: digest?.alerts,
                          place: file == Self.unused ? .nowhere : put(FleetEntry(digest: digest, channels: result.channels, operation: result.operation)))
    }

    private func put(_ entry: FleetEntry) -> Place {
        guard file >= 0, let bytes = try? WorkerWire.line(entry) else { return .inMemory(entry) }
        return end.withLock { end in
            var written = 0
            while written < bytes.count {
                let count = bytes.withUnsafeBytes { pwrite(file, $0.baseAddress?.advanced(by: written), bytes.count - written, off_t(end + written)) }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return .inMemory(entry) }
                written += count
            }
            defer { end += bytes.count }
            return .inFile(offset: end, count: bytes.count)
        }
    }

    func entry(at place: Place) throws -> FleetEntry {
        switch place {
        case .nowhere: return FleetEntry()
        case .inMemory(let entry): return entry
        case .inFile(let offset, let count):
            var code: Int32 = 0
            let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, read in
                while read < count {
                    let got = pread(file, buffer.baseAddress?.advanced(by: read), count - read, off_t(offset + read))
                    if got < 0, errno == EINTR { continue }
                    guard got > 0 else { code = got < 0 ? errno : EIO; return }
                    read += got
                }
            }
            guard code == 0 else { throw Unreadable(code: code) }
            return try WorkerWire.value(bytes)
        }
    }
}
