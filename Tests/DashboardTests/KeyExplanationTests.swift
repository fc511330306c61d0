@testable import Dashboard
import JSON
import Testing

@Suite struct KeyExplanationTests {
    /// Every place of a schema that may hold a secret or an address, as a path.
    private static func hidden(_ type: FieldType, _ path: [String] = []) -> [[String]] {
        switch type {
        case .secret, .url: [path]
        case .record(let record): record.fields.flatMap { hidden($0.type, path + [$0.name]) }
        case .oneOf(let fields): fields.flatMap { hidden($0.type, path + [$0.name]) }
        case .optional(let inner): hidden(inner, path)
        case .list(let item), .oneOrMore(let item): hidden(item, path + ["0"])
        case .map(let item): hidden(item, path + ["one"])
        case .text, .identifier, .duration, .size, .ratio, .integer, .day, .time, .flag, .choice, .expression: []
        }
    }

    /// A document with `value` at the path and nothing else.
    private func document(_ path: ArraySlice<String>, _ value: String) -> JSONValue {
        guard let key = path.first else { return .string(value) }
        let inner = document(path.dropFirst(), value)
        return key == "0" ? .array([inner]) : .object([.init(key, inner)])
    }

    private func shown(_ path: [String], _ value: String, in file: String, of site: TrialSite, _ tenants: [TenantConfiguration]) throws -> String {
        try site.write(document(path[...], value).text(), to: file)
        let part = KeyExplanation(directory: site.directory, world: site.world(), tenants: tenants).part(path.joined(separator: "."))
        return try #require(part, "\(path)").lines.map(\.value).joined(separator: " ")
    }

    @Test func `no secret of any key is shown, whether it is written out or part of an address`() throws {
        let site = try TrialSite.pair()
        let tenants = try LoadedSite(directory: site.directory, world: site.world()).configuration.tenants.filter { $0.id == "one" }
        try site.write("{}", to: "tenants/two.yaml")
        let places = Self.hidden(.record(SiteConfiguration.schema)).map { ("tidewatch.yaml", $0) } + Self.hidden(.record(TenantConfiguration.schema)).map { ("tenants/one.yaml", $0) }
        #expect(places.count > 15)
        for (file, path) in places {
            try site.write("{}", to: "tidewatch.yaml")
            for value in ["hunter2", "https://chat.example.com/hunter2"] {
                let words = try shown(path, value, in: file, of: site, tenants)
                #expect(!words.contains("hunter2") && !words.isEmpty, "\(file) \(path.joined(separator: ".")): \(words)")
            }
        }
    }

    @Test(arguments: [["receivers", "0", "email", "password"], ["receivers", "0", "webhook", "secret"]]) func `a reference may be shown`(_ path: [String]) throws {
        let site = try TrialSite([:])
        #expect(try shown(path, "${SMTP_PASSWORD}", in: "tidewatch.yaml", of: site, []) == "${SMTP_PASSWORD}")
    }
}
