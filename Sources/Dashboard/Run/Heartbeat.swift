import Curl

/// Tells somebody outside that a run began, ended or failed; whoever hears nothing knows that too. Its own failure changes nothing.
/// The paths are those that ping services have agreed on (healthchecks.io, "Pinging API").
struct Heartbeat: Sendable {
    enum Event: String { case start = "/start", success = "", failure = "/fail" }

    private static let summaryBytes = 10_000

    let url: String
    let allowsPrivate: Bool
    let transport: any Transport
    let pause: @Sendable (Duration) async throws -> Void

    /// - Parameters:
    ///   - run: tells runs apart that overlap.
    ///   - summary: what a person reads who asks why.
    func call(_ event: Event, run: String, summary: String) async {
        let request = HTTPRequest(.post, address(event), headers: HTTPHeaders([.init(name: "content-type", value: "text/plain; charset=utf-8"), .init(name: "x-tidewatch-run", value: run)]),
                                  body: Array(summary.utf8.prefix(Self.summaryBytes)), limits: .init(total: .seconds(10), bodyBytes: 64 << 10),
                                  allowPrivateAddresses: allowsPrivate, lane: "heartbeat")
        // A lost ping wakes somebody for nothing: it gets two more tries.
        for wait in [Duration.seconds(1), .seconds(3)] {
            if let response = try? await transport.send(request), response.status < 500 { return }
            guard (try? await pause(wait)) != nil else { return }
        }
        _ = try? await transport.send(request)
    }

    /// The path's end goes before the query.
    private func address(_ event: Event) -> String {
        let parts = url.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let path = parts[0].hasSuffix("/") && !event.rawValue.isEmpty ? String(parts[0].dropLast()) : String(parts[0])
        return path + event.rawValue + (parts.count > 1 ? "?" + parts[1] : "")
    }
}
