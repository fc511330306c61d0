import JSON

/// The pages that a list came in, and why it ended. What was read before a failure is kept.
package struct Paged<Page: Sendable>: Sendable {
    package enum End: Sendable, Equatable {
        case complete
        case pageLimit(Int)
        /// The other side gave a token a second time: it would go round for ever.
        case repeatedToken
        case sizeLimit(Int)
        case failed(AWSError)
    }

    package var pages: [Page] = []
    package var end: End = .complete

    package init(pages: [Page] = [], end: End = .complete) {
        self.pages = pages
        self.end = end
    }

    package var isPartial: Bool { end != .complete }
    package var failure: AWSError? { if case .failed(let error) = end { error } else { nil } }
}

extension AWSClient {
    /// Follows tokens to the end: an empty page with a token is not the end, a page without one is.
    /// - Parameters:
    ///   - bytes: the most that all pages together may hold.
    ///   - call: the call for a token, nothing for the first page.
    ///   - read: the page in an answer, and the token it names.
    package func pages<Page: Sendable>(limit: Int = 500, bytes: Int = 256 << 20, _ call: (String?) -> AWSCall,
                                       read: (AWSAnswer) throws(AWSError) -> (page: Page, token: String?)) async -> Paged<Page> {
        var result = Paged<Page>()
        var token: String?
        var seen: Set<String> = []
        var left = bytes
        while true {
            do throws(AWSError) {
                let answer = try await send(call(token))
                left -= answer.body.count
                guard left >= 0 else { result.end = .sizeLimit(bytes); return result }
                let (page, next) = try read(answer)
                result.pages.append(page)
                guard let next, !next.isEmpty else { return result }
                guard seen.insert(next).inserted else { result.end = .repeatedToken; return result }
                guard result.pages.count < limit else { result.end = .pageLimit(limit); return result }
                token = next
            } catch {
                result.end = .failed(error)
                return result
            }
        }
    }

    /// The same in the JSON protocols, where the token goes into the input as `tokenKey` and comes back as `nextKey`.
    package func pages(_ service: AWSService, _ operation: String, _ input: JSONValue = .object([]), tokenKey: String = "NextToken",
                       nextKey: String? = nil, region: String? = nil, limit: Int = 500) async -> Paged<JSONValue> {
        await pages(limit: limit) { token in
            let members = input.members.filter { token == nil || $0.key != tokenKey } + (token.map { [.init(tokenKey, .string($0))] } ?? [])
            return .json(service, operation, .object(members), region: region)
        } read: { answer throws(AWSError) in
            let page = try answer.json()
            return (page, page[nextKey ?? tokenKey]?.string)
        }
    }

    /// The same for `GET`s in REST-JSON, where the token goes into the query.
    package func pages(_ service: AWSService, _ operation: String, path: String, query: [AWSCall.Parameter] = [], tokenKey: String,
                       nextKey: String, region: String? = nil, limit: Int = 500) async -> Paged<JSONValue> {
        await pages(limit: limit) { token in
            .rest(service, operation, .get, path, query: query + (token.map { [.init(tokenKey, $0)] } ?? []), region: region)
        } read: { answer throws(AWSError) in
            let page = try answer.json()
            return (page, page[nextKey]?.string)
        }
    }
}
