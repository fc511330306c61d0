import AWS
import Telemetry

/// SNS: which topics there are, and who subscribes. Of subscribers only functions and queues are kept; addresses of people are not.
struct TopicInventory: Sendable {
    /// All topics by name, as one list call tells them.
    struct Directory: Sendable {
        var arns: [String: String] = [:]
        var failure: AWSError?
        var isComplete = false
    }

    let desk: AWSDesk

    init(_ desk: AWSDesk) { self.desk = desk }

    func directory() async -> Directory {
        var directory = Directory()
        guard await desk.mayCall() else { return directory }
        let paged = await desk.client.pages(limit: desk.order.budget.pages) { token in
            .form(.sns, "ListTopics", token.map { [.init("NextToken", $0)] } ?? [])
        } read: { answer throws(AWSError) in
            let page = try answer.xml()
            return (page, page.first("NextToken")?.text)
        }
        for arn in paged.pages.flatMap({ $0.first("Topics")?.children ?? [] }).compactMap({ $0["TopicArn"]?.text }) {
            if let topic = AWSNames.resource(arn: arn), topic.kind == .topic { directory.arns[topic.name] = arn }
        }
        directory.failure = paged.failure
        directory.isComplete = !paged.isPartial
        return directory
    }

    func check(_ resource: Resource, _ directory: Directory) async -> InventoryAnswer {
        var answer = InventoryAnswer(resource)
        guard let arn = directory.arns[resource.id.name] else {
            if let failure = directory.failure {
                answer.resource.presence = failure.kind == .denied ? .denied : .unknown
            } else if directory.isComplete {
                answer.resource.presence = .missing
                if resource.foundBy.contains(.declared) { answer.problems.append(missing(resource)) }
            }
            return answer
        }
        answer.resource.presence = .alive
        answer.resource.arn = arn
        await subscriptions(arn, &answer)
        return answer
    }

    private func subscriptions(_ arn: String, _ answer: inout InventoryAnswer) async {
        guard await desk.mayCall() else { return }
        let paged = await desk.client.pages(limit: desk.order.budget.pages) { token in
            .form(.sns, "ListSubscriptionsByTopic", [.init("TopicArn", arn)] + (token.map { [.init("NextToken", $0)] } ?? []))
        } read: { page throws(AWSError) in
            let page = try page.xml()
            return (page, page.first("NextToken")?.text)
        }
        if let failure = paged.failure { answer.note(failure, desk, operation: "sns:ListSubscriptionsByTopic") }
        guard !paged.isPartial else { return }
        let members = paged.pages.flatMap { $0.first("Subscriptions")?.children ?? [] }
        // An address that nobody confirmed is told nothing, ever.
        let pending = members.count { $0["SubscriptionArn"]?.text == "PendingConfirmation" }
        answer.resource.settings[.subscriptions] = .number(Double(members.count - pending))
        answer.resource.settings[.pendingSubscriptions] = .number(Double(pending))
        answer.edges = members.filter { $0["Protocol"]?.text == "lambda" || $0["Protocol"]?.text == "sqs" }.compactMap { $0["Endpoint"]?.text }
    }

    private func missing(_ resource: Resource) -> Problem {
        Problem(.missing, source: desk.source, operation: "sns:ListTopics", place: desk.region,
                message: "sns:ListTopics in \(desk.region): there is no topic '\(resource.id.name)'. Check the name and the region.", resource: resource.id)
    }
}
