import ArgumentParser

@main struct Tidewatch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "tidewatch", abstract: "Honest ops dashboards for queues, functions and traces: one cron job, no server.")
}
