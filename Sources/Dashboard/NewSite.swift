import Foundation

/// The files of a new site: commented, complete, and valid as they stand.
package struct NewSite {
    let directory: String
    let pattern: String

    package struct Failed: Error, CustomStringConvertible {
        package var description: String
        /// The caller asked for something that does not exist.
        package var isUsage = false
    }

    package init(directory: String, pattern: String) {
        self.directory = directory
        self.pattern = pattern
    }

    /// Writes what is not there yet and names it.
    /// - Throws: `Failed` where a file exists already or cannot be written.
    package func write() throws(Failed) -> [String] {
        guard let resources = Self.resources[pattern] else {
            throw Failed(description: "no pattern is called '\(printable(pattern))'. Known: \(Self.resources.keys.sorted().joined(separator: ", ")).", isUsage: true)
        }
        let files = [("tidewatch.yaml", Self.site), ("tenants/example.yaml", Self.tenant(pattern: pattern, resources: resources)), (".gitignore", "state/\npublic/\n")]
        let manager = FileManager.default
        for (name, _) in files where manager.fileExists(atPath: directory + "/" + name) {
            throw Failed(description: "\(directory)/\(name) exists already and is left alone. Choose another directory.")
        }
        for (name, text) in files {
            let path = directory + "/" + name
            do {
                try manager.createDirectory(atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
                try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .withoutOverwriting)
            } catch {
                throw Failed(description: "cannot write \(path): \(error.localizedDescription) Choose a directory that you may write to.")
            }
        }
        return files.map { directory + "/" + $0.0 }
    }

    private static let site = """
        # What holds for every tenant. All keys: tidewatch validate --schema
        title: My Ops
        # Where the site will be served; links in messages start with it.
        # base_url: https://ops.example.com/
        # How often cron runs.
        interval: 5m

        # Whom to tell. Secrets come from the environment or from a file, never from here.
        # receivers:
        #   - name: oncall
        #     email: {to: [oncall@example.com], from: tidewatch@example.com, server: "smtp.example.com:587", tls: starttls, username: tidewatch, password: "${SMTP_PASSWORD}"}
        # route:
        #   receiver: oncall
        #   repeat_interval: 4h
        # A test message every week, so that a dead channel is noticed before it is needed.
        # drill: 7d

        # Besides public/. The switch is one step: visitors see the old site or the new one.
        # publish:
        #   - directory: {path: /srv/www/ops}

        """

    private static func tenant(pattern: String, resources: String) -> String {
        """
        # One customer or environment. The id equals the file's name.
        id: example
        title: Example
        timezone: UTC
        sources:
          prod:
            aws:
              region: eu-central-1
              # The standard chain finds credentials: environment, shared files, web identity, container, instance. Or name a profile:
              # profile: my-profile
              # Or a role in the tenant's account:
              # role_arn: arn:aws:iam::111122223333:role/tidewatch-read
              # external_id: "${EXAMPLE_EXTERNAL_ID}"
        services:
          - id: my-service
            title: My service
            pattern: \(pattern)
            # In the order of a message's way; names as AWS states them.
            resources:
        \(resources)
            # rules:
            #   queue-age: {warning: 10m}

        """
    }

    private static let resources = [
        "webhook-buffer": """
                  - {kind: api, name: my-api, stage: prod}
                  - {kind: function, name: my-publish, feeds: my-queue.fifo}
                  - {kind: queue, name: my-queue.fifo}
                  - {kind: function, name: my-subscribe}
            """,
        "event-backed-service": """
                  - {kind: http_api, name: my-api, api_id: abcdefghij}
                  - {kind: bus, name: my-bus, rule: my-rule, feeds: my-queue}
                  - {kind: queue, name: my-queue}
                  - {kind: queue, name: my-dlq}
                  - {kind: function, name: my-worker, feeds: my-table}
                  - {kind: table, name: my-table}
            """,
        "xray-tracer": """
                  - {kind: api, name: my-api, stage: prod, feeds: my-topic}
                  - {kind: topic, name: my-topic, feeds: my-function}
                  - {kind: function, name: my-function}
            """,
        "object-fan-out": """
                  - {kind: bucket, name: my-bucket, feeds: my-topic}
                  - {kind: topic, name: my-topic, feeds: my-function}
                  - {kind: function, name: my-function, feeds: my-table}
                  - {kind: table, name: my-table}
            """,
        "api-and-worker": """
                  - {kind: api, name: my-api, stage: Prod, feeds: my-handler}
                  - {kind: function, name: my-handler, feeds: my-worker}
                  - {kind: function, name: my-worker}
                  - {kind: function, name: my-daily-job, schedule: rate(1 day)}
            """,
    ]
}
