@testable import Site
import Signals
import Telemetry
import Testing

struct WordsTests {
    @Test func `values are worded as in mails and rules`() {
        #expect(Words.duration(2_820) == "47\u{A0}min")
        #expect(Words.span(3 * 86_400 + 23 * 3_600 + 13 * 60, parts: 3) == "3\u{A0}d\u{A0}23\u{A0}h\u{A0}13\u{A0}min")
        #expect(Words.span(-5) == "0\u{A0}s")
        #expect(Words.count(312.0) == "312")
        #expect(Words.rate(33, over: 300) == Quantity.text(0.11, .perSecond))
        #expect(Words.rate(33, over: 0) == "–")
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
        #expect(Words.midSentence("DynamoDB flow") == "DynamoDB flow")
        #expect(Words.midSentence("A queue of DLQs") == "a queue of DLQs")
        #expect(Words.midSentence("") == "")
    }
}
