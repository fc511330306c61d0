import Telemetry

/// What one tenant's configuration says about its account.
package struct AWSSource: Sendable, Equatable {
    /// The tenant's id: it names the role session, the lane in the transport and every message.
    package var tenant: String
    package var region: String
    package var profile: String?
    package var roleARN: String?
    package var externalID: String?
    package var endpointURL: String?
    /// When the run stops asking.
    package var deadline: Timestamp?

    package init(tenant: String, region: String, profile: String? = nil, roleARN: String? = nil, externalID: String? = nil,
                 endpointURL: String? = nil, deadline: Timestamp? = nil) {
        self.tenant = tenant
        self.region = region
        self.profile = profile
        self.roleARN = roleARN
        self.externalID = externalID
        self.endpointURL = endpointURL
        self.deadline = deadline
    }
}
