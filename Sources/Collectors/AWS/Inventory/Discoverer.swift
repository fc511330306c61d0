import AWS
import JSON
import Signals
import Telemetry

/// Finds resources that nobody declared: by name, by tag and by CloudFormation stack.
struct Discoverer: Sendable {
    let desk: AWSDesk

    init(_ desk: AWSDesk) { self.desk = desk }

    struct Found: Sendable {
        var resources: [Resource] = []
        var problems: [Problem] = []
        var cursors: [SeriesID: Timestamp] = [:]
    }

    func discovered() async -> Found {
        var found = Found()
        for service in desk.order.services where isDue(service) {
            if let prefix = service.namePrefix, !prefix.isEmpty {
                await queues(prefix, service.id, &found)
                await functions(prefix, service.id, &found)
            }
            if !service.tags.isEmpty { await tagged(service.tags, service.id, &found) }
            if let stack = service.stack, !stack.isEmpty { await stacked(stack, service.id, readsDrift: service.readsDrift, &found) }
        }
        return found
    }

    private func isDue(_ service: ServiceOrder) -> Bool {
        let last = desk.order.known.values.filter { $0.resource.service == service.id && !$0.resource.foundBy.isDisjoint(with: [.prefix, .tag, .stack]) }
            .map(\.checkedAt).max()
        guard let last else { return true }
        return desk.order.now < last || desk.order.now - last >= desk.order.budget.inventoryAge
    }

    private func queues(_ prefix: String, _ service: String, _ found: inout Found) async {
        guard await desk.mayCall() else { return }
        let paged = await desk.client.pages(.sqs, "ListQueues", ["QueueNamePrefix": .string(prefix), "MaxResults": 1_000], limit: desk.order.budget.pages)
        note(paged, "sqs:ListQueues", &found)
        for url in paged.pages.flatMap({ $0["QueueUrls"]?.array ?? [] }).compactMap(\.string) {
            guard let name = url.split(separator: "/").last, name.hasPrefix(prefix) else { continue }
            found.resources.append(Resource(id: id(.queue, String(name)), service: service, foundBy: [.prefix], settings: [.url: .text(url)]))
        }
    }

    private func functions(_ prefix: String, _ service: String, _ found: inout Found) async {
        guard await desk.mayCall() else { return }
        let paged = await desk.client.pages(.lambda, "ListFunctions", path: "/2015-03-31/functions/", query: [.init("MaxItems", "50")],
                                            tokenKey: "Marker", nextKey: "NextMarker", limit: desk.order.budget.pages)
        note(paged, "lambda:ListFunctions", &found)
        for name in paged.pages.flatMap({ $0["Functions"]?.array ?? [] }).compactMap({ $0["FunctionName"]?.string }) where name.hasPrefix(prefix) {
            found.resources.append(Resource(id: id(.function, name), service: service, foundBy: [.prefix]))
        }
    }

    private func tagged(_ tags: [String: String], _ service: String, _ found: inout Found) async {
        guard await desk.mayCall() else { return }
        let filters = tags.sorted { $0.key < $1.key }.map { JSONValue.object([.init("Key", .string($0.key)), .init("Values", .array([.string($0.value)]))]) }
        let paged = await desk.client.pages(.tagging, "GetResources", ["TagFilters": .array(filters), "ResourcesPerPage": 100], tokenKey: "PaginationToken",
                                            limit: desk.order.budget.pages)
        note(paged, "tag:GetResources", &found)
        for arn in paged.pages.flatMap({ $0["ResourceTagMappingList"]?.array ?? [] }).compactMap({ $0["ResourceARN"]?.string }) {
            guard let item = AWSNames.resource(arn: arn) else { continue }
            found.resources.append(Resource(id: id(item.kind, item.name), service: service, arn: arn, foundBy: [.tag]))
        }
    }

    private func stacked(_ stack: String, _ service: String, readsDrift: Bool, _ found: inout Found) async {
        guard await desk.mayCall() else { return }
        let paged = await desk.client.pages(limit: desk.order.budget.pages) { token in
            .form(.cloudFormation, "ListStackResources", [.init("StackName", stack)] + (token.map { [.init("NextToken", $0)] } ?? []))
        } read: { answer throws(AWSError) in
            let page = try answer.xml()
            return (page, page.first("NextToken")?.text)
        }
        note(paged, "cloudformation:ListStackResources", &found)
        var apis: [ResourceKind: GatewayInventory.Directory] = [:]
        var members: [(id: ResourceID, physical: String)] = []
        for member in paged.pages.flatMap({ $0.first("StackResourceSummaries")?.children ?? [] }) {
            guard let type = member["ResourceType"]?.text, let physical = member["PhysicalResourceId"]?.text, member["ResourceStatus"]?.text != "DELETE_COMPLETE",
                  let item = AWSNames.resource(type: type, physicalID: physical) else { continue }
            var resource = Resource(id: id(item.kind, item.name), service: service, arn: physical.hasPrefix("arn:") ? physical : nil, foundBy: [.stack])
            if item.kind == .api || item.kind == .httpAPI {
                if apis[item.kind] == nil { apis[item.kind] = await GatewayInventory(desk).directory(item.kind) }
                guard let name = apis[item.kind]?.names[physical] else { continue }
                resource.id.name = name
                resource.settings[.apiID] = .text(physical)
            }
            // For a state machine nothing else is asked: the stack's word is the last one.
            if item.kind == .stateMachine { resource.checkedAt = desk.order.now }
            found.resources.append(resource)
            members.append((resource.id, physical))
        }
        if readsDrift { await drift(of: stack, members, &found) }
    }

    private func drift(of stack: String, _ members: [(id: ResourceID, physical: String)], _ found: inout Found) async {
        let reading = StackDriftReading(desk: desk)
        guard let first = members.map(\.id).min(), reading.isDue(first) else { return }
        let (statuses, failure) = await reading.statuses(of: stack)
        if let failure { return found.problems.append(desk.problem(failure, operation: "cloudformation:DescribeStackResourceDrifts")) }
        for (id, physical) in members {
            guard let status = statuses[physical], let place = found.resources.lastIndex(where: { $0.id == id }) else { continue }
            found.resources[place].settings[.stackDrift] = .text(status)
        }
        found.cursors[StackDriftReading.cursor(first)] = desk.order.now
    }

    private func id(_ kind: ResourceKind, _ name: String) -> ResourceID { ResourceID(source: desk.source, kind: kind, name: name) }

    private func note<Page>(_ paged: Paged<Page>, _ operation: String, _ found: inout Found) {
        switch paged.end {
        case .complete: break
        case .failed(let error): found.problems.append(desk.problem(error, operation: operation))
        case .repeatedToken, .pageLimit, .sizeLimit:
            found.problems.append(Problem(.limit, source: desk.source, operation: operation, place: desk.region,
                                          message: "\(operation) in \(desk.region): the list ended after \(paged.pages.count) pages without being complete. Narrow the prefix or the tags."))
        }
    }
}
