/// One mistake in a file that a person wrote: where it is, what was expected, what to do.
package struct Diagnostic: Hashable, Comparable, Codable, Sendable, CustomStringConvertible {
    package enum Grade: String, Hashable, Codable, Sendable { case error, warning }

    package var grade: Grade
    /// Relative to the site's directory.
    package var file: String
    /// 1-based; 0 where the mistake has no place in the file (the file is missing).
    package var line: Int
    package var column: Int
    package var message: String

    package init(_ grade: Grade = .error, file: String, line: Int = 0, column: Int = 0, message: String) {
        self.grade = grade
        self.file = file
        self.line = line
        self.column = column
        self.message = message
    }

    package var description: String {
        let place = line > 0 ? "\(file):\(line):\(column)" : file
        return grade == .error ? "\(place): \(message)" : "\(place): warning: \(message)"
    }

    package static func < (a: Diagnostic, b: Diagnostic) -> Bool {
        (a.file, a.line, a.column, a.message) < (b.file, b.line, b.column, b.message)
    }
}

/// Collects every mistake instead of stopping at the first.
package final class Diagnostics {
    package private(set) var all: [Diagnostic] = []

    package init() {}

    package func report(_ diagnostic: Diagnostic) { all.append(diagnostic) }

    package var errors: [Diagnostic] { sorted.filter { $0.grade == .error } }
    /// In the order of files, lines and columns, each once.
    package var sorted: [Diagnostic] { Set(all).sorted() }
}

/// The configuration cannot be used; every mistake is in here.
package struct ConfigurationError: Error, CustomStringConvertible {
    package var diagnostics: [Diagnostic]

    package init(_ diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }

    package var description: String { diagnostics.map(\.description).joined(separator: "\n") }
}
