/// Which requests go through a proxy, by the variables that the AWS tools read: `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy`, in small letters
/// or in capitals. libcurl's own reading is not used: it overlooks HTTP_PROXY, and an answer about rules is worth a test.
/// https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-proxy.html
package struct ProxyRules: Sendable {
    private var proxies: [String: String] = [:]
    private var exceptions: [Exception] = []

    package init(_ variables: [String: String] = [:]) {
        func value(_ name: String) -> String? {
            // In a CGI program anybody sets HTTP_PROXY by sending a header of that name (https://httpoxy.org).
            let capitals = name == "http_proxy" && variables["REQUEST_METHOD"] != nil ? nil : variables[name.uppercased()]
            let text = (variables[name] ?? capitals ?? "").filter { !$0.isWhitespace }
            return text.isEmpty ? nil : text
        }
        for scheme in ["http", "https"] {
            proxies[scheme] = (value("\(scheme)_proxy") ?? value("all_proxy")).map { $0.contains("://") ? $0 : "http://" + $0 }
        }
        exceptions = (value("no_proxy") ?? "").split(separator: ",").compactMap { Exception(String($0)) }
    }

    /// Nothing: straight to the host.
    func proxy(for url: String) -> String? {
        guard let authority = Authority(url), let proxy = proxies[authority.scheme], !exceptions.contains(where: { $0.covers(authority) }) else { return nil }
        return proxy
    }
}

/// Scheme, host and port of an address, as far as rules need them.
struct Authority {
    var scheme: String
    /// In small letters, without the brackets of an IPv6 address.
    var host: String
    var port: String

    init?(_ url: String) {
        guard let mark = url.firstRange(of: "://") else { return nil }
        scheme = url[..<mark.lowerBound].lowercased()
        let whole = url[mark.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let place = whole.split(separator: "@").last ?? whole
        if place.hasPrefix("["), let end = place.firstIndex(of: "]") {
            host = place[place.index(after: place.startIndex)..<end].lowercased()
            port = String(place[place.index(after: end)...].drop { $0 == ":" })
        } else {
            host = place.prefix { $0 != ":" }.lowercased()
            port = String(place.dropFirst(host.count).drop { $0 == ":" })
        }
        if port.isEmpty { port = scheme == "https" ? "443" : "80" }
        guard !host.isEmpty else { return nil }
    }

    /// Why a proxy that resolves names for us is not asked for it either; nothing where it may be public.
    var notPublic: String? {
        // What a resolver or libcurl would turn back into an address or a name that is refused here.
        if host.contains("%") { return "\(host) (percent-encoded)" }
        var name = Substring(host)
        while name.last == "." { name = name.dropLast() }
        if let address = IPAddress(String(name)) { return address.notPublic.map { "\(host) (\($0))" } }
        // The last part of a public name is never a number: https://url.spec.whatwg.org/#ends-in-a-number-checker
        let last = name.split(separator: ".", omittingEmptySubsequences: false).last ?? name
        if last.allSatisfy(\.isNumber) || last.hasPrefix("0x") { return "\(host) (a number for an address)" }
        return name == "localhost" || name.hasSuffix(".localhost") ? "\(host) (loopback)" : nil
    }
}

/// One entry of `no_proxy`: `*`, a name with all below it, an address, or a network; the first three with a port if need be.
private enum Exception {
    case all
    case name(String, port: String?)
    case network(IPAddress, bits: Int)

    init?(_ text: String) {
        if text == "*" { self = .all; return }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        if parts.count == 2, let address = IPAddress(String(parts[0])), let bits = Int(parts[1]), (0...(address.bytes.count * 8)).contains(bits) {
            self = .network(address, bits: bits)
            return
        }
        if let address = IPAddress(text) { self = .network(address, bits: address.bytes.count * 8); return }
        guard let place = Authority("http://" + text) else { return nil }
        let name = String(place.host.drop { $0 == "." || $0 == "*" })
        guard !name.isEmpty else { return nil }
        self = .name(name, port: text.contains(":") ? place.port : nil)
    }

    func covers(_ authority: Authority) -> Bool {
        switch self {
        case .all: return true
        case .name(let name, let port):
            guard port == nil || port == authority.port else { return false }
            return authority.host == name || (IPAddress(authority.host) == nil && authority.host.hasSuffix("." + name))
        case .network(let network, let bits):
            guard let address = IPAddress(authority.host), address.bytes.count == network.bytes.count else { return false }
            return (0..<bits).allSatisfy { bit in
                let mask: UInt8 = 0x80 >> UInt8(bit % 8)
                return address.bytes[bit / 8] & mask == network.bytes[bit / 8] & mask
            }
        }
    }
}
