import Telemetry

/// What one tenant's configuration says about its account.
package struct AWSSource: Sendable, Equatable {
    /// The tenant's id: it names the role session, the lane in the transport and every message.
    package var tenant: String
    /// What messages say instead of the tenant, where the account is not a tenant's.
    package var purpose: String?
    package var region: String
    package var profile: String?
    package var roleARN: String?
    package var externalID: String?
    package var endpointURL: String?
    /// Certificates to trust; nothing: those that `AWS_CA_BUNDLE` names, else the system's.
    package var caFile: String?
    /// When the run stops asking.
    package var deadline: Timestamp?

    var owner: String { purpose ?? "tenant '\(tenant)'" }

    /// Whose limits the calls count against, as far as configuration tells: the role's account, else the profile, else the machine's own.
    var account: String {
        let parts = roleARN?.split(separator: ":", omittingEmptySubsequences: false) ?? []
        return parts.count > 4 && !parts[4].isEmpty ? String(parts[4]) : profile.map { "profile \($0)" } ?? "default"
    }

    package init(tenant: String, region: String, profile: String? = nil, roleARN: String? = nil, externalID: String? = nil,
                 endpointURL: String? = nil, caFile: String? = nil, deadline: Timestamp? = nil) {
        self.tenant = tenant
        self.region = region
        self.profile = profile
        self.roleARN = roleARN
        self.externalID = externalID
        self.endpointURL = endpointURL
        self.caFile = caFile
        self.deadline = deadline
    }
}
