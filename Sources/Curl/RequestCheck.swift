extension HTTPRequest {
    /// Where the request goes, without what may be secret.
    var place: String { "\(method.rawValue) \(URLParts(url)?.origin ?? "a URL that cannot be read")" }

    /// The host and port that share connections, or why the request must not leave: libcurl checks neither header values nor,
    /// at this version, every control byte.
    func checkedAuthority() throws(TransferError) -> String {
        guard let parts = URLParts(url) else {
            throw TransferError(.badRequest, place: place, text: "the URL is not of the form http(s)://host/path")
        }
        guard !parts.hasUser else {
            throw TransferError(.badRequest, place: place, text: "the URL holds a user name or password, which belong in a header")
        }
        guard url.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
            throw TransferError(.badRequest, place: place, text: "the URL holds a space or a control character that is not percent-encoded")
        }
        for field in headers.fields {
            guard !field.name.isEmpty, field.name.utf8.allSatisfy(isTokenByte) else {
                throw TransferError(.badRequest, place: place, text: "a header name is empty or holds a character that no name may hold")
            }
            guard field.value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
                throw TransferError(.badRequest, place: place, text: "header '\(field.name)' holds a control character")
            }
        }
        guard caFile?.utf8.contains(0) != true else {
            throw TransferError(.badRequest, place: place, text: "the name of the certificate file holds a zero byte")
        }
        return parts.authority
    }
}

/// As much of a URL as sending needs.
struct URLParts: Equatable {
    var scheme: String
    /// Host and port as written.
    var authority: String
    var hasUser: Bool
    var origin: String { "\(scheme)://\(authority)" }

    init?(_ url: String) {
        for scheme in ["https", "http"] where url.utf8.count < 65_536 && url.lowercased().hasPrefix(scheme + "://") {
            let rest = url.utf8.dropFirst(scheme.utf8.count + 3)
            let end = rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") } ?? rest.endIndex
            let at = rest[..<end].lastIndex(of: UInt8(ascii: "@"))
            let host = rest[(at.map { rest.index(after: $0) } ?? rest.startIndex)..<end]
            guard !host.isEmpty, host.first != UInt8(ascii: ":"), host.allSatisfy({ $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\\") }) else { return nil }
            self.scheme = scheme
            authority = String(decoding: host, as: UTF8.self).lowercased()
            hasUser = at != nil
            return
        }
        return nil
    }
}

/// RFC 9110, section 5.6.2.
private func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E...0x60, 0x7C, 0x7E: true
    default: false
    }
}
