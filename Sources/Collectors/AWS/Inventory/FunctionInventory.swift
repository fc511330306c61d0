import AWS
import JSON
import Telemetry

/// Lambda: configuration, concurrency, event source mappings and asynchronous settings. The configuration holds the function's environment,
/// so single fields are taken out of it and the rest is let go at once.
struct FunctionInventory: Sendable {
    let desk: AWSDesk

    init(_ desk: AWSDesk) { self.desk = desk }

    func check(_ resource: Resource) async -> InventoryAnswer {
        var answer = InventoryAnswer(resource)
        let name = resource.id.name
        do throws(AWSError) {
            let body = try await desk.client.send(.rest(.lambda, "GetFunctionConfiguration", .get, "/2015-03-31/functions/\(name)/configuration")).json()
            answer.resource.presence = .alive
            read(body, into: &answer)
        } catch {
            answer.resource.presence = Presence(error)
            if error.kind != .notFound || resource.foundBy.contains(.declared) {
                answer.problems.append(desk.problem(error, operation: "lambda:GetFunctionConfiguration", resource: resource.id))
            }
            return answer
        }
        await concurrency(&answer)
        await mappings(&answer)
        await asynchronous(&answer)
        return answer
    }

    private func read(_ body: JSONValue, into answer: inout InventoryAnswer) {
        let before = answer.resource.settings
        func text(_ key: String, _ setting: Setting) { if let value = body[key]?.string, !value.isEmpty { answer.resource.settings[setting] = .text(value) } }
        answer.resource.arn = body["FunctionArn"]?.string ?? answer.resource.arn
        if let timeout = body["Timeout"]?.double { answer.resource.settings[.timeout] = .number(timeout) }
        if let memory = body["MemorySize"]?.double { answer.resource.settings[.memory] = .number(memory * 1_048_576) }
        text("Runtime", .runtime)
        text("LastModified", .lastModified)
        text("CodeSha256", .codeSHA256)
        text("Version", .version)
        answer.resource.settings[.tracing] = body["TracingConfig"]?["Mode"]?.string.map { .flag($0 == "Active") }
        answer.resource.settings[.deadLetterTarget] = body["DeadLetterConfig"]?["TargetArn"]?.string.map { .text($0) }
        if let group = body["LoggingConfig"]?["LogGroup"]?.string, !group.isEmpty { answer.resource.settings[.logGroup] = .text(group) }
        if let deployment = deployment(of: answer.resource, before: before) { answer.deployments.append(deployment) }
    }

    /// A change since the last reading. At first sight only its time is known, and that it lies within what the charts show.
    private func deployment(of resource: Resource, before: [Setting: SettingValue]) -> Deployment? {
        func text(_ setting: Setting, _ settings: [Setting: SettingValue]) -> String? { settings[setting]?.text }
        let now = desk.order.now, modified = text(.lastModified, resource.settings).flatMap(Self.time(lastModified:))
        func marker(_ label: String) -> Deployment { Deployment(service: resource.service, time: min(modified ?? now, now), label: label, detail: resource.id.name) }
        guard let old = text(.codeSHA256, before), let new = text(.codeSHA256, resource.settings) else {
            guard before[.lastModified] == nil, let modified, modified <= now, now - modified <= desk.order.backfill else { return nil }
            return marker("last change")
        }
        if old != new { return marker("new code") }
        guard let earlier = text(.lastModified, before), let later = text(.lastModified, resource.settings), earlier != later else { return nil }
        return marker("new configuration")
    }

    /// Lambda writes `2026-11-20T10:05:00.123+0000`, without the colon that RFC 3339 asks for.
    static func time(lastModified text: String) -> Timestamp? {
        if let time = Timestamp(rfc3339: text) { return time }
        guard text.utf8.count > 5, text.utf8.dropFirst(text.utf8.count - 5).first == UInt8(ascii: "+") || text.utf8.dropFirst(text.utf8.count - 5).first == UInt8(ascii: "-")
        else { return nil }
        return Timestamp(rfc3339: text.dropLast(2) + ":" + text.suffix(2))
    }

    private func concurrency(_ answer: inout InventoryAnswer) async {
        guard let body = await secondary("GetFunctionConcurrency", "/2019-09-30/functions/\(answer.resource.id.name)/concurrency", &answer) else { return }
        answer.resource.settings[.reservedConcurrency] = body["ReservedConcurrentExecutions"]?.double.map { .number($0) }
    }

    private func mappings(_ answer: inout InventoryAnswer) async {
        guard await desk.mayCall() else { return }
        let paged = await desk.client.pages(.lambda, "ListEventSourceMappings", path: "/2015-03-31/event-source-mappings/",
                                            query: [.init("FunctionName", answer.resource.id.name)], tokenKey: "Marker", nextKey: "NextMarker",
                                            limit: desk.order.budget.pages)
        if let failure = paged.failure {
            answer.problems.append(desk.problem(failure, operation: "lambda:ListEventSourceMappings", resource: answer.resource.id))
        }
        let mappings = paged.pages.flatMap { $0["EventSourceMappings"]?.array ?? [] }
        let ordered = mappings.sorted { rank($0) < rank($1) }
        answer.resource.settings[.mappings] = mappings.count > 1 ? .text(EventSourceMapping.text(ordered.compactMap(EventSourceMapping.init))) : nil
        // Rules name the settings of one mapping: the one that works, by its id where several do.
        let first = ordered.first
        if let first {
            answer.resource.settings[.mappingID] = first["UUID"]?.string.map { .text($0) }
            answer.resource.settings[.mappingState] = first["State"]?.string.map { .text($0) }
            answer.resource.settings[.batchSize] = first["BatchSize"]?.double.map { .number($0) }
            answer.resource.settings[.eventSource] = first["EventSourceArn"]?.string.map { .text($0) }
            answer.resource.settings[.maximumConcurrency] = first["ScalingConfig"]?["MaximumConcurrency"]?.double.map { .number($0) }
            answer.resource.settings[.partialBatchResponse] = .flag((first["FunctionResponseTypes"]?.array ?? []).contains(.string("ReportBatchItemFailures")))
        }
        for mapping in mappings {
            guard let arn = mapping["EventSourceArn"]?.string, let source = AWSNames.resource(arn: arn) else { continue }
            if source.kind == .queue { answer.resource.settings[.invokedBy] = .text("queue") }
            answer.neighbours.append(Resource(id: ResourceID(source: desk.source, kind: source.kind, name: source.name), service: answer.resource.service, arn: arn,
                                              foundBy: [.mapping], feeds: [answer.resource.id]))
        }
    }

    private func rank(_ mapping: JSONValue) -> String { (mapping["State"]?.string == "Enabled" ? "0" : "1") + (mapping["UUID"]?.string ?? "") }

    private func asynchronous(_ answer: inout InventoryAnswer) async {
        guard let body = await secondary("GetFunctionEventInvokeConfig", "/2019-09-25/functions/\(answer.resource.id.name)/event-invoke-config", &answer) else { return }
        answer.resource.settings[.onFailureDestination] = body["DestinationConfig"]?["OnFailure"]?["Destination"]?.string.flatMap { $0.isEmpty ? nil : .text($0) }
    }

    /// A setting that may not exist: "not found" is then the answer, not a problem.
    private func secondary(_ operation: String, _ path: String, _ answer: inout InventoryAnswer) async -> JSONValue? {
        guard await desk.mayCall() else { return nil }
        do throws(AWSError) {
            return try await desk.client.send(.rest(.lambda, operation, .get, path)).json()
        } catch {
            if error.kind != .notFound, error.kind != .invalid {
                answer.problems.append(desk.problem(error, operation: "lambda:\(operation)", resource: answer.resource.id))
            }
            return nil
        }
    }
}

private extension EventSourceMapping {
    init?(_ mapping: JSONValue) {
        guard let arn = mapping["EventSourceArn"]?.string, let name = arn.split(whereSeparator: { $0 == ":" || $0 == "/" }).last else { return nil }
        self.init(source: String(name.filter { $0 != " " && $0 != ";" }), state: mapping["State"].flatMap(\.string)?.filter { $0 != " " && $0 != ";" } ?? "-", batchSize: mapping["BatchSize"]?.double,
                  reportsItemFailures: (mapping["FunctionResponseTypes"]?.array ?? []).contains(.string("ReportBatchItemFailures")),
                  maximumConcurrency: mapping["ScalingConfig"]?["MaximumConcurrency"]?.double)
    }
}
