import Signals
import Telemetry
import Testing

@Suite struct PatternSignatureTests {
    private func resource(_ kind: ResourceKind, _ name: String, feeds: [ResourceID] = [], _ settings: [Setting: SettingValue] = [:]) -> Resource {
        Resource(id: ResourceID(source: "prod", kind: kind, name: name), service: "s", settings: settings, feeds: feeds)
    }
    private func id(_ kind: ResourceKind, _ name: String) -> ResourceID { ResourceID(source: "prod", kind: kind, name: name) }

    @Test(arguments: ["", "api >", "api > fonction", "queue(fifo", "queue()", "queue(fifo)(x)", "> queue"])
    func `a chain that is not understood is no chain`(_ text: String) {
        #expect(PatternSignature.chain(text) == nil)
        #expect(PatternSignature(pattern: "p", chains: ["api", text]) == nil)
    }

    @Test func `every chain must be there, in the order of the feeds`() throws {
        let signature = try #require(PatternSignature(pattern: "buffer", chains: ["api > function", "queue(fifo) > function"]))
        let api = resource(.api, "in", feeds: [id(.function, "publish")]), publish = resource(.function, "publish"), work = resource(.function, "work")
        let queue = resource(.queue, "q", feeds: [id(.function, "work")], [.fifo: .flag(true)])
        let all = [api, publish, queue, work]
        #expect(PatternSignature.matches([signature], in: all).map(\.evidence) == [[[api.id, publish.id], [queue.id, work.id]]])
        #expect(PatternSignature.matches([signature], in: [api, publish, work]).isEmpty)
        #expect(PatternSignature.matches([signature], in: [api, publish, resource(.queue, "q", feeds: [id(.function, "work")], [.fifo: .flag(false)]), work]).isEmpty)
        #expect(PatternSignature.matches([signature], in: [publish, resource(.function, "publish", feeds: [id(.api, "in")]), queue, work]).isEmpty)
    }

    @Test func `the one that asks for most wins, and equals are both named`() throws {
        let short = try #require(PatternSignature(pattern: "short", chains: ["queue > function"]))
        let long = try #require(PatternSignature(pattern: "long", chains: ["topic > queue > function"]))
        let other = try #require(PatternSignature(pattern: "other", chains: ["queue > function", "topic"]))
        let resources = [resource(.topic, "t", feeds: [id(.queue, "q")]), resource(.queue, "q", feeds: [id(.function, "f")]), resource(.function, "f")]
        #expect(PatternSignature.matches([short, long], in: resources).map(\.pattern) == ["long"])
        #expect(PatternSignature.matches([short, long, other], in: resources).map(\.pattern) == ["long", "other"])
    }

    @Test func `a circle of feeds ends`() throws {
        let signature = try #require(PatternSignature(pattern: "p", chains: ["function > function > function > function > table"]))
        let loop = resource(.function, "f", feeds: [id(.function, "f")])
        #expect(PatternSignature.matches([signature], in: [loop]).isEmpty)
    }
}
