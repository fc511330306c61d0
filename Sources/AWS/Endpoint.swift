/// Where a service is asked.
struct Endpoint: Equatable {
    /// `https://sqs.eu-west-1.amazonaws.com`, without a path.
    var origin: String
    /// As libcurl will send it: with the port where it is not the scheme's own.
    var host: String
    /// A path that the configured URL carries, without a slash at its end.
    var basePath: String
    var isStandard: Bool
}

extension Endpoint {
    /// The configured URL wins, then `AWS_ENDPOINT_URL_<SERVICE>`, then `AWS_ENDPOINT_URL`, then the regional host;
    /// `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS` turns the two variables off, as with the AWS tools.
    static func resolve(_ service: AWSService, region: String, explicit: String?, environment: AWSEnvironment) throws(AWSError) -> Endpoint {
        guard region.utf8.count <= 63, !region.isEmpty, region.utf8.allSatisfy({ isLabelByte($0) }) else {
            throw AWSError(.invalid, place: service.name, message: "'\(region)' is no region")
        }
        let isIgnoring = environment.variable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")?.lowercased() == "true"
        let fromEnvironment = isIgnoring ? nil
            : environment.variable("AWS_ENDPOINT_URL_\(service.environmentName)") ?? environment.variable("AWS_ENDPOINT_URL")
        guard let url = explicit ?? fromEnvironment else {
            let host = "\(service.name).\(region).\(domain(of: region))"
            return Endpoint(origin: "https://\(host)", host: host, basePath: "", isStandard: true)
        }
        guard let endpoint = Endpoint(url: url) else {
            throw AWSError(.invalid, place: "\(service.name) in \(region)", message: "the endpoint URL is not of the form http(s)://host[:port][/path]")
        }
        return endpoint
    }

    init?(url: String) {
        let parts = url.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let scheme = parts.first?.lowercased(), scheme == "http" || scheme == "https", let rest = parts.last,
              rest.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "@") && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") && $0 != UInt8(ascii: "\\") })
        else { return nil }
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        let authority = rest[..<slash].lowercased()
        guard !authority.isEmpty, !authority.hasPrefix(":") else { return nil }
        var path = rest[slash...]
        while path.hasSuffix("/") { path.removeLast() }
        let ownPort = scheme == "https" ? ":443" : ":80"
        origin = "\(scheme)://\(authority)"
        host = authority.hasSuffix(ownPort) ? String(authority.dropLast(ownPort.count)) : authority
        basePath = String(path)
        isStandard = false
    }

    /// https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
    private static func domain(of region: String) -> String {
        if region.hasPrefix("cn-") { return "amazonaws.com.cn" }
        if region.hasPrefix("us-iso-") { return "c2s.ic.gov" }
        if region.hasPrefix("us-isob-") { return "sc2s.sgov.gov" }
        if region.hasPrefix("eusc-") { return "amazonaws.eu" }
        return "amazonaws.com"
    }
}

private func isLabelByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x61...0x7A, 0x2D: true
    default: false
    }
}
