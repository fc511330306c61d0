import Glibc

/// An address as the socket sees it, after names are resolved: the only place where a filter cannot be talked around.
struct IPAddress: Equatable {
    /// 4 bytes or 16, in network order.
    var bytes: [UInt8]

    /// Reads a `sockaddr`; nothing where the family is neither IPv4 nor IPv6.
    init?(_ address: UnsafeRawBufferPointer) {
        guard address.count >= MemoryLayout<sa_family_t>.size else { return nil }
        // Fixed places: the address stands at byte 4 of sockaddr_in and at byte 8 of sockaddr_in6.
        let range: Range<Int>
        switch Int32(address.loadUnaligned(as: sa_family_t.self)) {
        case AF_INET: range = 4..<8
        case AF_INET6: range = 8..<24
        default: return nil
        }
        guard address.count >= range.upperBound else { return nil }
        bytes = Array(address[range])
    }

    init?(_ text: String) {
        var storage = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &storage) == 1 {
            bytes = Array(storage.prefix(4))
        } else if inet_pton(AF_INET6, text, &storage) == 1 {
            bytes = storage
        } else {
            return nil
        }
    }

    var text: String {
        var buffer = [CChar](repeating: 0, count: 64)
        return inet_ntop(bytes.count == 4 ? AF_INET : AF_INET6, bytes, &buffer, 64).map { String(cString: $0) } ?? "unknown"
    }

    /// Why this is no address of the public internet, or nothing where it is one.
    var notPublic: String? { bytes.count == 4 ? notPublicIPv4(bytes[...]) : notPublicIPv6 }
}

private extension IPAddress {
    /// https://www.iana.org/assignments/iana-ipv6-special-registry: only 2000::/3 is handed out, and not all of it.
    var notPublicIPv6: String? {
        if bytes.prefix(10).allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF { return "IPv4-mapped" }
        if bytes.dropLast().allSatisfy({ $0 == 0 }) { return bytes[15] == 1 ? "loopback" : bytes[15] == 0 ? "unspecified" : "IPv4-compatible" }
        switch (bytes[0], bytes[1]) {
        case (0x00, 0x64): return "NAT64"
        case (0xFE, 0x80...0xBF): return "link-local"
        case (0xFC...0xFD, _): return "private"
        case (0xFF, _): return "multicast"
        case (0x20, 0x02): return "6to4"
        case (0x20, 0x01) where bytes[2] == 0 && bytes[3] == 0: return "Teredo"
        case (0x20, 0x01) where bytes[2] < 2: return "reserved"
        case (0x20, 0x01) where bytes[2] == 0x0D && bytes[3] == 0xB8: return "documentation"
        case (0x3F, 0xFF) where bytes[2] < 0x10: return "documentation"
        case (0x20...0x3F, _): return nil
        default: return "reserved"
        }
    }
}

/// https://www.iana.org/assignments/iana-ipv4-special-registry
private func notPublicIPv4(_ bytes: ArraySlice<UInt8>) -> String? {
    switch (bytes[0], bytes[1], bytes[2]) {
    case (0, _, _): "unspecified"
    case (10, _, _), (172, 16...31, _), (192, 168, _): "private"
    case (100, 64...127, _): "carrier-grade NAT"
    case (127, _, _): "loopback"
    case (169, 254, _): "link-local"
    case (192, 0, 0), (198, 18...19, _), (192, 88, 99): "reserved"
    case (192, 0, 2), (198, 51, 100), (203, 0, 113): "documentation"
    case (224...239, _, _): "multicast"
    case (240...255, _, _): "reserved"
    default: nil
    }
}
