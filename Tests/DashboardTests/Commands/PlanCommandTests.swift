import Foundation
import JSON
import Testing

@Suite struct PlanCommandTests {
    private static func site(_ test: (String) async throws -> Void) async throws {
        let folder = CommandTests.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        _ = try await TidewatchCommand.run("init", folder)
        try await test(folder)
    }

    @Test func `a plan names calls and dollars and writes nothing`() async throws {
        try await Self.site { folder in
            let text = try await TidewatchCommand.run("--site", folder, "plan")
            #expect(text.code == 0 && text.messages == "")
            #expect(text.output.contains("cloudwatch:GetMetricData") && text.output.contains("dollars a month at list prices"))
            #expect(!FileManager.default.fileExists(atPath: folder + "/state"))
            let json = try JSONValue(parsing: Array(try await TidewatchCommand.run("--site", folder, "plan", "--json").output.utf8))
            #expect((json["dollars_a_month"]?.double ?? 0) > 0 && json["sources"]?.array.first?["tenant"]?.string == "example")
        }
    }

    @Test func `the policy of one source is a document by itself`() async throws {
        try await Self.site { folder in
            let ended = try await TidewatchCommand.run("--site", folder, "plan", "--iam")
            let policy = try JSONValue(parsing: Array(ended.output.utf8))
            #expect(ended.code == 0 && policy["Version"]?.string == "2012-10-17")
            let denied = policy["Statement"]?.array.first { $0["Effect"] == "Deny" }
            #expect(denied?["Action"]?.array.contains("sqs:ReceiveMessage") == true)
        }
    }

    @Test func `a tenant that cannot be planned leaves no sum`() async throws {
        try await Self.site { folder in
            try "id: bad\nservices: [{id: s}]\nsourcess: {}\n".write(toFile: folder + "/tenants/bad.yaml", atomically: true, encoding: .utf8)
            let partial = try await TidewatchCommand.run("--site", folder, "plan")
            #expect(partial.code == 3 && partial.messages.contains("tenants/bad.yaml:3:1: sourcess: unknown key 'sourcess'") && !partial.output.contains("All sources:"))
            #expect(partial.output.hasSuffix("No sum: of what is named above nothing is known.\n"))
            let none = try await TidewatchCommand.run("--site", folder, "plan", "--tenant", "bad", "--json")
            #expect(try none.code == 4 && JSONValue(parsing: Array(none.output.utf8))["dollars_a_month"]?.isNull == true)
        }
    }

    @Test func `an unknown tenant is a mistake of the caller's`() async throws {
        try await Self.site { folder in
            let ended = try await TidewatchCommand.run("--site", folder, "plan", "--tenant", "nobody")
            #expect(ended.code == 4 && ended.messages.contains("no tenant is called 'nobody'"))
        }
    }
}
