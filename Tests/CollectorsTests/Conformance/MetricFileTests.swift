@testable import Collectors
import Foundation
import JSON
import Signals
import Telemetry
import Testing

/// Public metrics beside the repository. They are not part of it: licences differ.
private enum MetricFiles {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../../../shared/data").standardizedFileURL
    static func text(_ path: String) -> String { (try? String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8)) ?? "" }
    static func lines(_ path: String) -> [String] { text(path).split(whereSeparator: \.isNewline).map(String.init) }
    static func isThere(_ path: String) -> Bool { FileManager.default.fileExists(atPath: folder.appendingPathComponent(path).path) }
    static let stream = "metrics/cloudwatch-metric-stream", azure = "metrics/azure-functions", prometheus = "metrics/prometheus/api-blocks", queues = "aws-api/aws-docs/sqs-available-cloudwatch-metrics.md"

    static func harvest(_ files: [String: String], _ entry: FilesCollector.Entry) async -> Harvest {
        var order = CollectionOrder(tenant: "t", source: "prod", services: [ServiceOrder(id: "s")], now: Timestamp(year: 2026, month: 1, day: 1))
        order.grain = 60
        return await FilesCollector(folder: MadeUpFolder(files: files), entries: [entry]).harvest(order)
    }
}

@Suite(.enabled(if: MetricFiles.isThere(MetricFiles.stream), "needs ../shared/data/metrics/cloudwatch-metric-stream"))
struct `Metric streams of CloudWatch` {
    /// The same line, read by Foundation.
    private struct Plain: Decodable {
        var account_id: String, region: String, namespace: String, metric_name: String
        var dimensions: [String: String]
        var timestamp: Int64
        var value: [String: Double]
        init(_ line: String) throws { self = try JSONDecoder().decode(Plain.self, from: Data(line.utf8)) }
    }

    @Test(arguments: [("single_record", 1), ("multiple_records", 127)]) func `every record is read with its name, dimensions, time and statistics`(_ file: String, _ count: Int) throws {
        let lines = MetricFiles.lines("\(MetricFiles.stream)/\(file).jsonl")
        #expect(lines.count == count)
        for line in lines {
            let record = try #require(MetricStreamRecord(try JSONValue(parsing: line))), plain = try Plain(line)
            #expect(record.metric.namespace == plain.namespace && record.metric.name == plain.metric_name && record.metric.account == plain.account_id && record.metric.region == plain.region)
            #expect(Dictionary(record.metric.dimensions.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first }) == plain.dimensions)
            #expect(record.time.seconds * 1_000 == plain.timestamp)
            #expect([record.values.sum, record.values.count, record.values.minimum, record.values.maximum] == ["sum", "count", "min", "max"].map { plain.value[$0] })
        }
    }

    @Test func `each metric of the stream comes through the source as the series that it is named to be`() async throws {
        let lines = MetricFiles.lines("\(MetricFiles.stream)/multiple_records.jsonl")
        var expected: [String: [Int64: Double]] = [:], names: [String: String] = [:]
        for line in lines {
            let plain = try Plain(line), maximum: Double = try #require(plain.value["max"])
            let label = ([plain.namespace, plain.metric_name] + plain.dimensions.sorted { $0.key < $1.key }.map(\.value)).joined(separator: "/")
            names[label] = names[label] ?? "q\(names.count)"
            expected[names[label] ?? "", default: [:]][plain.timestamp / 1_000] = maximum
        }
        let harvest = await MetricFiles.harvest(["s.jsonl": lines.joined(separator: "\n")], .init(path: "s.jsonl", format: .metricStream, series: names.mapValues { "queue(\"\($0)\").visible" }))
        let found = Dictionary(harvest.series.map { batch in (batch.series.resource.name, Dictionary(batch.samples.map { ($0.time.seconds, $0.value) }, uniquingKeysWith: { first, _ in first })) },
                               uniquingKeysWith: { first, _ in first })
        #expect(found == expected && harvest.problems == [])
        #expect(expected.values.reduce(0) { $0 + $1.count } == 127)
    }

    @Test func `invalid records are refused, each`() async {
        let harvest = await MetricFiles.harvest(["s.jsonl": MetricFiles.text("\(MetricFiles.stream)/invalid_records.jsonl")], .init(path: "s.jsonl", format: .metricStream))
        #expect(harvest.series == [] && harvest.problems.count == 1 && harvest.problems.first?.message.hasPrefix("s.jsonl: 4 records are none of a metric stream") == true)
    }
}

/// A table with a column a minute of a day that it does not name; the source reads a line a point, so each cell becomes one.
@Suite(.enabled(if: MetricFiles.isThere(MetricFiles.azure), "needs ../shared/data/metrics/azure-functions"))
struct `Invocations of Azure Functions` {
    @Test func `every minute of every function comes through as counted`() async throws {
        let rows = MetricFiles.lines("\(MetricFiles.azure)/invocations.csv").map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
        let midnight = Timestamp(year: 2019, month: 7, day: 15), header = try #require(rows.first)
        let minutes = header.indices.filter { Int(header[$0]) != nil }
        var lines = ["time,series,value"], expected: [String: [Int64: Double]] = [:]
        for row in rows.dropFirst() {
            for column in minutes {
                let minute = try #require(Int64(header[column])), text = row[column], count: Double = try #require(Double(text)), time = midnight + (minute - 1) * 60
                lines.append("\(time.seconds),\"function(\"\"\(row[2])\"\").invocations\",\(text)")
                expected[row[2], default: [:]][time.seconds] = count
            }
        }
        let harvest = await MetricFiles.harvest(["a.csv": lines.joined(separator: "\n")], .init(path: "a.csv", format: .csv))
        #expect(harvest.problems == [] && harvest.series.count == rows.count - 1 && harvest.series.allSatisfy { $0.period == 60 && $0.series.name == "invocations" })
        for batch in harvest.series {
            #expect(Dictionary(batch.samples.map { ($0.time.seconds, $0.value) }, uniquingKeysWith: { first, _ in first }) == expected[batch.series.resource.name])
        }
        #expect(expected.values.reduce(0) { $0 + $1.count } == (rows.count - 1) * minutes.count && minutes.count >= 1_440)
    }
}

@Suite(.enabled(if: MetricFiles.isThere(MetricFiles.prometheus), "needs ../shared/data/metrics/prometheus"))
struct `Examples of Prometheus's API` {
    private func document(_ number: String) throws -> JSONValue { try JSONValue(parsing: MetricFiles.text("\(MetricFiles.prometheus)/api.\(number).json")) }

    @Test func `both series of the range query are read, value by value`() throws {
        let document = try document("02"), series = document["data"]?["result"]?.array ?? []
        #expect(QueryRangeAnswer(document).seriesCount == 2 && QueryRangeAnswer(document).points == [] && series.count == 2)
        for one in series {
            let answer = QueryRangeAnswer(["status": "success", "data": ["resultType": "matrix", "result": [one]]])
            #expect(answer.points.map(\.time) == [1_435_781_430.781, 1_435_781_445.781, 1_435_781_460.781] && answer.refused == 0 && answer.mistake == nil)
            #expect(answer.points.map(\.value) == (one["values"]?.array ?? []).compactMap { $0.array.last?.double })
        }
    }

    @Test func `no other answer of the API is taken for a range query`() throws {
        for number in 1...30 where number != 2 {
            let answer = QueryRangeAnswer(try document(number < 10 ? "0\(number)" : "\(number)"))
            #expect(answer.mistake != nil && answer.points == [], "\(number)")
        }
    }
}

@Suite(.enabled(if: MetricFiles.isThere(MetricFiles.queues), "needs ../shared/data/aws-api/aws-docs"))
struct `Metrics of the SQS developer guide` {
    /// Metrics that were added after this edition of the page.
    static let later: Set = ["NumberOfDeduplicatedSentMessages", "ApproximateNumberOfGroupsWithInflightMessages"]

    @Test func `the catalogue has all of them, and no other`() {
        let named = Set(MetricFiles.lines(MetricFiles.queues).filter { $0.hasPrefix("|") && !$0.hasPrefix("| ---") && !$0.hasPrefix("| Metric") }
            .compactMap { $0.split(separator: "|").first.map { String($0.filter { $0.isASCII && $0.isLetter }) } }.filter { $0.contains("Message") || $0.contains("Receives") })
        let ours = Set(SignalCatalogue.metrics(of: .queue).map(\.1.metric))
        #expect(named.count >= 9 && named.subtracting(ours) == [] && ours.subtracting(named) == Self.later)
    }
}
