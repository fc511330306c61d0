/// The language that a file asks for, with its place: whether there is one is known when the theme's files are.
package struct SpokenLanguage: Hashable, Sendable {
    package var tag: String
    package var file: String
    package var line: Int

    static let english = SpokenLanguage(tag: "en", file: "tidewatch.yaml", line: 0)

    private init(tag: String, file: String, line: Int) {
        self.tag = tag
        self.file = file
        self.line = line
    }

    /// Nothing where the record has no `language`.
    init?(_ record: ConfigurationReader.Record) {
        guard let tag = record.text("language") else { return nil }
        self.init(tag: tag, file: record.reader.file, line: record.mark(of: "language")?.line ?? 0)
    }
}
