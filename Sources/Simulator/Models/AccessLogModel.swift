/// The access log of an API's stage: a line a request, in the format that the stage states.
package struct AccessLogModel: Sendable {
    package var group: String
    /// With API Gateway's `$context` variables in it.
    package var format: String
    private let pieces: [(text: String, variable: String)]

    package init(group: String, format: String) {
        self.group = group
        self.format = format
        var pieces: [(String, String)] = [], text = ""
        for (index, part) in format.split(separator: "$context.", omittingEmptySubsequences: false).enumerated() {
            guard index > 0 else { text = String(part); continue }
            let name = part.prefix { $0.isLetter || $0 == "." }
            pieces.append((text, String(name)))
            text = String(part.dropFirst(name.count))
        }
        pieces.append((text, ""))
        self.pieces = pieces
    }

    /// What `AccessLogFormat.jsonWithStandardFields()` of the CDK writes: nothing about the integration.
    package static let standardFields = #"{"requestId":"$context.requestId","ip":"$context.identity.sourceIp","user":"$context.identity.user","caller":"$context.identity.caller","requestTime":"$context.requestTime","httpMethod":"$context.httpMethod","resourcePath":"$context.resourcePath","status":"$context.status","protocol":"$context.protocol","responseLength":"$context.responseLength"}"#
    /// The same with what the integration answered, status without quotes as many write it.
    package static let integrationFields = #"{"requestId":"$context.requestId","ip":"$context.identity.sourceIp","requestTime":"$context.requestTime","httpMethod":"$context.httpMethod","resourcePath":"$context.resourcePath","path":"$context.path","status":$context.status,"integrationStatus":"$context.integrationStatus","functionStatus":"$context.integration.status","integrationLatency":"$context.integrationLatency","errorType":"$context.error.responseType","protocol":"$context.protocol"}"#
    /// The common log format.
    package static let common = #"$context.identity.sourceIp $context.identity.caller $context.identity.user [$context.requestTime] "$context.httpMethod $context.resourcePath $context.protocol" $context.status $context.responseLength $context.requestId"#

    func line(of answer: GatewayModel.Answer, dice: Dice, number: Int64) -> String {
        pieces.reduce(into: "") { line, piece in
            line += piece.text
            if !piece.variable.isEmpty { line += value(piece.variable, answer, dice, number) }
        }
    }

    private func value(_ variable: String, _ answer: GatewayModel.Answer, _ dice: Dice, _ number: Int64) -> String {
        switch variable {
        case "requestId": dice.uuid(number)
        case "identity.sourceIp": "198.51.100.\(dice.word(number) % 250)"
        case "requestTime": FunctionModel.stamp(answer.start)
        case "httpMethod": answer.method
        case "resourcePath": answer.route
        case "path": "/prod" + answer.route.replacing("{id}", with: String(dice.word(number, 1) % 100_000))
        case "status": String(answer.status)
        case "integrationStatus": answer.integrationStatus.map(String.init) ?? "-"
        case "integration.status": answer.ownStatus.map(String.init) ?? "-"
        case "integrationLatency": String(Int64(exactly: (answer.integration * 1_000).rounded()) ?? 0)
        case "error.responseType": answer.errorType ?? "-"
        case "protocol": "HTTP/1.1"
        case "responseLength": "\(dice.word(number, 2) % 900)"
        default: "-"
        }
    }
}

extension LogGroupModel {
    /// The access log that the stage of an API writes; nothing where it writes none.
    package init?(accessLogOf gateway: GatewayModel, dice: Dice) {
        guard let log = gateway.accessLog else { return nil }
        let answers = gateway.answers, dice = dice.named("access log \(gateway.id)")
        self.init(log.group) { minute in
            answers(minute).sorted { $0.start < $1.start }.enumerated().map { index, answer in
                LogLine(at: answer.start + answer.latency, stream: "\(gateway.id)-stage", log.line(of: answer, dice: dice, number: minute * 1_000 + Int64(index)))
            }
        }
    }
}
