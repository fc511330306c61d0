import JSON
import Telemetry

extension Fault {
    /// The good answer, made bad.
    func spoiled(_ response: SimulatedResponse, call: Call) -> SimulatedResponse {
        var bad = response
        switch self {
        case .throttle, .deny, .expiredToken, .serverError: break
        case .garbage: bad.body = Array("<html><body>proxy says no \u{0}{[".utf8)
        case .endless:
            bad.body = Array(String(repeating: " ", count: 8_191).utf8) + [UInt8(ascii: "\n")]
            bad.delivery = .endless
        case .huge(let bytes): bad.body = Array(repeating: UInt8(ascii: " "), count: max(0, bytes)) + response.body
        case .truncated:
            bad.body = Array(response.body.prefix(max(1, response.body.count / 2)))
            bad.delivery = .truncated
        case .notNumbers: bad.body = Array(Self.withoutNumbers(String(decoding: response.body, as: UTF8.self)).utf8)
        case .wrongTypes: bad.body = Self.edited(response.body) { Self.wrong($0) }
        case .tokenLoop: bad.body = Self.edited(response.body) { Self.looping($0) }
        case .slow(let seconds): bad.delivery = .after(seconds: seconds)
        case .skewedDate(let seconds): bad.headers["Date"] = (call.now + seconds).httpDate
        }
        return bad
    }

    private static func edited(_ body: [UInt8], _ change: (JSONValue) -> JSONValue) -> [UInt8] {
        guard let value = try? JSONValue(parsing: body) else { return body }
        return change(value).bytes()
    }

    private static func withoutNumbers(_ text: String) -> String {
        var out = "", rest = text[...]
        while let open = rest.firstRange(of: "\"Values\":[") {
            out += rest[..<open.upperBound]
            rest = rest[open.upperBound...]
            let end = rest.firstIndex(of: "]") ?? rest.endIndex
            let count = rest[..<end].split(separator: ",").count
            out += (0..<count).map { ["NaN", "Infinity", "-Infinity"][$0 % 3] }.joined(separator: ",")
            rest = rest[end...]
        }
        return out + rest
    }

    /// The first element of every list is replaced by something of another type.
    private static func wrong(_ value: JSONValue) -> JSONValue {
        switch value {
        case .array(let items):
            guard let first = items.first else { return value }
            let replacement: JSONValue = switch first {
            case .number: "not a number"
            case .string: 17
            case .object, .array: "not an object"
            case .bool, .null: [1]
            }
            return .array([replacement] + items.dropFirst().map(wrong))
        case .object(let members): return .object(members.map { .init($0.key, wrong($0.value)) })
        case .null, .bool, .number, .string: return value
        }
    }

    private static func looping(_ value: JSONValue) -> JSONValue {
        guard case .object(let members) = value else { return value }
        let keys = ["NextToken", "nextToken", "NextMarker"]
        return .object(members.filter { !keys.contains($0.key) } + keys.map { .init($0, "tw-0") })
    }
}

extension Timestamp {
    /// `Fri, 20 Nov 2026 10:05:00 GMT` (RFC 9110).
    var httpDate: String {
        let c = civil(), text = rfc3339
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        guard days.indices.contains(c.weekday), months.indices.contains(c.month - 1) else { return "" }
        return "\(days[c.weekday]), \(text.dropFirst(8).prefix(2)) \(months[c.month - 1]) \(text.prefix(4)) \(text.dropFirst(11).prefix(8)) GMT"
    }
}
