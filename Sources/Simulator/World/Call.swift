import JSON
import Telemetry

/// A request that is understood and signed: what is asked, of whom, and when.
package struct Call: Sendable {
    package var service: String
    package var operation: String
    /// The body of JSON services, or the form of query services as an object of strings.
    package var input: JSONValue
    /// As it came, for services that store what they are given.
    package var body: [UInt8] = []
    /// Names in lower case.
    package var headers: [String: String] = [:]
    package var method = ""
    /// What was stored in this world.
    package var objects: ObjectStore
    /// Decoded path segments, for REST services.
    package var path: [String]
    package var query: [(name: String, value: String)]
    package var region: String
    package var caller: Caller
    package var system: SimulatedSystem
    /// Which accounts exist, for STS.
    package var directory: AccountDirectory
    package var now: Timestamp

    /// `sqs:ListQueues`, as policies and fault plans name it.
    package var action: String { "\(service == "monitoring" ? "cloudwatch" : service):\(operation)" }
    package func parameter(_ name: String) -> String? { query.first { $0.name == name }?.value }
}

/// The accounts of a world and whose they are.
package struct AccountDirectory: Sendable {
    var tenants: [String: String]

    /// Every twelve-digit account that begins with 9 is a generic tenant.
    func tenant(account: String) -> String? {
        if let tenant = tenants[account] { return tenant }
        let isGeneric = account.utf8.count == 12 && account.hasPrefix("9") && account.allSatisfy(\.isNumber)
        return isGeneric ? GenericTenant.name(account: account) : nil
    }
}

/// One page of a longer list; tokens are the place to go on, so nothing is remembered.
package struct Page<Item: Sendable>: Sendable {
    package var items: [Item]
    package var next: String?
    /// Where this page begins.
    package var start: Int

    package init(_ all: [Item], token: String?, size: Int) throws(ServiceError) {
        start = try Self.place(token)
        let size = max(1, size)
        items = Array(all.dropFirst(start).prefix(size))
        next = all.count > start + size ? "tw-\(start + size)" : nil
    }

    private static func place(_ token: String?) throws(ServiceError) -> Int {
        guard let token, !token.isEmpty else { return 0 }
        guard token.hasPrefix("tw-"), let place = Int(token.dropFirst(3)), place >= 0 else {
            throw ServiceError("InvalidNextTokenException", queryCode: "InvalidNextToken", "The provided token is invalid.")
        }
        return place
    }
}
