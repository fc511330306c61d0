import AWS
import JSON
import Telemetry

/// What CloudFormation's last drift detection found in a stack. It is read once a week, and nobody starts a detection for it.
/// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResourceDrifts.html
struct StackDriftReading: Sendable {
    static let every: Int64 = 7 * 86_400

    let desk: AWSDesk

    /// Kept among the cursors: a stack has no resource of its own, so its first member stands for it.
    static func cursor(_ member: ResourceID) -> SeriesID { SeriesID(member, "stack_drift") }

    func isDue(_ member: ResourceID) -> Bool {
        guard let last = desk.order.cursors[Self.cursor(member)] else { return true }
        return desk.order.now < last || desk.order.now - last >= Self.every
    }

    /// By physical id; a resource that no detection has looked at is not among them.
    func statuses(of stack: String) async -> (statuses: [String: String], failure: AWSError?) {
        guard await desk.mayCall() else { return ([:], nil) }
        let paged = await desk.client.pages(limit: desk.order.budget.pages) { token in
            .form(.cloudFormation, "DescribeStackResourceDrifts", [.init("StackName", stack)] + (token.map { [.init("NextToken", $0)] } ?? []))
        } read: { answer throws(AWSError) in
            let page = try answer.xml()
            return (page, page.first("NextToken")?.text)
        }
        var statuses: [String: String] = [:]
        for member in paged.pages.flatMap({ $0.first("StackResourceDrifts")?.children ?? [] }) {
            guard let physical = member["PhysicalResourceId"]?.text, let status = member["StackResourceDriftStatus"]?.text, status != "NOT_CHECKED" else { continue }
            statuses[physical] = status == "IN_SYNC" ? status : "DRIFTED"
        }
        return (statuses, paged.failure)
    }
}
