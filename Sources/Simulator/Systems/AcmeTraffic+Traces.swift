import JSON

extension AcmeTraffic {
    /// A delivery: taken from the queue, written down, posted to the shop.
    func trace(of run: Run, function: String, table: String) -> TraceModel {
        var builder = TraceBuilder(run: run, function: function, account: Acme.account, dice: dice)
        builder.call(.dynamoDB("PutItem", table: table), from: 0.01, to: 0.022)
        let answered = max(0.04, run.duration - 0.03)
        builder.remote(Acme.backend, from: 0.025, to: answered, method: "POST", url: "https://\(Acme.backend)/webhooks/orders",
                       status: run.isFailed ? 504 : 200)
        builder.call(.dynamoDB("UpdateItem", table: table), from: answered + 0.004, to: answered + 0.014)
        builder.annotate("path", "/webhooks/orders")
        builder.annotate("attempt", .number(Double(run.attempt)))
        return builder.trace(type: "AxiosError", message: "Request failed with status code 504")
    }
}
