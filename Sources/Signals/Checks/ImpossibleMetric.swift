import Telemetry

extension Check {
    static let impossibleMetric = Check(
        "impossible-metric", "Rules watch metrics that do not exist",
        "An API is declared as the other kind: REST and HTTP APIs count the same things under different names, so its rules wait for numbers that never come.",
        grade: .critical, explanation: "content/runbooks/gateway-errors.md#meaning",
        examples: [
            CheckExample("an HTTP API declared as REST", [.example(.api, "orders", arn: "arn:aws:apigateway:eu-central-1::/apis/a1b2c3")], finds: ["orders"]),
            CheckExample("a REST API declared as HTTP", [.example(.httpAPI, "orders", arn: "arn:aws:apigateway:eu-central-1::/restapis/a1b2c3")], finds: ["orders"]),
            CheckExample("each as what it is", [.example(.httpAPI, "orders", arn: "arn:aws:apigateway:eu-central-1::/apis/a1b2c3"),
                                                .example(.api, "shop", arn: "arn:aws:apigateway:eu-central-1::/restapis/d4e5f6")]),
        ]) { inspection in
            (inspection.all(.api) + inspection.all(.httpAPI)).compactMap { api in
                guard let real = api.arn.flatMap(realKind), real != api.id.kind else { return nil }
                let mistakes = SignalCatalogue.definitions(of: api.id.kind).flatMap { definition -> [StatisticFinding] in
                    guard case .cloudWatch(let metric) = definition.origin else { return [] }
                    return StatisticLint.findings(kind: real, namespace: metric.namespace, metric: metric.metric, statistic: metric.statistic, period: definition.nativePeriod)
                }
                return Sighting(api, "Declare it as \(real.rawValue): \(mistakes.map(\.description).joined(separator: "; ")).")
            }
        }

    private static func realKind(arn: String) -> ResourceKind? {
        if arn.contains("::/restapis/") { return .api }
        return arn.contains("::/apis/") ? .httpAPI : nil
    }
}
