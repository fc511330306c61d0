@testable import AWS
import Testing

@Suite(.timeLimit(.minutes(5))) struct CommandOutputTests {
    @Test(arguments: [
        ("a b  c", ["a", "b", "c"]), ("  ", []), (#"/opt/x --name "two words" 'it''s' "#, ["/opt/x", "--name", "two words", "its"]),
        (#"a\ b "c\"d\e" '\n' "" $HOME;rm"#, ["a b", #"c"d\e"#, #"\n"#, "", "$HOME;rm"]),
    ])
    func `a command line is words, not a script`(_ text: String, _ expected: [String]) {
        #expect(words(ofCommandLine: text) == expected)
    }

    @Test(arguments: ["'open", "\"open", "end\\"])
    func `a command line with an open end is none`(_ text: String) {
        #expect(words(ofCommandLine: text) == nil)
    }

    @Test func `what a command prints comes back`() async {
        #expect(await standardOutput(of: "printf 'a b'") == Array("a b".utf8))
    }

    @Test(arguments: ["false", "/no/such/command", "", "yes"])
    func `a command that fails or never stops printing gives nothing`(_ line: String) async {
        #expect(await standardOutput(of: line) == nil)
    }

    @Test func `a command that hangs is ended`() async {
        #expect(await standardOutput(of: "sleep 60", withinMilliseconds: 50) == nil)
    }
}
