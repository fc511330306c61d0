import CCrypto

/// The SHA-256 digest (FIPS 180-4) of the bytes: 32 bytes.
package func sha256(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: Int(SHA256_DIGEST_LENGTH)) { digest, count in
        // OpenSSL reads an absent pointer as "no bytes" only where the length is zero, which is just what an empty buffer says.
        SHA256(bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count, digest.baseAddress)
        count = Int(SHA256_DIGEST_LENGTH)
    }
}

package func sha256(_ bytes: [UInt8]) -> [UInt8] { bytes.withUnsafeBytes { sha256($0) } }

package func sha256(_ text: String) -> [UInt8] { sha256(Array(text.utf8)) }

/// The same digest of bytes that come piece by piece.
package final class SHA256Sum {
    private let context = EVP_MD_CTX_new()

    package init() { EVP_DigestInit_ex(context, EVP_sha256(), nil) }
    deinit { EVP_MD_CTX_free(context) }

    package func add(_ bytes: UnsafeRawBufferPointer) { EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) }

    /// Must be the last that is called.
    package func digest() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Int(SHA256_DIGEST_LENGTH)) { digest, count in
            EVP_DigestFinal_ex(context, digest.baseAddress, nil)
            count = Int(SHA256_DIGEST_LENGTH)
        }
    }
}

/// The keyed digest HMAC-SHA-256 (RFC 2104): 32 bytes.
package func hmacSHA256(key: [UInt8], _ message: [UInt8]) -> [UInt8] {
    // An empty array may have no address; HMAC reads a null key as "the key of last time".
    let key = key.isEmpty ? [0] : key
    return [UInt8](unsafeUninitializedCapacity: Int(SHA256_DIGEST_LENGTH)) { digest, count in
        HMAC(EVP_sha256(), key, Int32(clamping: key.count), message, message.count, digest.baseAddress, nil)
        count = Int(SHA256_DIGEST_LENGTH)
    }
}

package func hmacSHA256(key: [UInt8], _ message: String) -> [UInt8] { hmacSHA256(key: key, Array(message.utf8)) }

/// Whether two digests are equal, in a time that does not tell where they differ.
package func isEqualInConstantTime(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    guard a.count == b.count else { return false }
    return zip(a, b).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
}
