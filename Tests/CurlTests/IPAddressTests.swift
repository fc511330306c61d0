@testable import Curl
import Testing

@Suite struct IPAddressTests {
    @Test(arguments: [
        "0.0.0.0", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1", "172.31.255.255",
        "192.0.0.1", "192.0.2.1", "192.168.1.1", "192.88.99.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "224.0.0.1", "240.0.0.1", "255.255.255.255",
        "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::8.8.8.8", "64:ff9b::7f00:1", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2001:100::1",
        "2002:7f00:1::", "fc00::1", "fd00:ec2::254", "fe80::1", "febf::1", "ff02::1", "3fff::1", "4000::1", "5f00::1",
    ])
    func `an address outside the public internet is refused`(_ text: String) throws {
        #expect(try #require(IPAddress(text)).notPublic != nil)
    }

    @Test(arguments: ["1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1", "192.167.1.1", "223.255.255.255",
                      "2606:4700::1111", "2a00:1450:4001::1", "2001:4860:4860::8888", "2620:fe::fe"])
    func `a public address is let through`(_ text: String) throws {
        #expect(try #require(IPAddress(text)).notPublic == nil)
    }

    @Test func `what is no address is none`() {
        #expect(IPAddress("example.com") == nil)
        #expect(IPAddress("1.2.3") == nil)
        #expect([UInt8](repeating: 0, count: 1).withUnsafeBytes { IPAddress($0) } == nil)
    }
}
