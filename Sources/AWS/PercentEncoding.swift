/// The text with every byte but `A-Z a-z 0-9 - . _ ~` written as `%XX`: the one encoding that AWS signs.
package func percentEncoded(_ text: some StringProtocol, keepingSlashes: Bool = false) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var out: [UInt8] = []
    out.reserveCapacity(text.utf8.count + 16)
    for byte in text.utf8 {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: out.append(byte)
        case 0x2F where keepingSlashes: out.append(byte)
        default: out += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
    }
    return String(decoding: out, as: UTF8.self)
}
