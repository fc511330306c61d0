/// XXH64 (https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md): tells changed bytes from unchanged ones at
/// memory speed. Not for anything an attacker may choose to collide: use `sha256` there.
package func fastHash(_ bytes: UnsafeRawBufferPointer, seed: UInt64 = 0) -> UInt64 {
    let count = bytes.count
    var at = 0
    var hash: UInt64
    if count >= 32 {
        var a = seed &+ prime1 &+ prime2, b = seed &+ prime2, c = seed, d = seed &- prime1
        while at &+ 32 <= count {
            a = round(a, word(bytes, at))
            b = round(b, word(bytes, at &+ 8))
            c = round(c, word(bytes, at &+ 16))
            d = round(d, word(bytes, at &+ 24))
            at &+= 32
        }
        hash = rotate(a, 1) &+ rotate(b, 7) &+ rotate(c, 12) &+ rotate(d, 18)
        for lane in [a, b, c, d] { hash = (hash ^ round(0, lane)) &* prime1 &+ prime4 }
    } else {
        hash = seed &+ prime5
    }
    hash = hash &+ UInt64(count)
    while at &+ 8 <= count {
        hash = rotate(hash ^ round(0, word(bytes, at)), 27) &* prime1 &+ prime4
        at &+= 8
    }
    if at &+ 4 <= count {
        let half = UInt64(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt32.self)))
        hash = rotate(hash ^ (half &* prime1), 23) &* prime2 &+ prime3
        at &+= 4
    }
    while at < count {
        hash = rotate(hash ^ (UInt64(bytes[at]) &* prime5), 11) &* prime1
        at &+= 1
    }
    hash = (hash ^ hash >> 33) &* prime2
    hash = (hash ^ hash >> 29) &* prime3
    return hash ^ hash >> 32
}

package func fastHash(_ bytes: [UInt8], seed: UInt64 = 0) -> UInt64 { bytes.withUnsafeBytes { fastHash($0, seed: seed) } }

private let prime1: UInt64 = 0x9E37_79B1_85EB_CA87
private let prime2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
private let prime3: UInt64 = 0x1656_67B1_9E37_79F9
private let prime4: UInt64 = 0x85EB_CA77_C2B2_AE63
private let prime5: UInt64 = 0x27D4_EB2F_1656_67C5

@inline(__always)
private func word(_ bytes: UnsafeRawBufferPointer, _ at: Int) -> UInt64 {
    UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
}

@inline(__always)
private func rotate(_ value: UInt64, _ places: UInt64) -> UInt64 { value << places | value >> (64 - places) }

@inline(__always)
private func round(_ sum: UInt64, _ word: UInt64) -> UInt64 { rotate(sum &+ word &* prime2, 31) &* prime1 }
