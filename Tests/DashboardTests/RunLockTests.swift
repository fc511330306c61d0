@testable import Dashboard
import Foundation
import Testing

@Suite struct RunLockTests {
    @Test func `the second run learns who holds the lock and how often it was skipped`() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/tidewatch-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var first: RunLock? = try RunLock(stateDirectory: folder, owner: "pid 1 since 10:05")
        for count in 1...3 {
            let held = #expect(throws: RunLock.Held.self) { try RunLock(stateDirectory: folder, owner: "pid 43") }
            #expect(held?.owner == "pid 1 since 10:05")
            #expect(held?.skips == count)
        }
        withExtendedLifetime(first) {}
        first = nil
        let second = try RunLock(stateDirectory: folder, owner: "pid 44")
        #expect((#expect(throws: RunLock.Held.self) { try RunLock(stateDirectory: folder, owner: "pid 45") })?.skips == 1)
        withExtendedLifetime(second) {}
    }

    @Test func `who only looks leaves the count of skipped runs, and strangers see nothing`() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/tidewatch-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        do {
            let first = try RunLock(stateDirectory: folder, owner: "pid 1")
            #expect(throws: RunLock.Held.self) { try RunLock(stateDirectory: folder, owner: "pid 43") }
            withExtendedLifetime(first) {}
        }
        do { withExtendedLifetime(try RunLock(stateDirectory: folder, owner: "doctor", countsSkip: false)) {} }
        #expect(FileManager.default.contents(atPath: folder + "/skips")?.count == 1)
        #expect(try FileManager.default.attributesOfItem(atPath: folder)[.posixPermissions] as? Int == 0o700)
    }

    @Test func `a state directory that cannot be written is named`() {
        let failed = #expect(throws: RunLock.Failed.self) { try RunLock(stateDirectory: "/proc/nothing-here", owner: "") }
        #expect(failed?.description.contains("/proc/nothing-here/lock") == true)
    }

    @Test(arguments: [(ExitCode.done, ExitCode.partial, ExitCode.partial), (.partial, .undelivered, .partial), (.publish, .partial, .publish), (.terminated, .failed, .terminated)])
    func `the worse of two ends wins`(_ a: ExitCode, _ b: ExitCode, _ worst: ExitCode) {
        #expect(a.worse(b) == worst)
        #expect(b.worse(a) == worst)
    }
}
