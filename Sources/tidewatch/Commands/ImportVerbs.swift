import ArgumentParser
import Dashboard

/// Takes over what other systems have.
struct ImportVerbs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "import", abstract: "Take over what other systems have.",
                                                    discussion: "Examples:\n  tidewatch import rules alerts.yaml > rules/imported.yaml", subcommands: [ImportRules.self])
}

/// Turns Prometheus alerts into a rule pack, as far as their expressions translate.
struct ImportRules: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rules",
        abstract: "Turn Prometheus alerting rules into a rule pack on standard output, as far as their expressions translate.",
        discussion: """
            Understands metrics of CloudWatch exporters (aws_sqs_…, aws_lambda_…), of the blackbox exporter and 'up'. What does not translate
            is named on standard error with its place and the reason; then the command ends with 3. Reads no site and changes none.

            Examples:
              tidewatch import rules alerts.yaml > rules/imported.yaml
              tidewatch import rules --json alerts/*.yaml
            """)

    @OptionGroup var shared: SharedOptions
    @Argument(help: ArgumentHelp("Rule files of Prometheus, or PrometheusRule objects of its operator.", valueName: "file"))
    var files: [String]

    func run() async throws {
        let world = try machine(), found: PrometheusRuleImport
        do throws(ConfigurationError) { found = try PrometheusRuleImport(files: files, read: world.files.readFile) } catch { throw invalid(error) }
        print(shared.json ? found.json.text(pretty: true) : found.yaml, terminator: "")
        for refusal in found.refused where !shared.json { Console.say(refusal.description) }
        if !found.refused.isEmpty || shared.verbose { Console.say("\(found.translated.count) translated, \(found.refused.count) not.") }
        if !found.refused.isEmpty { throw CommandEnd(code: .partial) }
    }
}
