import Publishers

/// A program of the operator's.
struct CommandTargetSettings: TargetSettings {
    static let kind = "command"
    static let summary = "A program that takes the site anywhere; it learns what there is from TIDEWATCH_… and its standard input."
    static let fields: [RecordSchema.Field] = [
        .init("run", .list(.text), required: true, "Program and arguments, one by one; no shell reads them. Exit 0: published; anything else: not."),
        .init("environment", .list(.text), "Names of variables that the program is given besides PATH and TIDEWATCH_…; it gets no others."),
        .init("limit", .duration, "It is stopped after this long. Default 10m."),
    ]

    private let arguments: [String]
    private let environment: [String: String]
    private let limit: Int64

    init?(_ record: ConfigurationReader.Record) {
        limit = record.duration("limit") ?? 600
        if !(1...86_400).contains(limit) { record.fail("limit", "must lie between 1s and 1d") }
        environment = record.programEnvironment("environment", always: ["PATH"])
        guard let arguments = record.programArguments("run") else { return nil }
        self.arguments = arguments
    }

    var destination: String { "command " + arguments.joined(separator: "\u{0}") }

    func target(in surroundings: TargetSurroundings) -> any PublishTarget {
        CommandTarget(arguments: arguments, environment: environment, limit: .seconds(limit), runner: surroundings.world.commands)
    }
}
