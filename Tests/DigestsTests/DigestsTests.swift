import Digests
import Testing

@Suite struct DigestsTests {
    /// FIPS 180-4 examples.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"),
    ])
    func `SHA-256 is that of the standard`(_ text: String, _ digest: String) {
        #expect(hex(sha256(text)) == digest)
    }

    @Test func `SHA-256 of a million letters is that of the standard`() {
        #expect(hex(sha256([UInt8](repeating: 97, count: 1_000_000))) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    @Test(arguments: [1, 63, 64, 65, 5_000]) func `SHA-256 of pieces is that of the whole`(_ piece: Int) {
        let all = (0..<5_000).map { UInt8($0 % 251) }, sum = SHA256Sum()
        for start in stride(from: 0, to: all.count, by: piece) { Array(all[start..<min(all.count, start + piece)]).withUnsafeBytes { sum.add($0) } }
        #expect(sum.digest() == sha256(all))
        #expect(SHA256Sum().digest() == sha256([]))
    }

    /// RFC 4231, cases 1, 2, 6 and 7.
    @Test(arguments: [
        ([UInt8](repeating: 0x0B, count: 20), "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
        (Array("Jefe".utf8), "what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
        ([UInt8](repeating: 0xAA, count: 131), "Test Using Larger Than Block-Size Key - Hash Key First", "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
        ([UInt8](repeating: 0xAA, count: 131), "This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm.", "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"),
        ([], "", "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"),
    ])
    func `HMAC-SHA-256 is that of the standard`(_ key: [UInt8], _ message: String, _ digest: String) {
        #expect(hex(hmacSHA256(key: key, message)) == digest)
    }

    /// RFC 4648, section 10.
    @Test(arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy")])
    func `base64 is that of the standard, there and back`(_ text: String, _ encoded: String) {
        #expect(base64(Array(text.utf8)) == encoded)
        #expect(base64Decoded(encoded) == Array(text.utf8))
    }

    @Test func `base64 reads every byte, both alphabets and white space`() {
        let all = (0...255).map { UInt8($0) }
        #expect(base64Decoded(base64(all)) == all)
        #expect(base64Decoded("-_8") == [0xFB, 0xFF])
        #expect(base64Decoded("Zm9v\r\n YmFy") == Array("foobar".utf8))
    }

    @Test(arguments: ["A", "Zg=", "Zg===", "Zh==", "Z=g=", "Zm9v!", "=", "Zm9v="])
    func `what is no base64 is nothing`(_ text: String) {
        #expect(base64Decoded(text) == nil)
    }

    /// XXH64 with seed 0, from the reference implementation; the lengths reach every branch.
    @Test(arguments: [
        ("", 0xEF46_DB37_51D8_E999), ("a", 0xD24E_C4F1_A98C_6E5B), ("abc", 0x44BC_2CF5_AD77_0999),
        ("Nobody inspects the spammish repetition", 0xFBCE_A83C_8A37_8BF1),
        ("xxhash is an extremely fast non-cryptographic hash", 0x6687_C92E_35A4_AD90),
    ])
    func `the fast hash is XXH64`(_ text: String, _ hash: UInt64) {
        #expect(fastHash(Array(text.utf8)) == hash)
    }

    @Test func `the fast hash sees every byte and the seed`() {
        for count in [1, 4, 7, 8, 12, 31, 32, 33, 63, 100] {
            let bytes = (0..<count).map { UInt8($0) }
            var seen: Set<UInt64> = [fastHash(bytes), fastHash(bytes, seed: 1)]
            for index in bytes.indices {
                var changed = bytes
                changed[index] ^= 1
                seen.insert(fastHash(changed))
            }
            #expect(seen.count == count + 2)
        }
    }

    @Test func `hexadecimal keeps leading zeros`() {
        #expect(hex([0, 1, 0xAB]) == "0001ab")
        #expect(hex(UInt64(255)) == "00000000000000ff")
    }

    @Test func `digests compare whole`() {
        #expect(isEqualInConstantTime([1, 2], [1, 2]))
        #expect(!isEqualInConstantTime([1, 2], [1, 3]))
        #expect(!isEqualInConstantTime([1, 2], [1]))
    }
}
