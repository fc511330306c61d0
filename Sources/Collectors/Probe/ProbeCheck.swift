import Curl

/// One HTTP check: what is asked, and what a good answer looks like.
package struct ProbeCheck: Sendable {
    package var name: String
    package var url: String
    package var method: HTTPMethod
    /// May hold secrets: they go to the host of `url` and to no other.
    package var headers: HTTPHeaders
    /// Seconds for the whole check, redirects included.
    package var timeout: Int64
    /// How many redirects are followed; beyond them a redirect is the answer.
    package var redirects: Int
    package var expectation: Expectation
    package var allowPrivate: Bool
    package var caFile: String?

    package init(name: String, url: String, method: HTTPMethod = .get, headers: HTTPHeaders = [:], timeout: Int64 = 10, redirects: Int = 0,
                 expectation: Expectation = Expectation(), allowPrivate: Bool = false, caFile: String? = nil) {
        self.name = name
        self.url = url
        self.method = method
        self.headers = headers
        self.timeout = timeout
        self.redirects = redirects
        self.expectation = expectation
        self.allowPrivate = allowPrivate
        self.caFile = caFile
    }

    /// What makes an answer a good one; all of it must hold.
    package struct Expectation: Sendable {
        package var status: [ClosedRange<Int>]
        /// Texts that the body must hold.
        package var holds: [String]
        /// Texts that it must not hold.
        package var lacks: [String]
        /// Header to a text that its value must hold.
        package var headers: [String: String]

        package init(status: [ClosedRange<Int>] = [200...299], holds: [String] = [], lacks: [String] = [], headers: [String: String] = [:]) {
            self.status = status
            self.holds = holds
            self.lacks = lacks
            self.headers = headers
        }

        /// The first thing that is not as it should be; nothing where all is.
        func complaint(about response: HTTPResponse) -> String? {
            guard status.contains(where: { $0.contains(response.status) }) else { return "status \(response.status), expected \(words)" }
            for (name, text) in headers.sorted(by: { $0.key < $1.key }) where !response.headers.values(name).contains(where: { $0.contains(text) }) {
                return "the header \(name) does not hold '\(text)'"
            }
            for text in holds where !response.body.contains(Array(text.utf8)) { return "the body does not hold '\(text)'" }
            for text in lacks where response.body.contains(Array(text.utf8)) { return "the body holds '\(text)'" }
            return nil
        }

        private var words: String { status.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: " or ") }
    }
}

extension ProbeCheck.Expectation {
    /// `200`, `2xx` or `200-204`; nothing where it is none of these.
    package static func range(_ text: String) -> ClosedRange<Int>? {
        let bytes = Array(text.utf8)
        if bytes.count == 3, text.lowercased().hasSuffix("xx"), let hundred = Int(text.prefix(1)), (1...5).contains(hundred) { return hundred * 100...hundred * 100 + 99 }
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard (1...2).contains(ends.count), let low = ends.first ?? nil, let high = ends.last ?? nil, (100...599).contains(low), (low...599).contains(high) else { return nil }
        return low...high
    }
}
