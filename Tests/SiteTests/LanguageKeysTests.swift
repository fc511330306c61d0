import Foundation
@testable import Site
import Testing
import Theme

/// The left side of a language's file against the sources: a phrase that was reworded leaves no dead line behind.
@Suite struct LanguageKeysTests {
    @Test func `nothing stands in the German file that no source says`() throws {
        let asked = try Self.asked()
        let dead = try LanguageFile.keys(of: "de", in: ThemeFiles()).filter { key in
            let words = Self.blank(key)
            // `{0} services` is made of a number and a noun, in one or in many.
            let noun = words.hasPrefix("{} ") ? String(words.dropFirst(3)) : nil
            return ![words, noun, noun.map { String($0.dropLast()) }].compactMap(\.self).contains { asked.contains($0) || asked.contains($0.prefix(1).uppercased() + $0.dropFirst()) || asked.contains($0.prefix(1).lowercased() + $0.dropFirst()) }
        }
        #expect(dead.isEmpty, "in templates/language-de.yaml, but said nowhere:\n\(dead.joined(separator: "\n"))")
    }

    /// Every text in quotes of the sources, the words of templates, the titles and summaries of built-in rules, values as `{}`.
    private static func asked() throws -> Set<String> {
        var asked: Set<String> = []
        for folder in ["Sources/Site", "Sources/Signals", "Sources/Collectors", "Sources/Dashboard/Run", "Sources/Telemetry", "Sources/Alerting"] {
            let root = GoldenFile.root.appendingPathComponent(folder)
            for path in FileManager.default.enumerator(atPath: root.path)?.compactMap({ $0 as? String }) ?? [] where path.hasSuffix(".swift") {
                var reader = LiteralReader(try Data(contentsOf: root.appendingPathComponent(path)))
                asked.formUnion(reader.all().map { Phrase.normal($0).trimmingCharacters(in: .whitespaces) })
            }
        }
        for name in SiteTheme.templateNames {
            asked.formUnion(try TemplateWords(String(decoding: ThemeFiles().file("templates/\(name).mustache") ?? [], as: UTF8.self), file: name).phrases.map(blank))
        }
        var script = LiteralReader(Data(ThemeFiles().file("site/tidewatch.js") ?? []))
        asked.formUnion(script.all().map { $0.replacing("u00a0", with: "").trimmingCharacters(in: .whitespaces) })
        for line in String(decoding: ThemeFiles().file("content/rules/default.yaml") ?? [], as: UTF8.self).split(separator: "\n") {
            if let title = line.firstRange(of: "title: ") { asked.insert(String(line[title.upperBound...])) }
        }
        asked.formUnion(BuiltInSummaries.all.map(blank))
        // Signals are called by their names.
        asked.formUnion(asked.filter { $0.contains("_") && !$0.contains(" ") }.map { $0.replacing("_", with: " ") })
        // Made of parts: a quantity, a cause, a summary while its alert recovers; and raw values of enumerations.
        return asked.union(["no end", "upstream: {}", "{}, now {}", "declared", "stack", "tag", "prefix", "mapping", "api", "bus", "slo", "collect", "evaluate", "notify", "render"])
    }

    private static func blank(_ key: String) -> String { key.replacing(/\{[0-9]+\}/, with: "{}") }
}

/// Texts in double quotes, each value in them as `{}`, also those within values.
private struct LiteralReader {
    private let bytes: [UInt8]
    private var at = 0, found: [String] = []

    init(_ data: Data) { bytes = Array(data) }

    mutating func all() -> [String] {
        while at < bytes.count {
            if starts("//") { while at < bytes.count, bytes[at] != 10 { at += 1 } }
            else if starts("#\"") { at += 2; while at < bytes.count, !starts("\"#") { at += 1 }; at += 2 }
            else if bytes[at] == UInt8(ascii: "\"") { text() } else { at += 1 }
        }
        return found
    }

    private func starts(_ word: StaticString) -> Bool { word.withUTF8Buffer { bytes[at...].starts(with: $0) } }

    private mutating func text() {
        var out: [UInt8] = []
        at += 1
        while at < bytes.count, bytes[at] != UInt8(ascii: "\""), bytes[at] != 10 {
            if starts("\\(") {
                at += 2
                value()
                out += Array("{}".utf8)
            } else if starts("\\u{A0}") {
                at += 6
                out.append(UInt8(ascii: " "))
            } else {
                if bytes[at] == UInt8(ascii: "\\") { at += 1 }
                if at < bytes.count { out.append(bytes[at]) }
                at += 1
            }
        }
        at += 1
        found.append(String(decoding: out, as: UTF8.self))
    }

    private mutating func value() {
        var depth = 1
        while at < bytes.count, depth > 0 {
            if bytes[at] == UInt8(ascii: "\"") { text(); continue }
            if bytes[at] == UInt8(ascii: "(") { depth += 1 }
            if bytes[at] == UInt8(ascii: ")") { depth -= 1 }
            at += 1
        }
    }
}
