import JSON
import Telemetry

/// What system 1 tells Datadog alone: its functions' spans, their log events, and cold starts.
struct InitechTelemetry: Sendable {
    static let apiKey = "simulator-datadog-api-key"
    static let applicationKey = "simulator-datadog-application-key"

    let orders: InitechOrders
    let routes: [FunctionModel]
    private let refused: Dice
    private let dice: Dice

    init(_ orders: InitechOrders, routes: [FunctionModel]) {
        self.orders = orders
        self.routes = routes
        refused = orders.dice.named("refused")
        dice = orders.dice.named("datadog")
    }

    var model: DatadogModel {
        DatadogModel(apiKey: Self.apiKey, applicationKey: Self.applicationKey, spans: MinuteMemory(spans).items, logs: logs, metric: metric)
    }

    /// Failing messages among the two of each batch: three tries for each that moves away.
    private func failures(_ minute: Int64) -> Int { Int(clamping: 3 * (orders.moved(minute + 1) - orders.moved(minute))) }
    private func failing(_ minute: Int64, batch: Int) -> Int { max(0, min(2, failures(minute) - 2 * batch)) }

    private func spans(_ minute: Int64) -> [DatadogSpanModel] {
        routes.prefix(3).flatMap { route in route.runs(minute).flatMap { request($0, of: route) } }
            + orders.runs(minute).enumerated().flatMap { batch($1, number: $0, minute: minute) }
    }

    private func logs(_ minute: Int64) -> [DatadogLogModel] {
        let requests = routes.flatMap { route in
            route.runs(minute).map { DatadogLogModel(time: $0.start, status: refused.hits(0.012, $0.event) ? "warn" : "info", function: route.name, errorKind: nil) }
        }
        let batches = orders.runs(minute).enumerated().flatMap { index, run in
            (0..<2).map { place in
                let isFailed = place < failing(minute, batch: index)
                return DatadogLogModel(time: run.start, status: isFailed ? "error" : "info", function: Initech.worker, errorKind: isFailed ? "MissingUserId" : nil)
            }
        }
        return requests + batches
    }

    private func metric(_ name: String, _ tags: [String: String], _ minute: Int64) -> [Double] {
        let name = name.replacing("aws.lambda.enhanced.", with: "")
        guard let function = tags["functionname"], ["invocations", "init_duration"].contains(name) else { return [] }
        let route = routes.first { $0.name.lowercased() == function }
        let runs = route?.runs(minute) ?? (function == Initech.worker.lowercased() ? orders.runs(minute) : [])
        if name == "init_duration" { return runs.compactMap(\.initDuration) }
        let isCold = tags["cold_start"].map { $0 == "true" }
        return runs.filter { isCold == nil || ($0.initDuration != nil) == isCold }.map { _ in 1 }
    }
}

private extension InitechTelemetry {
    func word(_ label: String, _ event: Int64, _ place: Int64 = 0) -> UInt64 { dice.named(label).word(event, place) | 1 }

    func root(_ run: Run, of function: String) -> DatadogSpanModel {
        var span = DatadogSpanModel(trace: word("trace \(function)", run.event), upper: 0x6560_0000_0000_0000 | word("upper", run.event) >> 16, id: word("root \(function)", run.event),
                                    service: function, operation: "aws.lambda", resource: function, kind: "server", start: run.start, duration: run.duration)
        span.tags = [.init("faas", ["name": .string(function)]), .init("cold_start", .string(run.initDuration == nil ? "false" : "true")), .init("init_type", "on-demand"),
                     .init("faas.execution", .string(run.requestID))]
        return span
    }

    func child(of parent: DatadogSpanModel, _ place: Int64, _ operation: String, _ resource: String, kind: String, from: Double, to: Double) -> DatadogSpanModel {
        DatadogSpanModel(trace: parent.trace, upper: parent.upper, id: dice.named("child").word(Int64(bitPattern: parent.id), place) | 1, parent: parent.id, service: parent.service,
                         operation: operation, resource: resource, kind: kind, start: parent.start + parent.duration * from, duration: parent.duration * (to - from))
    }

    /// A call of the API: the table, and for a new user an event on the bus. Payload capture is on, so an address is among the tags.
    func request(_ run: Run, of route: FunctionModel) -> [DatadogSpanModel] {
        var root = root(run, of: route.name)
        let isRefused = refused.hits(0.012, run.event), name = route.name.split(separator: "-").dropFirst(2).first.map(String.init) ?? ""
        let (method, path) = ["RegisterUser": ("POST", "/user"), "Login": ("POST", "/login")][name] ?? ("GET", "/user/{userId}")
        root.tags.append(.init("http", ["method": .string(method), "route": .string(path), "status_code": .string(isRefused ? "401" : "200")]))
        root.tags.append(.init("function", ["request": ["body": ["email": .string("customer\(run.event.magnitude % 1_000)@example.com")]]]))
        if isRefused { root.error = ("Unauthorized", "the password is wrong") }
        var table = child(of: root, 1, "aws.dynamodb.query", name == "RegisterUser" ? "DynamoDB.PutItem" : "DynamoDB.GetItem", kind: "client", from: 0.12, to: name == "RegisterUser" ? 0.55 : 0.8)
        table.tags = [.init("db", ["system": "dynamodb", "dynamodb": ["table_name": .string(Initech.table)]])]
        guard name == "RegisterUser" else { return [root, table] }
        var event = child(of: root, 2, "publish", "send users.userCreated.v1", kind: "producer", from: 0.6, to: 0.92)
        event.tags = [.init("messaging", ["system": "eventbridge", "destination": .string(Initech.sharedBus), "destination_kind": "topic", "id": .string(dice.uuid(run.event)), "operation": "publish"])]
        return [root, table, event]
    }

    /// A batch of two: the handler answers success whatever became of its messages. Each message links to the order service's trace, twice.
    func batch(_ run: Run, number: Int, minute: Int64) -> [DatadogSpanModel] {
        var root = root(run, of: Initech.worker)
        root.tags.append(.init("messaging", ["system": "sqs", "destination": .string(Initech.queue), "batchSize": 2]))
        var spans = [root]
        for place in 0..<2 {
            let order = run.event &* 2 &+ Int64(place), from = 0.06 + 0.46 * Double(place)
            var message = child(of: root, 10 + Int64(place), "process", "process orders.orderCompleted.v1", kind: "consumer", from: from, to: from + 0.44)
            let sent = self.sent(order, before: run.start)
            message.links = [(sent.last?.traceID ?? "", sent.last?.spanID ?? ""), (sent.last?.traceID ?? "", sent.last?.spanID ?? "")]
            message.tags = [.init("messaging", ["system": "aws_sqs", "destination": ["name": .string(Initech.queue)], "message_id": .string(dice.uuid(order)), "operation": "process",
                                                "message": ["eventType": "orders.orderCompleted.v1"]]), .init("retry_count", 0)]
            if place < failing(minute, batch: number) { message.error = ("MissingUserId", "order completed without a user id: the message is dropped") }
            spans.append(message)
            if message.error == nil {
                var table = child(of: message, 1, "aws.dynamodb.query", "DynamoDB.UpdateItem", kind: "client", from: 0.2, to: 0.85)
                table.tags = [.init("db", ["system": "dynamodb", "dynamodb": ["table_name": .string(Initech.table)]])]
                spans.append(table)
            }
            spans += sent
        }
        return spans
    }

    /// The trace of the order service that the message came from, some seconds earlier.
    func sent(_ order: Int64, before start: Double) -> [DatadogSpanModel] {
        let wait = 0.4 + 5 * dice.named("wait").unit(order)
        var root = DatadogSpanModel(trace: word("order", order), upper: 0x6560_0000_0000_0000 | word("order upper", order) >> 16, id: word("order root", order), service: "Orders-CompleteOrder-prod",
                                    operation: "aws.lambda", resource: "Orders-CompleteOrder-prod", kind: "server", start: start - wait - 0.12, duration: 0.12)
        root.tags = [.init("faas", ["name": "Orders-CompleteOrder-prod"])]
        var event = child(of: root, 1, "publish", "send orders.orderCompleted.v1", kind: "producer", from: 0.35, to: 0.95)
        event.tags = [.init("messaging", ["system": "eventbridge", "destination": .string(Initech.sharedBus), "id": .string(dice.uuid(order, 1)), "operation": "publish"])]
        return [root, event]
    }
}
