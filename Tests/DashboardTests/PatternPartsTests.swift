@testable import Dashboard
import Testing

@Suite struct PatternPartsTests {
    @Test func `parts become a table and later lines keep their numbers`() {
        let text = "intro\n\n## Parts\n\n- api | REST API | answers\n  -> proxy call\n- queue | FIFO | keeps | order\n  -> poll\n- state_machine | Flow | runs\n\n## Next\n"
        let lines = PatternParts.tabled(text).split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines[4..<9] == ["| Part | Kind | What it does | How the next is reached |", "|---|---|---|---|", "| REST API | api | answers | proxy call |",
                                 "| FIFO | queue | keeps \\| order | poll |", "| Flow | state machine | runs | – |"])
        #expect(lines[10] == "## Next")
    }

    @Test(arguments: ["", "## Parts", "## Parts\n\ntext", "## Parts\n\n- one cell\n", "## Parts\n\n- a | b | c\n"])
    func `what has another form stays as it is`(_ text: String) { #expect(PatternParts.tabled(text) == text) }
}
