import AWS
import Signals
import Telemetry

/// The body of GetMetricData, written as bytes: with 500 questions it is larger than the answer.
enum MetricRequest {
    static func call(_ questions: [MetricQuestion], _ stretch: MetricPlan.Stretch, token: String?) -> AWSCall {
        var call = AWSCall.json(.cloudWatch, "GetMetricData")
        call.body = body(questions, stretch, token: token)
        return call
    }

    static func body(_ questions: [MetricQuestion], _ stretch: MetricPlan.Stretch, token: String?) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(questions.count * 240 + 200)
        out += "{\"StartTime\":\(stretch.start.seconds),\"EndTime\":\(stretch.end.seconds),\"ScanBy\":\"TimestampAscending\"".utf8
        if let token {
            out += ",\"NextToken\":".utf8
            append(token, to: &out)
        }
        out += ",\"MetricDataQueries\":[".utf8
        for (index, question) in questions.enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            out += "{\"Id\":\"q\(index)\",\"MetricStat\":{\"Metric\":{\"Namespace\":".utf8
            append(question.metric.namespace, to: &out)
            out += ",\"MetricName\":".utf8
            append(question.metric.metric, to: &out)
            out += ",\"Dimensions\":[".utf8
            for (place, dimension) in question.dimensions.enumerated() {
                if place > 0 { out.append(UInt8(ascii: ",")) }
                out += "{\"Name\":".utf8
                append(dimension.name, to: &out)
                out += ",\"Value\":".utf8
                append(dimension.value, to: &out)
                out.append(UInt8(ascii: "}"))
            }
            out += "]},\"Period\":\(stretch.period),\"Stat\":\"\(question.metric.statistic.word)\"}}".utf8
        }
        out += "]}".utf8
        return out
    }

    private static func append(_ text: String, to out: inout [UInt8]) {
        out.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                out.append(UInt8(ascii: "\\"))
                out.append(byte)
            case 0..<0x20:
                out += (byte < 16 ? "\\u000" : "\\u00").utf8
                out += String(byte, radix: 16).utf8
            default: out.append(byte)
            }
        }
        out.append(UInt8(ascii: "\""))
    }
}
