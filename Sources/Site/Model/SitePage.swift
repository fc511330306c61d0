/// A finished file of a tenant's or the fleet's folder. The path is relative to that folder and made of safe parts only.
package struct SitePage: Hashable, Sendable {
    package var path: String
    package var bytes: [UInt8]
    package init(_ path: String, _ bytes: [UInt8]) { self.path = path; self.bytes = bytes }
}

/// Names as parts of paths: ours stay as they are, all others become a slug and a digest, so that none can leave its folder or meet another's.
package enum PathName {
    package static func safe(_ name: String) -> String {
        let isSafe = !name.isEmpty && name.utf8.count <= 63 && name.utf8.first != UInt8(ascii: "-") && name.utf8.allSatisfy(isPlain)
        guard !isSafe else { return name }
        let bytes = Array(name.utf8)
        var slug: [UInt8] = []
        for byte in bytes where slug.count < 40 {
            let lower = byte >= 65 && byte <= 90 ? byte + 32 : byte
            if isPlain(lower), lower != UInt8(ascii: "-") { slug.append(lower) } else if slug.last.map({ $0 != UInt8(ascii: "-") }) ?? false { slug.append(UInt8(ascii: "-")) }
        }
        let digest = hash(bytes)
        return (slug.isEmpty ? "x" : String(decoding: slug, as: UTF8.self)) + (slug.last == UInt8(ascii: "-") ? "" : "-") + digest
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        (byte >= 97 && byte <= 122) || (byte >= 48 && byte <= 57) || byte == UInt8(ascii: "-")
    }

    /// FNV-1a, 12 hex digits: names of files, not a matter of security.
    package static func hash(_ bytes: [UInt8]) -> String {
        var value: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let hex = String(value, radix: 16)
        return String((String(repeating: "0", count: max(0, 16 - hex.count)) + hex).suffix(12))
    }
}

/// Where a page lies, and how it links to others: relatively, so that a folder can be served, zipped or moved alone.
package struct PageLocation: Hashable, Sendable {
    package let path: String
    package init(_ path: String) { self.path = path }

    /// `../../` for `services/x/index.html`.
    package var root: String { String(repeating: "../", count: path.utf8.count { $0 == UInt8(ascii: "/") }) }
    package func href(_ target: String) -> String { root + target }
}
