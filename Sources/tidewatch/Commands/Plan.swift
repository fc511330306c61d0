import ArgumentParser
import Dashboard
import JSON

/// Says what a month will ask and cost, and which rights it needs.
struct Plan: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say what a month asks, costs and needs, before anything is asked. No network unless --discover.",
        discussion: """
            Examples:
              tidewatch plan
              tidewatch plan --tenant acme --iam > policy.json
              tidewatch plan --discover
            Besides, it counts the pages and files that each tenant's site will have.
            Prices are list prices. What an earlier run found is counted; before the first run, what the files declare.
            With --discover the accounts are asked what there is, which reads settings and no number, and stores nothing.
            """)

    @OptionGroup var shared: SharedOptions
    @Option(name: .long, help: ArgumentHelp("Only this tenant; may be repeated.", valueName: "id"))
    var tenant: [String] = []
    @Flag(name: .long, help: "Print the least-privilege policy instead.")
    var iam = false
    @Flag(name: .long, help: "Ask the accounts what there is first, for sites that find their resources.")
    var discover = false

    func run() async throws {
        let world = try machine(), plan: SitePlan
        do throws(ConfigurationError) {
            plan = try await SitePlan(directory: shared.directory, world: world, tenants: Set(tenant), discovers: discover)
        } catch {
            Console.say(error.description)
            throw CommandEnd(code: .configuration)
        }
        for note in plan.notes { Console.say(note) }
        if iam {
            print(plan.policies.text(pretty: true), terminator: "")
        } else if shared.json {
            print(plan.json.text(pretty: true), terminator: "")
        } else {
            print(plan.text)
        }
        if plan.isPartial { throw CommandEnd(code: plan.entries.isEmpty ? .configuration : .partial) }
    }
}
