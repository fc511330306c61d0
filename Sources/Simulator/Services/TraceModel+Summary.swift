import JSON

extension TraceModel {
    /// The summary as GetTraceSummaries gives it.
    func summary(account: String) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("Id", .string(id)), .init("StartTime", .number(start)), .init("Duration", .number(rounded(duration))),
            .init("ResponseTime", .number(rounded(responseTime))), .init("HasFault", .bool(isFault)), .init("HasError", .bool(isError)),
            .init("HasThrottle", .bool(isThrottled)), .init("IsPartial", .bool(segments.flatMap(\.all).contains { $0.end == nil })),
            .init("Http", http), .init("Annotations", .object(annotationValues(account: account))),
            .init("ServiceIds", .array(serviceIDs(account: account))), .init("Users", []), .init("InstanceIds", []), .init("AvailabilityZones", []),
            .init("ResourceARNs", []), .init("ResponseTimeRootCauses", []), .init("ErrorRootCauses", []),
            .init("FaultRootCauses", .array(faultRootCauses(account: account))), .init("Revision", 1),
        ]
        if let entry = segments.first { members.append(.init("EntryPoint", entry.serviceID(account: account))) }
        return .object(members)
    }

    /// X-Ray rounds to milliseconds.
    private func rounded(_ seconds: Double) -> Double { (seconds * 1_000).rounded() / 1_000 }

    private var http: JSONValue {
        guard let http = segments.lazy.compactMap({ $0.detail("http") }).first else { return .object([]) }
        let pairs: [(String, JSONValue?)] = [
            ("HttpURL", http["request"]?["url"]), ("HttpStatus", http["response"]?["status"]), ("HttpMethod", http["request"]?["method"]),
        ]
        return .object(pairs.compactMap { key, value in value.map { .init(key, $0) } })
    }

    private func annotationValues(account: String) -> [JSONValue.Member] {
        annotations.map { annotation in
            let kind = switch annotation.value {
            case .number: "NumberValue"
            case .bool: "BooleanValue"
            case .string, .null, .array, .object: "StringValue"
            }
            return .init(annotation.key, [["AnnotationValue": .object([.init(kind, annotation.value)]), "ServiceIds": []]])
        }
    }

    private func serviceIDs(account: String) -> [JSONValue] {
        var seen: Set<String> = []
        return segments.filter { seen.insert("\($0.name) \($0.origin ?? "")").inserted }.map { $0.serviceID(account: account) }
    }

    /// The chain of services down to the one whose exception or answer was the cause.
    private func faultRootCauses(account: String) -> [JSONValue] {
        guard let broken = segments.last(where: \.isFault) else { return [] }
        let chain = segments.filter { $0.isFault && !$0.isInferred } + (broken.isInferred ? [broken] : [])
        let services = chain.map { segment in
            let exceptions = (segment.detail("cause")?["exceptions"]?.array ?? []).map { exception in
                JSONValue.object([.init("Name", exception["type"] ?? ""), .init("Message", exception["message"] ?? "")])
            }
            return JSONValue.object([
                .init("Name", .string(segment.name)), .init("Names", [.string(segment.name)]), .init("Type", .string(segment.origin ?? "")),
                .init("AccountId", .string(account)), .init("Inferred", .bool(segment.isInferred)),
                .init("EntityPath", [["Name": .string(segment.name), "Exceptions": .array(exceptions), "Remote": .bool(segment.isInferred)]]),
            ])
        }
        return [["Services": .array(services), "ClientImpacting": .bool(segments.first?.isFault == true)]]
    }
}

private extension SegmentModel {
    func serviceID(account: String) -> JSONValue {
        ["Name": .string(name), "Names": [.string(name)], "AccountId": .string(account), "Type": .string(origin ?? "")]
    }
}
