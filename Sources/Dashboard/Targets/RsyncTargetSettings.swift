import Publishers

/// Another machine, over rsync.
struct RsyncTargetSettings: TargetSettings {
    static let kind = "rsync"
    static let summary = "Another machine over rsync: assets, then pages, then deletions."
    static let fields: [RecordSchema.Field] = [
        .init("to", .text, required: true, "user@host:/srv/www/ops, rsync://host/module/path, or a directory of this machine."),
        .init("rsh", .text, "How the other machine is reached, such as ssh -p 2222 -i /etc/tidewatch/key. Default ssh."),
        .init("program", .text, "Where rsync is. Default /usr/bin/rsync."),
        .init("environment", .list(.text), "Names of variables that rsync is given besides PATH and HOME, such as SSH_AUTH_SOCK."),
        .init("limit", .duration, "How long all of it may take. Default 10m."),
    ]

    private let settings: RsyncTarget.Settings

    init?(_ record: ConfigurationReader.Record) {
        let limit = record.duration("limit") ?? 600, program = record.text("program") ?? "/usr/bin/rsync", shell = record.text("rsh")
        if !(1...86_400).contains(limit) { record.fail("limit", "must lie between 1s and 1d") }
        if !program.hasPrefix("/") { record.fail("program", "must be an absolute path") }
        guard let destination = record.text("to") else { return nil }
        for (key, value) in [("to", destination), ("rsh", shell ?? "")] where !value.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }) {
            record.fail(key, "holds a control character")
        }
        if destination.hasPrefix("-") || destination.isEmpty { record.fail("to", "expected a place such as user@host:/srv/www/ops") }
        if !destination.contains(":"), !destination.hasPrefix("/") { record.fail("to", "a directory of this machine must be absolute") }
        settings = RsyncTarget.Settings(destination: destination, shell: shell, program: program,
                                        environment: record.programEnvironment("environment", always: ["PATH", "HOME"]), limit: limit)
    }

    var destination: String { "rsync " + settings.destination }
    var folders: [(key: String, path: String)] { settings.destination.hasPrefix("/") ? [("to", settings.destination)] : [] }

    func target(in surroundings: TargetSurroundings) -> any PublishTarget { RsyncTarget(settings, runner: surroundings.world.commands) }
}
