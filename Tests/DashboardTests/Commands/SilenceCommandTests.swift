import Foundation
import JSON
import Testing

@Suite struct SilenceCommandTests {
    private func json(_ ended: ChildProcess.Ended) throws -> JSONValue { try JSONValue(parsing: Array(ended.output.utf8)) }

    @Test func `a silence keeps the alert on the pages and out of the mail, until it is expired`() async throws {
        let site = try FilesSite()
        _ = try await TidewatchCommand.run("--site", site.directory, "run")
        #expect(try site.alerts().map { $0["suppressed_by"]?.string } == [nil])
        let added = try await TidewatchCommand.run("--site", site.directory, "silence", "add", "--tenant", "files", "--rule", "queue-*", "--for", "2h", "--reason", "load test", "--author", "anna")
        #expect(added.code == 0 && added.messages == "")
        let path = added.output.trimmingCharacters(in: .whitespacesAndNewlines), id = String(try #require(path.split(separator: "/").last).dropLast(5))
        #expect(path.hasPrefix("silences/") && path.hasSuffix("-queue.yaml"))
        let muted = try await TidewatchCommand.run("--site", site.directory, "run", "--exit-status")
        #expect(muted.code == 0, "what is muted is no reason to wake a monitor: \(muted.messages)")
        #expect(try site.alerts().map { $0["suppressed_by"]?.string } == ["silence: \(id)"])
        let status = try site.document("files/status.json")
        #expect(status["status"]?.string == "silenced" && status["counts"]?["critical"]?.integer == 1 && status["counts"]?["muted"]?.integer == 1)
        let fleet = try site.document("fleet/status.json")["tenants"]?.array.first?["counts"]
        #expect(fleet?["critical"]?.integer == 1 && fleet?["muted"]?.integer == 1)
        for page in ["files/index.html", "files/alerts/index.html"] { #expect(try site.page(page).contains("1 critical, 1 muted"), "\(page)") }
        #expect(try site.page("files/alerts/index.html").contains("load test"))
        let list = try json(try await TidewatchCommand.run("--site", site.directory, "silence", "list", "--json"))["silences"]?.array.first
        #expect(list?["state"]?.string == "active" && list?["author"]?.string == "anna" && list?["match"]?["rule"]?.string == "queue-*")

        let expired = try await TidewatchCommand.run("--site", site.directory, "silence", "expire", id)
        #expect(expired.code == 0 && expired.output == path + "\n")
        _ = try await TidewatchCommand.run("--site", site.directory, "run")
        #expect(try site.alerts().map { $0["suppressed_by"]?.string } == [nil])
        #expect(try await TidewatchCommand.run("--site", site.directory, "silence", "list").messages == "Nothing is muted.\n")
        #expect(try await TidewatchCommand.run("--site", site.directory, "silence", "expire", id).code == 2)
    }

    @Test func `an acknowledgement covers what fires now`() async throws {
        let site = try FilesSite()
        _ = try await TidewatchCommand.run("--site", site.directory, "run")
        let incident = try #require(try site.alerts().first?["incident"]?.string)
        let taken = try await TidewatchCommand.run("--site", site.directory, "ack", incident, "--tenant", "files", "--author", "anna", "--json")
        #expect(taken.code == 0)
        let id = try #require(try json(taken)["id"]?.string)
        _ = try await TidewatchCommand.run("--site", site.directory, "run")
        #expect(try site.alerts().map { $0["suppressed_by"]?.string } == ["ack: \(id)"])
    }

    @Test(arguments: [
        (["silence", "add", "--for", "2h", "--reason", "x"], "this would mute everything. Name at least one of --tenant, --service, --rule, --resource"),
        (["silence", "add", "--rule", "queue-age", "--reason", "x"], "a silence needs an end: --for 2h, --until TIME or --until resolved"),
        (["silence", "add", "--rule", "queue-age", "--for", "2h"], "--reason: say why nobody needs to be told"),
        (["silence", "add", "--rule", "queue-agge", "--for", "2h", "--reason", "x"], "--rule: no rule is called 'queue-agge'. Did you mean 'queue-age'?"),
        (["silence", "add", "--tenant", "file", "--for", "2h", "--reason", "x"], "--tenant: no tenant is called 'file'. Did you mean 'files'?"),
        (["silence", "add", "--rule", "queue-age", "--for", "soon", "--reason", "x"], "--for: expected a duration such as 2h, found 'soon'"),
        (["silence", "add", "--rule", "queue-age", "--for", "2h", "--until", "resolved", "--reason", "x"], "--for and --until both say when it ends. Give one"),
        (["silence", "add", "--rule", "queue-age", "--until", "2020-01-01T00:00:00Z", "--reason", "x"], "--until: 2020-01-01T00:00:00Z is over already"),
        (["silence", "add", "--rule", "queue-age", "--weekly", "weekends", "--reason", "x"], "--weekly: no hours in 'weekends'. Write it like 'sat,sun 02:00-04:00 Europe/Berlin'"),
        (["silence", "add", "--rule", "queue-age", "--weekly", "satt 02:00-04:00", "--reason", "x"], "--weekly: 'satt' is no day (sun, mon, tue, wed, thu, fri, sat) in 'satt 02:00-04:00'. Write it like 'sat,sun 02:00-04:00 Europe/Berlin'"),
        (["silence", "expire", "nothing"], "no silence is called 'nothing'. None is in force."),
        (["ack", "quue-age"], "'quue-age' is neither a rule nor an incident's id, such as 20261120-0918-orders-webhook. Did you mean 'queue-age'?"),
    ])
    func `what cannot be meant is refused in words, and writes nothing`(_ arguments: [String], _ message: String) async throws {
        let site = try FilesSite()
        let ended = try await TidewatchCommand.child(["--site", site.directory] + arguments, variables: ["USER": "anna"]).run()
        #expect(ended.code == 2)
        #expect(ended.messages == message + "\n" && ended.output == "")
        #expect(!FileManager.default.fileExists(atPath: site.directory + "/silences"))
    }

    @Test func `an incident or a resource that was never seen is refused with the nearest`() async throws {
        let site = try FilesSite()
        _ = try await TidewatchCommand.run("--site", site.directory, "run")
        let incident = try #require(try site.alerts().first?["incident"]?.string)
        for (arguments, message) in [
            (["ack", incident.dropLast() + ""], "no incident of tenant 'files' is called '\(incident.dropLast())'. Did you mean '\(incident)'?"),
            (["silence", "add", "--resource", "order", "--for", "2h", "--reason", "x"], "--resource: no resource of tenant 'files' is called 'order'. Did you mean 'orders'?"),
        ] {
            let ended = try await TidewatchCommand.child(["--site", site.directory] + arguments + ["--tenant", "files"], variables: ["USER": "anna"]).run()
            #expect(ended.code == 2 && ended.messages == message + "\n" && ended.output == "")
        }
        #expect(!FileManager.default.fileExists(atPath: site.directory + "/silences"))
        #expect(try await TidewatchCommand.child(["--site", site.directory, "silence", "add", "--resource", "ord*", "--for", "2h", "--reason", "x"], variables: ["USER": "anna"]).run().code == 0)
        _ = try await TidewatchCommand.run("--site", site.directory, "run")
        #expect(try site.page("files/badges/orders.svg").contains("Orders: silenced, 1 critical"))
    }

    @Test func `a broken file mutes nothing, stops nothing and is told`() async throws {
        let site = try FilesSite()
        try FileManager.default.createDirectory(atPath: site.directory + "/silences", withIntermediateDirectories: true)
        try "match: {rule: queue-age}\nauthor: anna\nreason: x\n".write(toFile: site.directory + "/silences/open.yaml", atomically: true, encoding: .utf8)
        let run = try await TidewatchCommand.run("--site", site.directory, "run")
        #expect(run.code == 3)
        #expect(run.messages.contains("silences/open.yaml:1:1: the key 'until' is missing: a silence without an end is forgotten. Give a time, or resolved (this file mutes nothing)"))
        #expect(try site.alerts().count == 1)
        #expect(try await TidewatchCommand.run("--site", site.directory, "validate").code == 4)
    }
}

extension FilesSite {
    func page(_ path: String) throws -> String { try String(contentsOfFile: directory + "/public/" + path, encoding: .utf8) }
    func document(_ path: String) throws -> JSONValue { try JSONValue(parsing: Array(try page(path).utf8)) }
    func alerts() throws -> [JSONValue] { try document("files/alerts.json")["alerts"]?.array.filter { $0["state"]?.string == "firing" } ?? [] }
}
