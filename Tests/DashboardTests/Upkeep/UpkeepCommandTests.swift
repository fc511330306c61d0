import Foundation
import JSON
import Testing

/// `doctor`, `prune`, `check`, `snapshot`, `restore` and `export` as people and cron meet them.
@Suite struct UpkeepCommandTests {
    private func site() async throws -> FilesSite {
        let site = try FilesSite()
        _ = try await TidewatchCommand.run("--site", site.directory, "run")
        return site
    }

    @Test func `check, prune and a snapshot say what they did`() async throws {
        let site = try await site()
        let check = try await TidewatchCommand.run("--site", site.directory, "check")
        #expect(check.code == 0 && check.messages == "" && check.output.contains("files: sound, ") && check.output.contains("fleet: sound, "))
        let prune = try await TidewatchCommand.run("--site", site.directory, "prune", "--compact", "--json")
        #expect(prune.code == 0)
        let databases = try JSONValue(parsing: Array(prune.output.utf8))["databases"]?.array ?? []
        #expect(databases.map { $0["database"]?.string } == ["files", "fleet"] && databases.allSatisfy { $0["rows_deleted"]?.integer == 0 })
        let snapshot = try await TidewatchCommand.run("--site", site.directory, "snapshot", site.directory + "/backups")
        let path = snapshot.output.trimmingCharacters(in: .newlines)
        #expect(snapshot.code == 0 && FileManager.default.fileExists(atPath: path + "/files.sqlite"))
        try FileManager.default.removeItem(atPath: site.directory + "/state")
        let restore = try await TidewatchCommand.run("--site", site.directory, "restore", path)
        #expect(restore.code == 0 && restore.output.contains("files: as of "), "\(restore)")
        #expect(try await TidewatchCommand.run("--site", site.directory, "check").code == 0)
    }

    @Test func `a damaged database ends check with 1 and says what to do`() async throws {
        let site = try await site(), path = site.directory + "/state/files.sqlite"
        try Data(repeating: 0x41, count: 9_000).write(to: URL(fileURLWithPath: path))
        let check = try await TidewatchCommand.run("--site", site.directory, "check")
        #expect(check.code == 1 && check.output.contains("files: The database is damaged or is not Tidewatch's") && check.messages.hasPrefix("Restore a snapshot"))
        let doctor = try await TidewatchCommand.run("--site", site.directory, "doctor", "--offline", "--json")
        let findings = try JSONValue(parsing: Array(doctor.output.utf8))["findings"]?.array ?? []
        #expect(doctor.code == 1 && findings.contains { $0["check"]?.string == "databases" && $0["grade"]?.string == "failure" && $0["subject"]?.string == "files" })
    }

    @Test func `where the next run sets nothing aside, check does not say that it would`() async throws {
        let site = try await site(), path = site.directory + "/state/files.sqlite"
        try DoctorTests.setSchema(99, of: path)
        let newer = try await TidewatchCommand.run("--site", site.directory, "check")
        #expect(newer.code == 1 && newer.output.contains("files: The database has schema 99") && newer.messages == "", "\(newer)")
        try FileManager.default.moveItem(atPath: path, toPath: path + ".elsewhere")
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: path + ".elsewhere")
        let link = try await TidewatchCommand.run("--site", site.directory, "check")
        #expect(link.code == 1 && link.output.contains("it is a link") && link.messages == "", "\(link)")
    }

    @Test func `points come out as CSV, JSON and OpenMetrics`() async throws {
        let site = try await site()
        func export(_ arguments: String...) async throws -> ChildProcess.Ended { try await TidewatchCommand.child(["--site", site.directory, "export"] + arguments).run() }
        let csv = try await export("--signal", "queue.oldest_age", "--since", "1d")
        let rows = csv.output.split(separator: "\r\n")
        #expect(csv.code == 0 && rows.first == "time,tenant,service,source,kind,resource,signal,unit,value,quality,minimum,maximum,points")
        #expect((60...73).contains(rows.count) && rows.dropFirst().allSatisfy { $0.contains(",files,orders,disk,queue,orders,oldest_age,s,7200,") })
        let document = try JSONValue(parsing: Array(try await export("--signal", "queue", "--since", "1d", "--resolution", "1h", "--format", "json").output.utf8))
        let series = try #require(document["series"]?.array.first)
        #expect(document["resolution"]?.string == "1h" && series["signal"]?.string == "queue.oldest_age" && series["points"]?.array.first?.array[1].number == 7_200)
        let metrics = try await export("--format", "openmetrics", "--since", "1d").output
        #expect(metrics.contains("# TYPE tidewatch_queue_oldest_age_seconds gauge\n# UNIT tidewatch_queue_oldest_age_seconds seconds\ntidewatch_queue_oldest_age_seconds{tenant=\"files\",service=\"orders\",source=\"disk\",resource=\"orders\"} 7200 "))
        #expect(metrics.hasSuffix("# EOF\n"))
        let file = site.directory + "/points.csv"
        #expect(try await export("--signal", "queue.oldest_age", "--since", "1d", "--out", file).code == 0)
        #expect(try String(contentsOfFile: file, encoding: .utf8) == csv.output)
    }

    @Test(arguments: [("queue.oldest_agee", "no signal is called 'queue.oldest_agee'. Did you mean 'queue.oldest_age'?"), ("queue.drain_time", "is worked out where it is read")])
    func `a signal that is not stored is told from one that is not known`(_ signal: String, _ words: String) async throws {
        let site = try FilesSite()
        let ended = try await TidewatchCommand.run("--site", site.directory, "export", "--signal", signal)
        #expect(ended.code == 2 && ended.output == "" && ended.messages.contains(words), "\(ended)")
    }
}
