import Curl
import JSON
import Telemetry

/// Asks a web API within budget and time: tries again what may succeed, waits where it is told to, stops where it is refused, counts what it cost,
/// and says each trouble once.
package actor WebDesk {
    package let service: WebService
    package let order: CollectionOrder
    private let environment: WebEnvironment
    private let policy = RetryPolicy(tries: 3)
    private var costs: [String: LedgerEntry] = [:]
    private var troubles: [Problem] = []
    /// Operations that are not asked any more in this run, and why. Limits are counted by operation.
    private var closed: [String: WebRefusal] = [:]
    private var closedAll: WebRefusal?
    private var stopReason: String?
    private var isAnswered = false

    package init(_ service: WebService, order: CollectionOrder, environment: WebEnvironment) {
        self.service = service
        self.order = order
        self.environment = environment
    }

    package var problems: [Problem] { troubles + [budgetProblem].compactMap(\.self) }
    package var ledger: [LedgerEntry] { costs.values.sorted { $0.operation < $1.operation } }

    /// The answer's document; whatever stands in the way is on the list of problems already.
    package func document(_ call: WebCall) async -> Result<JSONValue, WebRefusal> {
        switch await answer(call) {
        case .failure(let refusal): return .failure(refusal)
        case .success(let response):
            guard let value = try? JSONValue(parsing: response.body), value != .null else {
                return .failure(note(.badAnswer, "the answer is no JSON", call, remedy: "Check endpoint_url: what answers there does not speak as \(service.title) does."))
            }
            return .success(value)
        }
    }

    /// An answer with its headers, for services that page by header.
    package func answer(_ call: WebCall) async -> Result<HTTPResponse, WebRefusal> {
        var attempt = 1
        while true {
            if let refusal = whyNot(call) { return .failure(refusal) }
            let failure: (kind: Problem.Kind, detail: String, wait: Duration?, remedy: String)
            do throws(TransferError) {
                let response = try await send(call)
                if response.isSuccess {
                    isAnswered = true
                    await mindLimit(response.headers, call)
                    return .success(response)
                }
                guard response.status == 429 || response.status >= 500 else { return .failure(refused(response, call)) }
                let asked = response.status == 429 ? service.reset(response.headers, now: environment.now()) : response.headers.retryAfter(now: environment.now().seconds)?.components.seconds
                failure = (response.status == 429 ? .throttled : .unreachable, words(response), asked.map { .seconds($0) },
                           response.status == 429 ? throttleRemedy(asked) : "The next run asks again.")
            } catch {
                guard error.isRetryable else { return .failure(note(error.kind == .tooLarge ? .limit : .unreachable, error.text, call, remedy: error.remedy)) }
                failure = (error.kind == .timedOut ? .timedOut : .unreachable, error.text, nil, "The next run asks again.")
            }
            guard let delay = policy.delay(after: attempt, retryAfter: failure.wait, random: environment.random()), !order.isOutOfTime() else {
                let refusal = note(failure.kind, failure.detail, call, remedy: failure.remedy)
                if failure.kind == .throttled { closed[call.operation] = refusal.unasked }
                // Nobody is there: the other questions would wait just as long.
                if failure.kind != .throttled, !isAnswered { closedAll = refusal.unasked }
                return .failure(refusal)
            }
            do { try await environment.sleep(delay) } catch { return .failure(WebRefusal(kind: .timedOut, detail: "the run was stopped", isUnasked: true)) }
            attempt += 1
        }
    }

    /// A trouble of the content that the caller found.
    package func complain(_ kind: Problem.Kind, _ what: String, _ call: WebCall, remedy: String) { _ = note(kind, what, call, remedy: remedy) }

    /// What a price or a quota counts beside calls.
    package func count(_ operation: String, units: Int) { costs[operation]?.units += units }
}

extension WebDesk {
    private func whyNot(_ call: WebCall) -> WebRefusal? {
        if let refusal = closedAll ?? closed[call.operation] { return refusal }
        if stopReason == nil {
            if order.isOutOfTime() {
                stopReason = "the time of this run is used up"
            } else if costs.values.reduce(0, { $0 + $1.calls }) >= order.budget.calls {
                stopReason = "its budget of \(order.budget.calls) calls is used up"
            }
        }
        return stopReason.map { WebRefusal(kind: .budget, detail: $0, isUnasked: true) }
    }

    private func send(_ call: WebCall) async throws(TransferError) -> HTTPResponse {
        var headers = service.headers
        headers["Accept"] = "application/json"
        if !call.body.isEmpty { headers["Content-Type"] = "application/json" }
        let request = HTTPRequest(call.method, service.endpoint + call.path, headers: headers, body: call.body, limits: .init(total: .seconds(30)),
                                  allowPrivateAddresses: service.isOwnEndpoint, caFile: service.caFile, lane: order.tenant)
        costs[call.operation, default: LedgerEntry(source: order.source, operation: call.operation, calls: 0, units: 0, bytes: 0, dollars: 0)].calls += 1
        let response = try await environment.transport.send(request)
        costs[call.operation]?.bytes += response.body.count
        return response
    }

    /// The last request of a period was good; the next one would be refused.
    private func mindLimit(_ headers: HTTPHeaders, _ call: WebCall) async {
        guard service.isExhausted(headers), let seconds = service.reset(headers, now: environment.now()) else { return }
        if .seconds(seconds) <= policy.longestAsked, !order.isOutOfTime() {
            try? await environment.sleep(.seconds(seconds))
        } else {
            closed[call.operation] = WebRefusal(kind: .throttled, detail: "no request is left for \(seconds) s", isUnasked: true)
        }
    }

    private func refused(_ response: HTTPResponse, _ call: WebCall) -> WebRefusal {
        switch response.status {
        case 401:
            let refusal = note(.credentials, words(response), call, remedy: service.keyRemedy)
            closedAll = refusal.unasked
            return refusal
        case 403:
            let right = service.right(call.operation).map { "Give the key the right \($0). " } ?? ""
            let refusal = note(.denied, words(response), call, remedy: right + service.keyRemedy)
            // A key that two operations refuse is refused by all.
            if !isAnswered, !closed.isEmpty, closed[call.operation] == nil { closedAll = refusal.unasked }
            closed[call.operation] = refusal.unasked
            return refusal
        case 404, 410: return note(.missing, words(response), call, remedy: "Check the names that the source gives, and endpoint_url.")
        case 413: return note(.limit, words(response), call, remedy: "Ask for less at a time.")
        case 300..<400: return note(.badAnswer, "the answer leads elsewhere (status \(response.status))", call, remedy: "Name the address itself: redirects are not followed with a key.")
        default: return note(.badAnswer, words(response), call, remedy: "Check the queries and names that the source gives.")
        }
    }

    /// Status and what the other side says; only texts, cut and redacted.
    private func words(_ response: HTTPResponse) -> String {
        let value = (try? JSONValue(parsing: response.body)) ?? .null, error = value["errors"]?.array.first ?? value["errors"] ?? .null
        let said = [error.string, error["detail"]?.string, error["title"]?.string, value["detail"]?.string, value["error"]?.string].compactMap(\.self).first { !$0.isEmpty }
        return "status \(response.status)" + (said.map { ", “\(Redactor.redacted($0, limit: 200))”" } ?? "")
    }

    private func throttleRemedy(_ asked: Int64?) -> String {
        (asked.map { "\(service.title) asks to be left alone for \($0) s: the" } ?? "The") + " next run asks again; raise the limit or the interval if it stays."
    }

    private func note(_ kind: Problem.Kind, _ what: String, _ call: WebCall, remedy: String) -> WebRefusal {
        let about = call.subject.map { " for \(Redactor.redacted($0, limit: 120))" } ?? ""
        let message = "\(service.title): \(call.operation)\(about) at \(service.host) (source '\(order.source)'): \(what). \(remedy)"
        // The same trouble with every question is one trouble.
        if !troubles.contains(where: { $0.kind == kind && $0.operation == call.operation && $0.resource == call.resource }) {
            troubles.append(Problem(kind, source: order.source, operation: call.operation, place: service.host, message: message, resource: call.resource))
        }
        return WebRefusal(kind: kind, detail: "\(service.title): \(what)")
    }

    private var budgetProblem: Problem? {
        guard let stopReason else { return nil }
        return Problem(.budget, source: order.source, operation: "run", place: service.host,
                       message: "Collection of source '\(order.source)' at \(service.host) stopped early: \(stopReason). What is missing is asked for in the next run; raise budget.calls_per_run or the deadline if it happens each time.")
    }
}

private extension WebRefusal {
    /// The same reason for a question that was not asked because of it.
    var unasked: WebRefusal { WebRefusal(kind: kind, detail: detail, isUnasked: true) }
}
