import AWS
import JSON
import Telemetry

/// Where an account keeps its spans: in X-Ray, or with Transaction Search in a log group of CloudWatch. That decides how they are read, and is asked
/// as often as settings are.
/// https://docs.aws.amazon.com/xray/latest/api/API_GetTraceSegmentDestination.html
struct TraceDestination: Sendable {
    private static let operation = "xray:GetTraceSegmentDestination"

    private var name: String?
    private var checkedAt: Timestamp?
    /// Why it is not known; then spans are looked for in X-Ray.
    private(set) var refusal: SourceReading?

    /// - Parameter isWanted: whether there are spans to read at all.
    init(_ desk: AWSDesk, groups: [ResourceID], isWanted: Bool) async {
        let known = groups.compactMap { desk.order.known[$0] }.filter { $0.resource.settings[.traceDestination] != nil }.max { $0.checkedAt < $1.checkedAt }
        name = known?.resource.settings[.traceDestination]?.text
        checkedAt = known?.checkedAt
        let age = checkedAt.map { desk.order.now - $0 }
        guard isWanted, age.map({ $0 < 0 || $0 >= desk.order.budget.inventoryAge }) ?? true, await desk.mayCall() else { return }
        do throws(AWSError) {
            let answer = try await desk.client.send(.rest(.xray, "GetTraceSegmentDestination", .post, "/GetTraceSegmentDestination", input: .object([]))).json()
            // While the change is under way spans arrive where they did before.
            guard answer["Status"]?.string != "PENDING" else { return }
            name = answer["Destination"]?.string ?? name
            checkedAt = desk.order.now
        } catch {
            refusal = desk.denied("Where spans are kept", error, operation: Self.operation)
            if error.kind != .denied { refusal?.state = .failed }
        }
    }

    var isLogs: Bool { name == "CloudWatchLogs" }

    func note(in resources: inout [Resource]) {
        guard let name else { return }
        for index in resources.indices {
            resources[index].settings[.traceDestination] = .text(Redactor.redacted(name, limit: 40))
            resources[index].checkedAt = checkedAt
        }
    }
}
