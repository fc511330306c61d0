@testable import Dashboard
import Site
import Testing
import Theme

@Suite struct PatternPartsTests {
    @Test func `each way through the pattern is a row and later lines keep their numbers`() {
        let text = """
            intro

            ## Parts

            - api | endpoint | answers
              -> send | one copy
            - queue | FIFO | keeps | order

            - endpoint
              -> log
            - log | access log | JSON

            ## Next
            """
        let (rows, rest) = PatternParts.read(text)
        #expect(rows == [[PatternPart(kind: "api", name: "endpoint", does: "answers"), PatternPart(kind: "queue", name: "FIFO", does: "keeps | order", flow: "send", terms: "one copy")],
                         [PatternPart(kind: nil, name: "endpoint"), PatternPart(kind: "log", name: "access log", does: "JSON", flow: "log")]])
        let lines = rest.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == text.split(separator: "\n", omittingEmptySubsequences: false).count)
        #expect(lines[0] == "intro" && lines[12] == "## Next")
        #expect(!rest.contains("Parts"))
    }

    @Test(arguments: ["", "## Parts", "## Parts\n\ntext", "## Parts\n\n- one cell\n", "## Parts\n\n- a | b\n", "## Parts\n\n- a | b | c\n- d | e | f\n",
                      "## Parts\n\n- a | b | c\n  -> to nothing\n", "## Parts\n\n  -> from nothing\n- a | b | c\n", "## Parts\n\n- a | b | c\n  -> x\n- a | b | c\n"])
    func `what has another form stays in the text`(_ text: String) {
        #expect(PatternParts.read(text).rows.isEmpty)
        #expect(PatternParts.read(text).rest == text)
    }

    @Test func `every pattern of the built-in pack draws its parts`() {
        let patterns = ContentLibrary(theme: ThemeFiles()).documents.filter { $0.kind == .pattern }
        #expect(patterns.count == 5)
        for pattern in patterns { #expect(pattern.parts.joined().count > 5, "\(pattern.slug)") }
    }
}
