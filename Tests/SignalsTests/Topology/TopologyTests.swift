@testable import Signals
import Telemetry
import Testing

struct TopologyTests {
    private static func id(_ kind: ResourceKind, _ name: String) -> ResourceID { ResourceID(source: "prod", kind: kind, name: name) }
    private static let api = id(.api, "api"), send = id(.function, "send"), queue = id(.queue, "queue"), dead = id(.queue, "dead"), work = id(.function, "work"), table = id(.table, "table")

    private static func resource(_ id: ResourceID, _ feeds: [ResourceID] = [], _ settings: [Setting: SettingValue] = [:]) -> Resource {
        Resource(id: id, service: "s", presence: .alive, settings: settings, feeds: feeds)
    }

    private static let chain = [
        resource(api, [send]), resource(send, [queue]), resource(queue, [work, dead], [.redriveTarget: .text("arn:aws:sqs:eu-west-1:111122223333:dead")]), resource(dead),
        resource(work, [table]), resource(table), resource(id(.log, "work")),
    ]

    private static func call(_ from: CallNode, _ to: CallNode, faults: Int = 0, examples: Bool = false, kind: CallEdge.Kind = .call) -> CallEdge {
        CallEdge(source: "prod", hour: Timestamp(seconds: 7_200), from: from, to: to, kind: kind, figures: CallFigures(ok: 10 - faults, faults: faults), isFromExamples: examples)
    }

    private func ends(_ topology: Topology) -> [String] {
        topology.edges.map { edge in "\(topology.node(edge.from)?.name ?? "?") > \(topology.node(edge.to)?.name ?? "?")\(edge.isTraced ? " traced" : "")\(edge.isForFailures ? " failures" : "")\(edge.figures.map { " \($0.count)" } ?? "")" }.sorted()
    }

    private static let plain = ["api > send", "clients > api", "queue > dead failures", "queue > work", "send > queue", "work > table"]
    private static func function(_ name: String) -> CallNode { CallNode(name, type: "AWS::Lambda::Function") }

    @Test func `configuration alone gives each hop once, and an API its clients`() {
        #expect(ends(Topology(resources: Self.chain)) == Self.plain)
        #expect(Topology(resources: Self.chain).nodes.count == 7)
    }

    @Test(arguments: [
        ("both segments of a function are one part", [call(CallNode("work", type: "AWS::Lambda"), function("work")), call(function("work"), CallNode("table", type: "AWS::DynamoDB::Table"), faults: 2)],
         ["api > send", "clients > api", "queue > dead failures", "queue > work", "send > queue", "work > table traced 10"]),
        ("an address of a queue is its name", [call(function("send"), CallNode("https://sqs.eu-west-1.amazonaws.com/1/queue", type: "AWS::SQS::Queue"))],
         ["api > send", "clients > api", "queue > dead failures", "queue > work", "send > queue traced 10", "work > table"]),
        ("a call that names no table is the one that configuration knows", [call(function("work"), CallNode("DynamoDB", type: "AWS::DynamoDB"))],
         ["api > send", "clients > api", "queue > dead failures", "queue > work", "send > queue", "work > table traced 10"]),
        ("context that went on with a message stands behind what carried it", [call(function("send"), function("work"))],
         ["api > send", "clients > api", "queue > dead failures", "queue > work 10", "send > queue", "work > table"]),
        ("a trace that begins with the worker began further up", [call(TraceGraph.clients, function("work"))],
         ["api > send", "clients > api", "queue > dead failures", "queue > work 10", "send > queue", "work > table"]),
        ("examples prove a hop and measure nothing", [call(function("work"), CallNode("host", type: "remote"), examples: true)], plain + ["work > host traced"]),
        ("a stranger that calls is not shown", [call(function("somebody"), CallNode("table", type: "AWS::DynamoDB::Table"))], plain),
        ("a link is no call", [call(function("send"), function("other"), kind: .link)], plain + ["send > other 10"]),
    ])
    func `traces say more`(_ name: String, _ calls: [CallEdge], _ expected: [String]) {
        #expect(ends(Topology(resources: Self.chain, calls: calls)) == expected.sorted(), "\(name)")
    }

    @Test func `what the file declares is drawn, and is the same thing as what is traced`() {
        let declared = [Topology.Declared(Self.work, calls: ["KMS", "api"]), Topology.Declared(Self.api, calledBy: ["shops"])]
        let topology = Topology(resources: Self.chain, declared: declared, calls: [Self.call(Self.function("work"), CallNode("KMS", type: "AWS::KMS"))])
        #expect(ends(topology) == ["api > send", "queue > dead failures", "queue > work", "send > queue", "shops > api", "work > KMS traced 10", "work > api", "work > table"])
        #expect(topology.nodes.first { $0.name == "KMS" }?.kind == .managed)
    }

    @Test func `a schedule starts its function, and what is gone from the account is not drawn`() {
        var gone = Self.resource(Self.table)
        gone.presence = .missing
        let topology = Topology(resources: [Self.resource(Self.work, [Self.table], [.schedule: .text("rate(1 day)")]), gone])
        #expect(ends(topology) == ["rate(1 day) > work"])
    }

    @Test func `the order in which things are found changes nothing`() {
        let calls = [Self.call(Self.function("work"), CallNode("b", type: "remote")), Self.call(Self.function("work"), CallNode("a", type: "remote"))]
        let topology = Topology(resources: Self.chain, calls: calls)
        for _ in 0..<5 { #expect(Topology(resources: Self.chain.shuffled(), calls: calls.shuffled()) == topology) }
    }
}
