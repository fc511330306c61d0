@testable import Dashboard
import Foundation
import JSON
import Telemetry
import Testing

@Suite struct SecretMessageTests {
    /// A site whose only receiver is the one given; a queue of it has been behind for half an hour.
    private func site(_ receiver: String, variables: [String: String] = [:]) throws -> MessageSite {
        let site = try MessageSite(variables: variables)
        try site.trial.write("""
            title: Messages
            base_url: https://ops.example/
            interval: 5m
            receivers:
              - name: chat
            \(receiver)
            route: {receiver: chat}
            """, to: "tidewatch.yaml")
        return site
    }

    /// Files of a folder of the site that hold a text.
    private func places(of text: String, in folder: String, of site: MessageSite) throws -> [String] {
        let root = site.trial.directory + "/" + folder
        let names = (FileManager.default.enumerator(atPath: root)?.allObjects ?? []).compactMap { $0 as? String }
        return names.filter { FileManager.default.contents(atPath: root + "/" + $0)?.range(of: Data(text.utf8)) != nil }.sorted()
    }

    @Test func `a secret of a template is in what is sent and in nothing that is kept or shown`() async throws {
        let key = #"hunter2 "quoted""#
        let site = try site(#"    webhook: {url: "https://hooks.example/chat", template: '{"routing_key": "${PAGER_KEY}", "summary": "{{headline}} ${PAGER_KEY}", "price": "$$5"}'}"#, variables: ["PAGER_KEY": key])
        site.hooks.answer("chat", with: 503)
        try await site.run(at: 0) { _ in 0 }
        try await site.run(at: 30) { $0 >= 5 ? 1_200 : 0 }
        #expect(try places(of: "hunter2", in: "state", of: site) == [])
        #expect(try places(of: "PAGER_KEY", in: "state", of: site).contains { $0.hasPrefix("t.sqlite") })
        site.hooks.answer("chat", with: 200)
        try await site.run(at: 40) { $0 >= 5 ? 1_200 : 0 }
        let calls = site.hooks.calls
        #expect(calls.count == 2 && calls.first?.body == calls.last?.body)
        let body = try JSONValue(parsing: Array(try #require(calls.first).body.utf8))
        #expect(body["routing_key"]?.string == key && body["summary"]?.string?.hasSuffix(key) == true && body["price"]?.string == "$5")
        for folder in ["state", "public"] { #expect(try places(of: "hunter2", in: folder, of: site) == []) }
        let drafts = try ReceiverTrial(directory: site.trial.directory, world: site.trial.world()).preview(tenant: nil, receiver: nil)
        #expect(drafts.count == 1 && drafts.allSatisfy { $0.parts.allSatisfy { $0.text.contains("${PAGER_KEY}") && !$0.text.contains("hunter2") } })
    }

    @Test func `a template from a file names its secrets in the same way`() async throws {
        let site = try site("    webhook: {url: \"https://hooks.example/chat\", template: \"file:${FOLDER}\"}", variables: ["PAGER_KEY": "hunter2"])
        try site.trial.write(#"{"key": "${PAGER_KEY}"}"#, to: "pager.json")
        try site.trial.write(String(contentsOfFile: site.trial.directory + "/tidewatch.yaml", encoding: .utf8).replacing("${FOLDER}", with: site.trial.directory + "/pager.json"), to: "tidewatch.yaml")
        let trials = try await ReceiverTrial(directory: site.trial.directory, world: site.trial.world()).test("chat")
        #expect(trials?.map(\.isAccepted) == [true] && site.hooks.calls.map(\.body) == [#"{"key":"hunter2"}"#])
    }

    @Test func `what a program says is told to the operator without its secrets, and to nobody else`() async throws {
        let site = try site("    command: {run: [/bin/sh, -c, \"echo 'cannot reach pager Authorization: Bearer abcabc password=hunter2 --token hunter2' >&2; exit 64\"]}")
        try await site.run(at: 0, stages: Set(RunOptions.Stage.allCases)) { _ in 0 }
        let outcome = try await site.run(at: 30, stages: Set(RunOptions.Stage.allCases)) { $0 >= 5 ? 1_200 : 0 }
        let problem = try #require(outcome.problems.first { $0.stage == .notify })
        #expect(problem.message == "message not delivered to chat: exit 64")
        #expect(problem.wholeMessage == "message not delivered to chat: exit 64: cannot reach pager Authorization: <secret> <secret> password=<secret> --token <secret>")
        for folder in ["state", "public"] {
            for words in ["hunter2", "abcabc", "cannot reach pager"] { #expect(try places(of: words, in: folder, of: site) == [], "\(words) in \(folder)") }
        }
        #expect(try places(of: "exit 64", in: "public", of: site).contains { $0.hasPrefix("t/alerts/") })
        #expect(try await ReceiverTrial(directory: site.trial.directory, world: site.trial.world()).test("chat")?.first?.answer.hasPrefix("exit 64: cannot reach pager Authorization: <secret> <secret>") == true)
    }
}
