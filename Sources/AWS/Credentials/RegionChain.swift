/// Where a source is that names no region, looked for as the AWS tools do it: the environment, then the profile in use
/// (https://docs.aws.amazon.com/sdkref/latest/guide/feature-region.html). A `source_profile` lends its keys, never its region.
package struct RegionChain {
    /// Nothing where nobody names one.
    package let region: String?
    /// In whose section of the shared files it was looked for last.
    package let profile: String

    /// - Parameter profile: the one that the source names.
    /// - Parameter variable: gives nothing for one that is empty.
    package init(profile named: String?, variable: (String) -> String?, readFile: (String) -> [UInt8]?) {
        let profile = named ?? Self.profile(variable) ?? "default"
        self.profile = profile
        region = variable("AWS_REGION") ?? variable("AWS_DEFAULT_REGION")
            ?? SharedFiles(variable: variable, readFile: readFile).profiles[profile]?["region"].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The profile that the environment names.
    static func profile(_ variable: (String) -> String?) -> String? { variable("AWS_PROFILE") ?? variable("AWS_DEFAULT_PROFILE") }
}
