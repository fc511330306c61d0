import Telemetry
import Testing
@testable import Signals

@Suite struct DerivedSignalTests {
    private func values(_ signal: Signal, _ columns: [String: [Double?]], settings: [Setting: SettingValue] = [:], dead: [String: [Double?]] = [:]) -> [Double?]? {
        func grid(_ columns: [String: [Double?]]) -> SampleGrid {
            let count = columns.values.map(\.count).max() ?? 0
            return SampleGrid(start: Timestamp(seconds: 0), period: 300, count: count, columns: columns.mapValues {
                SampleColumn(values: $0.map { $0 ?? .nan }, qualities: Array(repeating: .final, count: $0.count))
            })
        }
        let resource = Resource(id: ResourceID(source: "prod", kind: signal.kind, name: "thing"), service: "orders", settings: settings)
        var reader = SignalReader(resource, grid: grid(columns), deadLetters: dead.isEmpty ? nil : grid(dead))
        return reader.column(signal.name)?.values.map { $0.isNaN ? nil : $0 }
    }

    @Test(arguments: [
        ("backlog_change", ["visible": [5, 7, nil, 9, 3], "in_flight": [1, 1, 1, 1, 0]], [nil, 2, nil, nil, -7]),
        ("backlog_change", ["visible": [5, 7], "in_flight": [1, 1], "delayed": [2, nil]], [nil, 0]),
        ("drain_time", ["visible": [600, 600, 600, 0, 0], "deleted": [300, 300, 300, 0, 0]], [600, 600, 600, 0, 0]),
        ("drain_time", ["visible": [0, 5, 5, nil], "deleted": [0, 0, nil, 0]], [nil, .infinity, nil, nil]),
        ("drain_time", ["visible": [0, 0, 0, 6], "deleted": [3, 0, 0, 0]], [0, 0, 0, .infinity]),
        ("retention_used", ["oldest_age": [0, 50, nil, 100]], [0, 0.5, nil, 1]),
    ] as [(String, [String: [Double?]], [Double?])]) func `queues`(_ name: String, _ columns: [String: [Double?]], _ expected: [Double?]) {
        #expect(values(Signal(.queue, name), columns, settings: [.retention: .number(100)]) == expected)
    }

    @Test func `dead letters are what arrived, not what lies there`() {
        #expect(values(Signal(.queue, "dead_letters"), ["visible": [0, 0, 0, 0]], dead: ["visible": [5, 8, 2, nil], "deleted": [0, 0, 6, 0]]) == [nil, 3, 0, nil])
        #expect(values(Signal(.queue, "dead_letters"), ["visible": [0]]) == nil)
    }

    @Test(arguments: [
        (Signal(.function, "error_rate"), ["errors": [1, 0, 1, nil], "invocations": [4, 4, 0, 4]], [0.25, 0, nil, nil]),
        (Signal(.function, "throttle_rate"), ["throttles": [1, 0, 2], "invocations": [3, 0, 0]], [0.25, nil, 1]),
        (Signal(.function, "timeout_used"), ["duration.max": [5, nil]], [0.5, nil]), (Signal(.api, "error_rate"), ["errors_5xx": [1], "requests": [10]], [0.1]),
        (Signal(.httpAPI, "error_rate"), ["errors_5xx": [1], "requests": [10]], [0.1]), (Signal(.log, "error_rate"), ["errors": [1], "events": [10]], [0.1]),
    ] as [(Signal, [String: [Double?]], [Double?])]) func `a share of nothing is absent`(_ signal: Signal, _ columns: [String: [Double?]], _ expected: [Double?]) {
        #expect(values(signal, columns, settings: [.timeout: .number(10)]) == expected)
    }

    @Test func `faults are counted where shares are kept, and a step without a trace has none`() {
        #expect(values(Signal(.trace, "faults"), ["fault_rate": [0.5, nil, nil, 0], "count": [4, 0, 3, 2]]) == [2, 0, nil, 0])
        #expect(values(Signal(.trace, "faults"), ["count": [0, 4]]) == [0, nil] && values(Signal(.trace, "faults"), ["fault_rate": [0.5]]) == nil)
    }

    @Test func `without its ingredients a signal is absent altogether`() {
        #expect(values(Signal(.queue, "retention_used"), ["oldest_age": [1]]) == nil)
        #expect(values(Signal(.queue, "retention_used"), ["oldest_age": [1]], settings: [.retention: .number(0)]) == nil)
        #expect(values(Signal(.function, "error_rate"), ["errors": [1]]) == nil)
        #expect(values(Signal(.function, "nonsense"), ["errors": [1]]) == nil)
    }

    @Test func `a stored column wins, and the worst quality is kept`() {
        let resource = Resource(id: ResourceID(source: "prod", kind: .function, name: "thing"), service: "orders")
        var grid = SampleGrid(start: Timestamp(seconds: 0), period: 300, count: 3)
        grid.columns["errors"] = SampleColumn(values: [1, 1, 1], qualities: [.final, .late, .zeroFilled])
        grid.columns["invocations"] = SampleColumn(values: [2, 2, 2], qualities: [.partial, .final, .final])
        var reader = SignalReader(resource, grid: grid)
        let derived = reader.column("error_rate")
        #expect(derived?.qualities == [.partial, .late, .zeroFilled])
        grid.columns["error_rate"] = SampleColumn(values: [0.9, 0.9, 0.9], qualities: [.final, .final, .final])
        reader = SignalReader(resource, grid: grid)
        let stored = reader.column("error_rate")
        #expect(stored?.values == [0.9, 0.9, 0.9])
    }

    @Test func `a dead-letter queue is found by its address, or by its name in it`() {
        func queue(_ name: String, arn: String? = nil, target: String? = nil) -> Resource {
            Resource(id: ResourceID(source: "prod", kind: .queue, name: name), service: "orders", arn: arn, settings: target.map { [.redriveTarget: .text($0)] } ?? [:])
        }
        let all = [queue("dead", arn: "arn:aws:sqs:eu-central-1:1:dead"), queue("other")]
        #expect(DerivedSignal.deadLetterQueue(of: queue("a", target: "arn:aws:sqs:eu-central-1:1:dead"), among: all)?.id.name == "dead")
        #expect(DerivedSignal.deadLetterQueue(of: queue("a", target: "arn:aws:sqs:eu-central-1:1:other"), among: all)?.id.name == "other")
        #expect(DerivedSignal.deadLetterQueue(of: queue("a", target: "arn:aws:sqs:eu-central-1:1:gone"), among: all) == nil)
        #expect(DerivedSignal.deadLetterQueue(of: queue("a"), among: all) == nil)
    }

    @Test func `every derived signal is in the vocabulary with the type that the catalogue states`() {
        for derived in DerivedSignal.all {
            let known = SignalCatalogue.vocabulary.type(of: derived.signal)
            #expect(known?.unit == derived.type.unit && known?.onlyRises == derived.type.onlyRises, "\(derived.signal)")
            #expect(SignalCatalogue.vocabulary.allNames(of: derived.signal.kind).contains(derived.signal.name))
        }
        #expect(SignalCatalogue.vocabulary.type(of: Signal(.function, "duration.max"))?.onlyRises == true)
        #expect(SignalCatalogue.vocabulary.type(of: Signal(.function, "duration.p99"))?.onlyRises == false)
    }
}
