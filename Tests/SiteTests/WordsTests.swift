@testable import Site
import Telemetry
import Testing

struct WordsTests {
    @Test(arguments: [
        (0.0, "0 s"), (0.0004, "1 ms"), (0.412, "412 ms"), (0.9996, "1 s"), (1.5, "1.5 s"), (9.4, "9.4 s"), (10, "10 s"), (47 * 60, "47 min"),
        (75, "1 min 15 s"), (19_740, "5 h 29 min"), (3 * 86_400 + 23 * 3_600 + 800, "3 d 23 h"), (86_400, "1 d"), (900, "15 min"), (3_600, "1 h"),
    ] as [(Double, String)])
    func `durations have two parts at most`(seconds: Double, words: String) {
        #expect(Words.duration(seconds) == words.replacing(digitSpace: true))
    }

    @Test func `a countdown may have three parts`() {
        #expect(Words.span(3 * 86_400 + 23 * 3_600 + 13 * 60, parts: 3) == "3\u{A0}d 23\u{A0}h 13\u{A0}min")
    }

    @Test(arguments: [(0.0, "0"), (6.7, "6.7"), (312, "312"), (2_391, "2,391"), (1_031_200, "1,031,200"), (33.4, "33"), (0.04, "0.04"), (-1_200, "−1,200")])
    func `counts have commas and no useless decimals`(value: Double, words: String) {
        #expect(Words.count(value) == words)
    }

    @Test(arguments: [(0.0, "0\u{A0}%"), (0.94, "94\u{A0}%"), (0.013, "1.3\u{A0}%"), (0.0004, "<\u{A0}0.1\u{A0}%"), (1, "100\u{A0}%")])
    func `percent has one decimal at most`(ratio: Double, words: String) {
        #expect(Words.percent(ratio) == words)
    }

    @Test func `rates are per minute up to 600 and per second above`() {
        #expect(Words.rate(33, over: 300) == "6.6 / min")
        #expect(Words.rate(6_000, over: 300) == "20 / s")
        #expect(Words.rate(3_001, over: 300) == "10 / s")
    }

    @Test func `money has two decimals and small estimates say so`() {
        #expect(Words.dollars(10.31) == "$10.31")
        #expect(Words.dollars(1_310) == "$1,310.00")
        #expect(Words.dollars(0.001) == "<\u{A0}$0.01")
        #expect(Words.dollars(0) == "$0.00")
    }

    @Test func `values that are no numbers are a dash`() {
        #expect(Words.count(.nan) == "–")
        #expect(Words.duration(.infinity) == "–")
        #expect(Words.percent(.nan) == "–")
    }

    @Test func `only the first letter of a plain word becomes small inside a sentence`() {
        #expect(Words.midSentence("Orders webhook") == "orders webhook")
        #expect(Words.midSentence("DLQ filling") == "DLQ filling")
        #expect(Words.midSentence("") == "")
    }
}

private extension String {
    /// Tables are typed with plain spaces; between number and unit the page has a no-break space.
    func replacing(digitSpace: Bool) -> String {
        var out = ""
        for character in self {
            out += character == " " && out.last?.isNumber == true ? "\u{A0}" : String(character)
        }
        return out
    }
}
