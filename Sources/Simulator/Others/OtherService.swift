import JSON

/// A service beside AWS: whose key a request carries, and what it asks.
protocol OtherService: SimulatedService {
    /// Whether the path is one of its.
    func serves(_ request: SimulatedRequest) -> Bool
    /// The system whose key it is.
    func owner(of request: SimulatedRequest, among systems: [SimulatedSystem]) throws(ServiceError) -> SimulatedSystem
}

let otherServices: [any OtherService] = [DatadogService(), SentryService()]

extension SimulatedWorld {
    /// Whether it answers requests of this kind at all: signed ones are AWS's.
    package static func serves(_ request: SimulatedRequest) -> Bool {
        request.headers["authorization"]?.hasPrefix("AWS4-") == true || otherServices.contains { $0.serves(request) }
    }
}
