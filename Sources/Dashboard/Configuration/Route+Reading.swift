import Alerting
import Telemetry

extension Route {
    static let schema = RecordSchema("the route", [
        .init("receiver", .text, required: true, "Default receiver."),
        .init("group_by", .list(.choice(labels)), "Alerts that share these labels go out as one message. Default tenant and service."),
        .init("group_wait", .duration, "How long a first message waits for company. Default 0s: a run is the wait."),
        .init("repeat_interval", .duration, "When a firing alert is said again. Default 4h."),
        .init("routes", .list(.record(childSchema)), "Further receivers for matching alerts."),
    ])
    private static let childSchema = RecordSchema("a child route", [
        .init("match", .map(.text), required: true, "Label to value: \(labels.joined(separator: ", "))."),
        .init("receiver", .text, required: true, "Receiver for what matches."),
        .init("after", .duration, "Only if still firing after this long."),
        .init("repeat_interval", .duration, "When a firing alert is said again."),
    ])

    /// - Parameter mentions: gathers names of what other files hold.
    init(_ record: ConfigurationReader.Record, receivers: [String], mentions: inout [Mention]) {
        self.init(receiver: "")
        receiver = Self.receiver(record, receivers)
        let labels = record.texts("group_by")
        for label in labels where !Self.labels.contains(label) {
            record.fail("group_by", "unknown label '\(printable(label))'. " + record.reader.suggestion(label, Self.labels))
        }
        if !labels.isEmpty { groupBy = labels }
        groupWait = record.duration("group_wait") ?? 0
        repeatInterval = record.duration("repeat_interval") ?? repeatInterval
        for child in record.records("routes", Self.childSchema) {
            var route = Route(receiver: "")
            route.receiver = Self.receiver(child, receivers)
            route.repeatInterval = child.duration("repeat_interval") ?? repeatInterval
            route.after = child.duration("after")
            for (label, node, path) in child.entries("match") {
                guard Self.labels.contains(label) else {
                    child.reader.report(node.mark, path, "unknown label '\(printable(label))'. " + child.reader.suggestion(label, Self.labels))
                    continue
                }
                guard let value = node.string else {
                    child.reader.expected("text", at: node, path: path)
                    continue
                }
                route.match[label] = value
                if let known = Self.words[label], !known.contains(value) {
                    child.reader.report(node.mark, path, "no \(label) is called '\(printable(value))'. " + child.reader.suggestion(value, known))
                }
                mentions.append(child.reader.mention(value, of: label, at: node.mark, path))
            }
            routes.append(route)
        }
    }

    /// Labels whose words never change.
    private static let words = ["severity": Severity.allCases.map(\.rawValue), "kind": ResourceKind.allCases.map(\.rawValue)]

    private static func receiver(_ record: ConfigurationReader.Record, _ known: [String]) -> String {
        guard let name = record.text("receiver") else { return "" }
        if !known.contains(name) { record.fail("receiver", "no receiver is called '\(printable(name))'. " + record.reader.suggestion(name, known)) }
        return name
    }
}
