import AWS
import JSON
import Telemetry

/// API Gateway: which REST and HTTP APIs there are, and the stages of those that are watched. Names need not be unique; ids are.
struct GatewayInventory: Sendable {
    /// All APIs of one flavour, as one list call tells them.
    struct Directory: Sendable {
        var names: [String: String] = [:]
        var failure: AWSError?
        var isComplete = false

        /// Ids of the APIs of that name, sorted.
        func ids(of name: String) -> [String] { names.filter { $0.value == name }.keys.sorted() }
    }

    let desk: AWSDesk

    init(_ desk: AWSDesk) { self.desk = desk }

    func directory(_ kind: ResourceKind) async -> Directory {
        var directory = Directory()
        guard await desk.mayCall() else { return directory }
        let isHTTP = kind == .httpAPI
        let paged = await desk.client.pages(limit: desk.order.budget.pages) { token in
            // Without this header the service writes HAL documents of another form.
            var call = isHTTP
                ? AWSCall.rest(.apiGateway, "GetApis", .get, "/v2/apis", query: [.init("maxResults", "500")] + (token.map { [.init("nextToken", $0)] } ?? []))
                : AWSCall.rest(.apiGateway, "GetRestApis", .get, "/restapis", query: [.init("limit", "500")] + (token.map { [.init("position", $0)] } ?? []))
            call.headers["Accept"] = "application/json"
            return call
        } read: { answer throws(AWSError) in
            let page = try answer.json()
            return (page, (isHTTP ? page["nextToken"] : page["position"])?.string)
        }
        for item in paged.pages.flatMap({ $0[isHTTP ? "items" : "item"]?.array ?? [] }) {
            guard let id = (isHTTP ? item["apiId"] : item["id"])?.string, let name = item["name"]?.string else { continue }
            directory.names[id] = name
        }
        directory.failure = paged.failure
        directory.isComplete = !paged.isPartial
        return directory
    }

    func check(_ resource: Resource, _ directory: Directory) async -> InventoryAnswer {
        var answer = InventoryAnswer(resource)
        if let failure = directory.failure, directory.names.isEmpty {
            answer.resource.presence = failure.kind == .denied ? .denied : .unknown
            return answer
        }
        let isHTTP = resource.id.kind == .httpAPI
        let declared = desk.declaration(of: resource.id)?.settings[.apiID]?.text
        let candidates = [declared, isHTTP ? resource.id.name : nil].compactMap(\.self).filter { directory.names[$0] != nil }
        guard let id = candidates.first ?? directory.ids(of: resource.id.name).first else {
            guard directory.isComplete else { return answer }
            let other = resource.foundBy.contains(.declared) ? await self.directory(isHTTP ? .api : .httpAPI) : Directory()
            if let id = [declared, resource.id.name].compactMap(\.self).first(where: { other.names[$0] != nil }) ?? other.ids(of: resource.id.name).first {
                // It is there as the other kind: its metrics have other names, so none will ever come.
                answer.resource.presence = .unknown
                answer.resource.arn = arn(id, isHTTP: !isHTTP)
                answer.problems.append(mistaken(resource.id.name, isHTTP))
                return answer
            }
            answer.resource.presence = .missing
            if resource.foundBy.contains(.declared) { answer.problems.append(missing(declared ?? resource.id.name, isHTTP)) }
            return answer
        }
        answer.resource.presence = .alive
        answer.resource.arn = arn(id, isHTTP: isHTTP)
        answer.resource.settings[.apiID] = .text(id)
        await stages(id, isHTTP, &answer)
        await integrations(id, isHTTP, &answer)
        return answer
    }

    private func arn(_ id: String, isHTTP: Bool) -> String { "arn:aws:apigateway:\(desk.region)::/\(isHTTP ? "apis" : "restapis")/\(id)" }

    /// What the API calls: functions, and topics or queues that it speaks to itself.
    private func integrations(_ id: String, _ isHTTP: Bool, _ answer: inout InventoryAnswer) async {
        guard await desk.mayCall() else { return }
        let operation = isHTTP ? "GetIntegrations" : "GetResources"
        let paged = await desk.client.pages(limit: desk.order.budget.pages) { token in
            var call = isHTTP
                ? AWSCall.rest(.apiGateway, operation, .get, "/v2/apis/\(id)/integrations", query: [.init("maxResults", "500")] + (token.map { [.init("nextToken", $0)] } ?? []))
                : AWSCall.rest(.apiGateway, operation, .get, "/restapis/\(id)/resources", query: [.init("embed", "methods"), .init("limit", "500")] + (token.map { [.init("position", $0)] } ?? []))
            call.headers["Accept"] = "application/json"
            return call
        } read: { answer throws(AWSError) in
            let page = try answer.json()
            return (page, (isHTTP ? page["nextToken"] : page["position"])?.string)
        }
        if let failure = paged.failure { return answer.note(failure, desk, operation: "apigateway:\(operation)") }
        let targets = paged.pages.flatMap { page in
            isHTTP ? (page["items"]?.array ?? []).compactMap { $0["integrationUri"]?.string }
                : (page["item"]?.array ?? []).flatMap { $0["resourceMethods"]?.members ?? [] }.compactMap { $0.value["methodIntegration"]?["uri"]?.string }
        }
        var seen: Set<String> = []
        answer.edges = targets.compactMap(AWSNames.functionARN(in:)).filter { seen.insert($0).inserted }.sorted()
        // An API that calls no function may call what only its template names: then what was declared stands.
        answer.knowsIntegrations = !answer.edges.isEmpty && !paged.isPartial
    }

    private func stages(_ id: String, _ isHTTP: Bool, _ answer: inout InventoryAnswer) async {
        guard await desk.mayCall() else { return }
        let operation = isHTTP ? "GetStagesV2" : "GetStages"
        do throws(AWSError) {
            var call = AWSCall.rest(.apiGateway, operation, .get, isHTTP ? "/v2/apis/\(id)/stages" : "/restapis/\(id)/stages")
            call.headers["Accept"] = "application/json"
            let stages = try await desk.client.send(call).json()[isHTTP ? "items" : "item"]?.array ?? []
            let wanted = answer.resource.settings[.stage]?.text
            let mine = stages.filter { wanted == nil || $0["stageName"]?.string == wanted }
            if let wanted, mine.isEmpty {
                answer.problems.append(Problem(.missing, source: desk.source, operation: "apigateway:\(operation)", place: desk.region,
                                               message: "apigateway:\(operation) in \(desk.region): API '\(answer.resource.id.name)' has no stage '\(wanted)'. Check stage in the tenant's file.",
                                               resource: answer.resource.id))
            }
            if mine.count == 1, let stage = mine.first { accessLog(of: stage, &answer) }
            // HTTP APIs cannot be traced; of a REST API without a named stage nobody knows which one is meant.
            answer.resource.settings[.tracing] = isHTTP || mine.count != 1 ? nil : mine.first?["tracingEnabled"]?.bool.map { .flag($0) }
        } catch {
            answer.note(error, desk, operation: "apigateway:\(operation)")
        }
    }

    /// REST and HTTP APIs spell it alike. Firehose is no log group.
    private func accessLog(of stage: JSONValue, _ answer: inout InventoryAnswer) {
        let settings = stage["accessLogSettings"], destination = settings?["destinationArn"]?.string ?? ""
        let group = destination.firstRange(of: ":log-group:").map { destination[$0.upperBound...].prefix { $0 != ":" } }
        answer.resource.settings[.accessLogGroup] = group.flatMap { $0.isEmpty ? nil : .text(String($0)) }
        answer.resource.settings[.accessLogFormat] = group == nil ? nil : settings?["format"]?.string.map { .text($0) }
    }

    private func mistaken(_ name: String, _ isHTTP: Bool) -> Problem {
        let operation = isHTTP ? "apigateway:GetApis" : "apigateway:GetRestApis", right = isHTTP ? "api" : "http_api"
        return Problem(.missing, source: desk.source, operation: operation, place: desk.region,
                       message: "\(operation) in \(desk.region): '\(name)' is a\(isHTTP ? " REST" : "n HTTP") API, and the two count under different names. Declare it as kind: \(right).")
    }

    private func missing(_ name: String, _ isHTTP: Bool) -> Problem {
        let operation = isHTTP ? "apigateway:GetApis" : "apigateway:GetRestApis"
        return Problem(.missing, source: desk.source, operation: operation, place: desk.region,
                       message: "\(operation) in \(desk.region): there is no \(isHTTP ? "HTTP" : "REST") API '\(name)'. Check the name and the region.")
    }
}
