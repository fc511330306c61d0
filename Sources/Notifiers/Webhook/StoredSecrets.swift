import JSON

/// Secrets of a message that waits: the stored body holds their names between two marks, and they are put in when it is sent. The marks are
/// noncharacters, which the Unicode standard (section 23.7) keeps for a program's own use: no foreign text comes through with one.
package struct StoredSecrets: Sendable, Equatable {
    /// U+FDD0 and U+FDD1 in UTF-8, and their values.
    private static let opening: [UInt8] = [0xEF, 0xB7, 0x90], closing: [UInt8] = [0xEF, 0xB7, 0x91]
    private static let marks: ClosedRange<UInt32> = 0xFDD0...0xFDD1
    /// Name of a variable to its value.
    private let values: [String: String]

    package init(_ values: [String: String] = [:]) { self.values = values }

    /// What stands for a secret until then.
    package static func mark(_ name: String) -> String { String(decoding: opening + unmarked(name).utf8 + closing, as: UTF8.self) }

    /// Text of others, which must not name a secret.
    package static func unmarked(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { marks.contains($0.value) }) else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.map { marks.contains($0.value) ? "\u{FFFD}" : $0 }))
    }

    struct Missing: Error {
        var name: String
    }

    /// The body as it is sent.
    /// - Throws: the name of a secret that is not there any more.
    func filled(_ body: [UInt8]) throws(Missing) -> [UInt8] {
        try Self.replacing(body) { name throws(Missing) in
            guard let value = values[name] else { throw Missing(name: name) }
            return Array(JSONValue.string(value).bytes().dropFirst().dropLast())
        }
    }

    /// The body for a person to look at: `${NAME}`.
    static func shown(_ body: [UInt8]) -> [UInt8] { replacing(body) { Array("${\($0)}".utf8) } }

    private static func replacing<Failure: Error>(_ body: [UInt8], _ value: (String) throws(Failure) -> [UInt8]) throws(Failure) -> [UInt8] {
        var out: [UInt8] = [], rest = body[...]
        while let open = rest.firstRange(of: opening), let close = rest[open.upperBound...].firstRange(of: closing) {
            out += rest[..<open.lowerBound]
            out += try value(String(decoding: rest[open.upperBound..<close.lowerBound], as: UTF8.self))
            rest = rest[close.upperBound...]
        }
        return out + rest
    }
}
