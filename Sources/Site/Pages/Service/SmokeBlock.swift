import Telemetry

/// What tests said that ran against the running service, beside the graphs of the same time: the last few, and how long after which deployment.
struct SmokeBlock {
    private static let shown = 5
    /// A test that ran later than this after a deployment is not about it.
    private static let reach: Int64 = 3_600

    private let picture: TenantPicture
    private let tests: [SmokeTest]
    private let deployments: [Deployment]

    init(_ picture: TenantPicture, _ service: ServicePicture) {
        self.picture = picture
        tests = picture.smokeTests.filter { $0.service == service.site.id }.suffix(Self.shown).reversed()
        deployments = picture.deployments.filter { $0.service == service.site.id }
    }

    var markup: Markup {
        var out = Markup(picture.language)
        guard !tests.isEmpty else { return out }
        Table("t stack", caption: tests.count == 1 ? "The last report. Tests run elsewhere; what they say is read from files." : "The last \(tests.count) reports. Tests run elsewhere; what they say is read from files.",
              columns: [.init("State"), .init("Test"), .init("Began"), .init("After"), .init("Passed", class: "n"), .init("Took", class: "n")], rows: tests.map(row)).write(into: &out)
        if let worst = tests.first(where: { $0.failed > 0 }), !worst.failures.isEmpty {
            out.raw("<p class=\"sm\">"); out.text("Failed in \(worst.suite) at \(picture.clock.moment(worst.time)):"); out.raw("</p>\n<ul class=\"sm\">")
            for failure in worst.failures {
                out.raw("<li>"); out.text(failure.name)
                if let message = failure.message { out.raw(" <span class=\"soft\">"); out.text(message); out.raw("</span>") }
                out.raw("</li>")
            }
            if worst.failed > worst.failures.count { out.raw("<li class=\"soft\">"); out.text("and \(Words.plural(worst.failed - worst.failures.count, "other"))"); out.raw("</li>") }
            out.raw("</ul>\n")
        }
        return out
    }

    private func row(_ test: SmokeTest) -> [Cell] {
        let all = test.passed + test.failed, skipped: Phrase = test.skipped > 0 ? ", \(Words.count(Double(test.skipped))) skipped" : ""
        return [.state(test.failed > 0 ? .warning : test.passed > 0 ? .ok : .noData, word: test.failed > 0 ? "\(Words.count(Double(test.failed))) failed" : test.passed > 0 ? "Passed" : "Nothing ran"),
                Cell(verbatim: test.suite, isHeader: true), Cell(verbatim: picture.clock.moment(test.time), class: "nw"), Cell(occasion(of: test)),
                Cell("\(Words.count(Double(test.passed))) of \(Words.count(Double(all)))\(skipped)", class: "n"), Cell(verbatim: test.seconds.map(Words.duration) ?? "–", class: "n")]
    }

    /// The version that the report names, and the deployment that came shortly before.
    private func occasion(of test: SmokeTest) -> Phrase {
        let deploy = deployments.last { $0.time <= test.time && test.time - $0.time <= Self.reach }
        let after = deploy.map { deploy -> Phrase in "\(Phrase.known(deploy.label)), \(Words.span(test.time - deploy.time)) before" }
        return after ?? test.version.map { .verbatim($0) } ?? "–"
    }
}
