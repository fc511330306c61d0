import AWS
import Telemetry

/// What list calls tell about many resources at once, asked only where one of the kind is due.
struct InventoryLists: Sendable {
    var restAPIs = GatewayInventory.Directory()
    var httpAPIs = GatewayInventory.Directory()
    var topics = TopicInventory.Directory()
    private var schedules = ScheduleInventory.Reading()
    private(set) var problems: [Problem] = []

    var readings: [SourceReading] { schedules.reading.map { [$0] } ?? [] }

    init(_ desk: AWSDesk, for kinds: Set<ResourceKind>) async {
        func note(_ failure: AWSError?, _ operation: String) {
            guard let failure, failure.kind != .notFound, failure.kind != .invalid else { return }
            problems.append(desk.problem(failure, operation: operation))
        }
        if kinds.contains(.api) {
            restAPIs = await GatewayInventory(desk).directory(.api)
            note(restAPIs.failure, "apigateway:GetRestApis")
        }
        if kinds.contains(.httpAPI) {
            httpAPIs = await GatewayInventory(desk).directory(.httpAPI)
            note(httpAPIs.failure, "apigateway:GetApis")
        }
        if kinds.contains(.topic) {
            topics = await TopicInventory(desk).directory()
            note(topics.failure, "sns:ListTopics")
        }
        if kinds.contains(.function) { schedules = await ScheduleInventory(desk).reading() }
    }

    /// What configuration says stands; a schedule that the bus does not know any more is gone, one that could not be read stays.
    func schedule(_ function: inout Resource, declared: SettingValue?) {
        guard declared == nil, let expressions = schedules.expressions else { return }
        function.settings[.schedule] = expressions[function.id.name].map { .text($0) }
    }
}
