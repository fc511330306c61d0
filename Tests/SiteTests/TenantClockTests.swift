@testable import Site
import Telemetry
import Testing

struct TenantClockTests {
    private static func at(_ text: String) throws -> Timestamp { try #require(Timestamp(rfc3339: text)) }

    @Test func `times are the tenant's own`() throws {
        let clock = TenantClock(zone: "Europe/Berlin", now: try Self.at("2026-11-20T10:05:00Z"))
        #expect(clock.time(try Self.at("2026-11-20T10:02:00Z")) == "11:02")
        #expect(clock.moment(try Self.at("2026-11-19T20:40:00Z")) == "Thu 19 Nov 21:40")
        #expect(clock.moment(try Self.at("2025-12-31T23:30:00Z")) == "Thu 1 Jan 00:30")
        #expect(clock.day(try Self.at("2025-12-30T12:00:00Z")) == "Tue 30 Dec 2025")
    }

    @Test func `an unknown zone is UTC and says so`() throws {
        let clock = TenantClock(zone: "Mars/Olympus", now: try Self.at("2026-11-20T10:05:00Z"))
        #expect(clock.zone == "UTC")
        #expect(clock.time(try Self.at("2026-11-20T10:02:00Z")) == "10:02")
    }

    @Test(arguments: [
        ("2026-03-29T00:59:00Z", "01:59"), ("2026-03-29T01:00:00Z", "03:00"), ("2026-10-25T00:30:00Z", "02:30"), ("2026-10-25T01:30:00Z", "02:30"),
    ])
    func `both changes of the clock come out right`(moment: String, words: String) throws {
        let clock = TenantClock(zone: "Europe/Berlin", now: try Self.at("2026-06-01T00:00:00Z"))
        #expect(clock.time(try Self.at(moment)) == words)
    }

    @Test func `the day starts at local midnight on the days of the change too`() throws {
        let clock = TenantClock(zone: "Europe/Berlin", now: try Self.at("2026-06-01T00:00:00Z"))
        #expect(clock.startOfDay(try Self.at("2026-03-29T12:00:00Z")) == (try Self.at("2026-03-28T23:00:00Z")))
        #expect(clock.startOfDay(try Self.at("2026-10-25T12:00:00Z")) == (try Self.at("2026-10-24T22:00:00Z")))
    }

    @Test(arguments: [
        ("Europe/Berlin", "2026-04-10T21:30:00Z", "2026-03-28T23:00:00Z", 23), ("Europe/Berlin", "2026-11-10T23:30:00Z", "2026-10-24T22:00:00Z", 25),
        ("Asia/Kathmandu", "2026-11-10T18:14:00Z", "2026-10-24T18:15:00Z", 24), ("Africa/Cairo", "2026-05-01T12:00:00Z", "2026-04-23T22:00:00Z", 23),
        ("America/Santiago", "2026-04-20T12:00:00Z", "2026-04-04T03:00:00Z", 25), ("Australia/Lord_Howe", "2026-04-20T12:00:00Z", "2026-04-04T13:00:00Z", 24),
        ("UTC", "2026-11-10T00:00:00Z", "2026-10-24T00:00:00Z", 24),
    ])
    func `thirty days follow each other from one local midnight to the next`(zone: String, now: String, start: String, hours: Int64) throws {
        let now = try Self.at(now), clock = TenantClock(zone: zone, now: now), days = clock.days(30, through: now)
        #expect(days.count == 30 && days.last?.contains(now) == true, "\(days.count)")
        #expect(zip(days, days.dropFirst()).allSatisfy { $0.end == $1.start } && Set(days.map { clock.shortDay($0.start) }).count == 30)
        let day = try #require(days.first { $0.start.rfc3339 == start })
        #expect(day.seconds / 3_600 == hours)
    }

    @Test func `axis labels are round local times, at most seven`() throws {
        let now = try Self.at("2026-11-20T10:05:00Z")
        let clock = TenantClock(zone: "Asia/Kathmandu", now: now)
        for hours in [1, 2, 6, 24, 7 * 24, 30 * 24, 90 * 24] as [Int64] {
            let axis = TimeAxis(TimeWindow(from: now - hours * 3_600, to: now), clock: clock)
            #expect((2...7).contains(axis.ticks.count), "\(hours) h: \(axis.ticks.map(\.label))")
        }
        let day = TimeAxis(TimeWindow(from: now - 21_600, to: now), clock: clock)
        #expect(day.ticks.map(\.label) == ["10:00", "11:00", "12:00", "13:00", "14:00", "15:00"])
    }

    @Test func `the hour that the clock skips has no label and the one that it repeats has two`() throws {
        let clock = TenantClock(zone: "Europe/Berlin", now: try Self.at("2026-06-01T00:00:00Z"))
        let spring = TimeAxis(TimeWindow(from: try Self.at("2026-03-28T22:30:00Z"), to: try Self.at("2026-03-29T03:30:00Z")), clock: clock)
        #expect(spring.ticks.map(\.label) == ["00:00", "01:00", "03:00", "04:00", "05:00"])
        let autumn = TimeAxis(TimeWindow(from: try Self.at("2026-10-24T22:30:00Z"), to: try Self.at("2026-10-25T03:30:00Z")), clock: clock)
        #expect(autumn.ticks.map(\.label) == ["01:00", "02:00", "02:00", "03:00", "04:00"])
    }
}
