import Foundation
@testable import Signals
@testable import Site
import Testing
import Theme

/// Sentences that are stored with their values: pages say them in their own language, found by the words between the values.
@Suite struct ToldTextTests {
    @Test(arguments: BuiltInSummaries.all) func `what a built-in rule tells of an alert is said in German, with all its values`(summary: String) throws {
        let values = ["worker", "47\u{A0}min", "15\u{A0}min", "1,393", "8\u{A0}%"]
        let filled = values.indices.reduce(summary) { $0.replacing("{\($1)}", with: values[$1]) }
        let german = Phrase.told(filled, as: "summary").text(in: try language())
        #expect(german != filled)
        for (index, value) in values.enumerated() where summary.contains("{\(index)}") { #expect(german.contains(value), "\(german)") }
    }

    @Test(arguments: Check.all.map(\.id)) func `what a check found is said in German`(check: String) throws {
        let check = try #require(Check.named(check))
        for finding in check.examples.flatMap({ check.findings(in: $0.inspection) }) {
            #expect(Phrase.told(finding.detail, as: "finding").text(in: try language()) != finding.detail, "\(finding.detail)")
        }
    }

    @Test(arguments: [
        ("Declare it as http_api: '5XXError' has no points for http_api: it is called '5xx' there; '4XXError' has no points for http_api: it is called '4xx' there.", "finding",
         "Als http_api deklarieren: '5XXError' hat für http_api keine Punkte: dort heißt sie '5xx'; '4XXError' hat für http_api keine Punkte: dort heißt sie '4xx'."),
        ("2 of its subscribers wait for a confirmation: nothing is sent there, and nothing says so.", "finding", "Von den Abonnenten warten 2 auf eine Bestätigung: dorthin wird nichts gesendet, und nichts sagt es."),
        ("Started by its schedule, rate(1 day), with no failure destination and no dead-letter queue.", "finding",
         "Gestartet von ihrem Zeitplan, rate(1 day), ohne Ziel für Fehlschläge und ohne Dead-Letter-Queue."),
        ("The limit is reached of 500 series in one run (limits.series), which leaves out 12 others.", "limit", "Erreicht ist die Grenze von 500 Reihen je Lauf (limits.series), weggelassen: 12 weitere."),
        ("orders: sent and done: 3 % is unaccounted for (limit 2 %)", "summary", "orders: gesendet und erledigt: 3 % ist ungeklärt (Grenze 2 %)"),
        ("jobs: drain time no\u{A0}end (limit 10 min), 7 wait", "summary", "jobs: Zeit bis leer: kein Ende (Grenze 10 min), 7 warten"),
        ("again when it grows by 10% or 10", "manner", "erneut bei Wachstum um 10% oder 10"), ("no value: as if false (default of its signals)", "manner", "ohne Wert: wie nicht erfüllt (Vorgabe der Signale)"),
        ("less errors 4xx", "term", "abzüglich 4xx-Antworten"), ("3 × published", "term", "3 × veröffentlicht"), ("upstream: fn-errors on worker", "cause", "Folge von fn-errors bei worker"),
        ("function.errors of worker is not counted: never seen", "absence", "function.errors von worker wird nicht gezählt: nie gesehen"),
    ])
    func `parts of a sentence that are words themselves are said too`(text: String, form: String, german: String) throws {
        #expect(Phrase.told(text, as: form).text(in: try language()) == german)
        #expect(Phrase.told(text, as: form).text(in: nil) == text)
    }

    @Test(arguments: ["disk of host-3 is nearly full", "requests", "less disk than usual", "worker: oldest message (limit ), wait", ": deliveries given up: ", "a; b", ""])
    func `what people wrote themselves stays as it is`(text: String) throws {
        #expect(Phrase.told(text, as: "summary").text(in: try language()) == text)
    }

    @Test func `a user's own names may look like words of the page`() throws {
        #expect(Phrase.told("queue: deliveries given up: 3", as: "summary").text(in: try language()) == "queue: aufgegebene Zustellungen: 3")
    }

    @Test func `values are escaped where they stand`() throws {
        var out = Markup(try language())
        out.text(.told("<b>: deliveries given up: 3", as: "summary"))
        #expect(out.string == "&lt;b&gt;: aufgegebene Zustellungen: 3")
    }

    private static let german: Result<Language, any Error> = Result { try #require(try LanguageFile.language("de", in: ThemeFiles())) }

    private func language() throws -> Language { try Self.german.get() }
}

/// `{0}: oldest message {1} (limit {2}), {3} wait`
enum BuiltInSummaries {
    static let all: [String] = String(decoding: ThemeFiles().file("content/rules/default.yaml") ?? [], as: UTF8.self).split(separator: "\n").map(String.init).compactMap { (line: String) -> String? in
        let halves = line.components(separatedBy: "summary: \"")
        guard halves.count == 2 else { return nil }
        let pieces = halves[1].dropLast().components(separatedBy: "{{").map { $0.components(separatedBy: "}}").last ?? "" }
        return pieces.dropFirst().enumerated().reduce(pieces.first ?? "") { $0 + "{\($1.offset)}" + $1.element }
    }
}
