import JSON

extension MetricDataAnswer {
    /// Reads an answer straight from its bytes. Six thousand points are an ordinary answer, so no tree is built on the way.
    package init(reading bytes: [UInt8]) {
        self = bytes.withUnsafeBufferPointer { buffer in
            var reader = MetricDataReader(scan: JSONScanner(buffer))
            do throws(JSONError) { try reader.document() } catch { reader.answer.damage = error }
            return reader.answer
        }
    }
}

private struct MetricDataReader {
    var scan: JSONScanner
    var answer = MetricDataAnswer()
    // Kept between results, so that their storage is used again.
    var times: [Double] = []
    var values: [Double] = []

    init(scan: JSONScanner) { self.scan = scan }

    mutating func document() throws(JSONError) {
        guard scan.take(UInt8(ascii: "{")) else { throw scan.failure("expected an object") }
        if scan.take(UInt8(ascii: "}")) { return }
        repeat {
            let key = try scan.key()
            if scan.matches(key, "MetricDataResults") {
                try results()
            } else if scan.matches(key, "NextToken") {
                answer.nextToken = try scan.text().flatMap { $0.isEmpty ? nil : $0 }
            } else if scan.matches(key, "Messages") {
                try messages()
            } else {
                try scan.skip()
            }
        } while try scan.another(before: UInt8(ascii: "}"))
    }

    private mutating func results() throws(JSONError) {
        guard scan.take(UInt8(ascii: "[")) else { return try scan.skip() }
        if scan.take(UInt8(ascii: "]")) { return }
        repeat {
            if scan.peek() == UInt8(ascii: "{") { try result() } else { try scan.skip(); answer.rejected += 1 }
        } while try scan.another(before: UInt8(ascii: "]"))
    }

    private mutating func result() throws(JSONError) {
        var result = MetricDataResult()
        times.removeAll(keepingCapacity: true)
        values.removeAll(keepingCapacity: true)
        var isWhole = false
        // What was read of a result that breaks off is good; it is only not all.
        defer {
            if !isWhole, result.status == .complete { result.status = .partialData }
            pair(into: &result)
            answer.results.append(result)
        }
        _ = scan.take(UInt8(ascii: "{"))
        if scan.take(UInt8(ascii: "}")) { isWhole = true; return }
        repeat {
            let key = try scan.key()
            if scan.matches(key, "Timestamps") {
                try list { (reader) throws(JSONError) in reader.times.append(try reader.scan.time()) }
            } else if scan.matches(key, "Values") {
                try list { (reader) throws(JSONError) in reader.values.append(try reader.scan.number()) }
            } else if scan.matches(key, "Id") {
                result.id = try scan.text() ?? ""
            } else if scan.matches(key, "Label") {
                result.label = try scan.text() ?? ""
            } else if scan.matches(key, "StatusCode") {
                result.status = MetricDataResult.Status(try scan.text() ?? "")
            } else {
                try scan.skip()
            }
        } while try scan.another(before: UInt8(ascii: "}"))
        isWhole = true
    }

    @inline(__always) private mutating func list(_ element: (inout MetricDataReader) throws(JSONError) -> Void) throws(JSONError) {
        guard scan.take(UInt8(ascii: "[")) else { return try scan.skip() }
        if scan.take(UInt8(ascii: "]")) { return }
        repeat { try element(&self) } while try scan.another(before: UInt8(ascii: "]"))
    }

    private mutating func pair(into result: inout MetricDataResult) {
        let count = min(times.count, values.count)
        result.points.reserveCapacity(count)
        for index in 0..<count {
            let time = times[index], value = values[index]
            // Years 1970 to 9999; NaN is in no range.
            guard value.isFinite, time >= 0, time < 253_402_300_800 else { answer.rejected += 1; continue }
            result.points.append(.init(time: Int64(time), value: value))
        }
        answer.rejected += max(times.count, values.count) - count
    }

    private mutating func messages() throws(JSONError) {
        guard scan.take(UInt8(ascii: "[")) else { return try scan.skip() }
        if scan.take(UInt8(ascii: "]")) { return }
        repeat {
            guard scan.take(UInt8(ascii: "{")) else { try scan.skip(); continue }
            var code = "", value = ""
            if !scan.take(UInt8(ascii: "}")) {
                repeat {
                    let key = try scan.key()
                    if scan.matches(key, "Code") {
                        code = try scan.text() ?? ""
                    } else if scan.matches(key, "Value") {
                        value = try scan.text() ?? ""
                    } else {
                        try scan.skip()
                    }
                } while try scan.another(before: UInt8(ascii: "}"))
            }
            answer.messages.append("\(code): \(value)")
        } while try scan.another(before: UInt8(ascii: "]"))
    }
}

private extension MetricDataResult.Status {
    init(_ word: String) {
        self = switch word {
        case "Complete", "": .complete
        case "PartialData": .partialData
        case "InternalError": .internalError
        case "Forbidden": .forbidden
        default: .other(word)
        }
    }
}
