import JSON

/// How an API writes its access log: which part of a line holds what, as the stage's own format says.
/// https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
package struct AccessLogFormat: Hashable, Sendable {
    package enum Field: String, CaseIterable, Hashable, Sendable {
        case method
        /// The route as it was defined, `/users/{id}` or `GET /users/{id}`.
        case route
        /// The path as it was asked for.
        case path
        case status
        /// What AWS Lambda or another integration answered the gateway; a dash where it was never asked or never answered.
        case integration
        /// The status that the function's own answer carried.
        case own
        case errorType, errorText
    }

    fileprivate enum Shape: Hashable, Sendable {
        case json([Field: String])
        case template([Piece])
    }

    fileprivate enum Piece: Hashable, Sendable {
        case text(String)
        case variable(Field?)
    }

    private let shape: Shape

    /// For lines whose format nobody told: JSON with the names that AWS's own examples use.
    package static let standard = AccessLogFormat(.json([
        .method: "httpMethod", .route: "resourcePath", .path: "path", .status: "status", .integration: "integrationStatus",
        .errorType: "errorResponseType", .errorText: "errorMessage",
    ]))

    private init(_ shape: Shape) { self.shape = shape }

    /// Nothing where the format writes no status: then its lines tell nothing about answers.
    package init?(_ format: String) {
        let pieces = Self.pieces(of: format)
        guard pieces.contains(.variable(.status)) else { return nil }
        if format.drop(while: \.isWhitespace).first == "{" { shape = .json(Self.keys(in: pieces)) } else { shape = .template(pieces) }
    }

    package var isJSON: Bool { if case .json = shape { true } else { false } }

    /// The key of each field in a JSON line; none for lines of another form.
    package var keys: [Field: String] { if case .json(let keys) = shape { keys } else { [:] } }

    /// Whether lines say what the integration answered; without that a failure may have come from either side of the gateway.
    package var tellsIntegration: Bool {
        switch shape {
        case .json(let keys): keys[.integration] != nil || keys[.own] != nil
        case .template(let pieces): pieces.contains(.variable(.integration)) || pieces.contains(.variable(.own))
        }
    }

    /// What a line says; nothing where it is not of this format. A dash stands for nothing.
    package func fields(of line: String) -> [Field: String]? {
        let found: [Field: String]?
        switch shape {
        case .json(let keys): found = Self.fields(of: line, keys)
        case .template(let pieces): found = Self.fields(of: line, pieces)
        }
        return found?.filter { !$0.value.isEmpty && $0.value != "-" }
    }
}

private extension AccessLogFormat {
    static func field(_ variable: Substring) -> Field? {
        switch variable {
        case "httpMethod", "identity.httpMethod": .method
        case "resourcePath", "routeKey": .route
        case "path": .path
        case "status": .status
        case "integrationStatus", "integration.integrationStatus": .integration
        case "integration.status": .own
        case "error.responseType": .errorType
        case "integrationErrorMessage", "integration.error", "error.message", "error.messageString": .errorText
        default: nil
        }
    }

    static func pieces(of format: String) -> [Piece] {
        var pieces: [Piece] = [], rest = Substring(format)
        while let mark = rest.firstRange(of: "$context.") {
            if mark.lowerBound > rest.startIndex { pieces.append(.text(String(rest[..<mark.lowerBound]))) }
            var name = rest[mark.upperBound...].prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "." || $0 == "_") }
            while name.last == "." { name = name.dropLast() }
            pieces.append(.variable(field(name)))
            rest = rest[name.endIndex...]
        }
        let end = rest.reversed().drop { $0.isWhitespace }.reversed()
        if !end.isEmpty { pieces.append(.text(String(end))) }
        return pieces
    }

    /// The key before a variable: `{"requestId":"$context.requestId"}`. Numbers may stand without quotes, so the format itself need be no JSON.
    static func keys(in pieces: [Piece]) -> [Field: String] {
        var keys: [Field: String] = [:]
        for (text, variable) in zip(pieces, pieces.dropFirst()) {
            guard case .text(let text) = text, case .variable(let field?) = variable, keys[field] == nil else { continue }
            let parts = text.split(separator: "\"", omittingEmptySubsequences: false)
            // The last quoted text before the colon.
            guard let colon = parts.lastIndex(where: { $0.contains(":") && !$0.contains(",") }), colon >= 1 else { continue }
            keys[field] = String(parts[colon - 1])
        }
        return keys
    }

    static func fields(of line: String, _ keys: [Field: String]) -> [Field: String]? {
        guard let record = try? JSONValue(parsing: Array(line.utf8.prefix(Redactor.inputLimit))), case .object = record else { return nil }
        var found: [Field: String] = [:]
        for (field, key) in keys {
            switch value(key, in: record, depth: 3) {
            case .string(let text)?: found[field] = text
            case .number(let number)?: found[field] = Int(exactly: number).map(String.init)
            default: break
            }
        }
        return found
    }

    static func value(_ key: String, in record: JSONValue, depth: Int) -> JSONValue? {
        if let value = record[key] { return value }
        guard depth > 0 else { return nil }
        for member in record.members {
            if let value = value(key, in: member.value, depth: depth - 1) { return value }
        }
        return nil
    }

    static func fields(of line: String, _ pieces: [Piece]) -> [Field: String]? {
        var found: [Field: String] = [:], rest = Substring(line), index = 0
        while index < pieces.count {
            switch pieces[index] {
            case .text(let text):
                guard rest.hasPrefix(text) else { return nil }
                rest = rest.dropFirst(text.count)
            case .variable(let field):
                // A value ends where the text that follows it begins.
                let next = index + 1 < pieces.count ? pieces[index + 1] : nil
                let end: Substring.Index
                if case .text(let text)? = next {
                    guard let place = rest.firstRange(of: text) else { return nil }
                    end = place.lowerBound
                } else {
                    end = rest.firstIndex(where: \.isNewline) ?? rest.endIndex
                }
                if let field { found[field] = found[field] ?? String(rest[..<end]) }
                rest = rest[end...]
            }
            index += 1
        }
        return found
    }
}
