@testable import Dashboard
import JSON
import Testing

@Suite struct ConfigurationTests {
    static let site = """
        title: Example Ops
        base_url: https://ops.example.com
        interval: 5m
        retention: {raw: 15d, 5m: 90d, 1h: 400d}
        receivers:
          - name: oncall-mail
            email: {to: [oncall@example.com], from: tidewatch@example.com, server: "smtp.example.com:587", tls: starttls, ca_file: null, username: tidewatch, password: "${SMTP_PASSWORD}"}
          - name: chat
            webhook: {url: "https://chat.example.com/hook", secret: "file:/etc/tidewatch/hook", format: alertmanager}
        route:
          receiver: oncall-mail
          group_by: [tenant, service]
          routes:
            - match: {severity: critical}
              receiver: chat
              after: 15m
        publish:
          - directory: {path: /srv/www/ops}
        heartbeat: {url: "https://hc.example.com/ping/uuid"}
        """
    static let tenant = """
        id: acme
        title: Acme Retail
        timezone: Europe/Berlin
        sources:
          prod:
            aws: {region: eu-central-1, profile: null, role_arn: "arn:aws:iam::111122223333:role/tidewatch", external_id: "${ACME_EXTERNAL_ID}", budget: {calls_per_run: 2000}}
        services:
          - id: orders-webhook
            pattern: webhook-buffer
            resources:
              - {kind: api, name: Endpoint, stage: prod}
              - {kind: queue, name: Orders.fifo}
            trace_groups:
              - {id: webhook, filter: 'service("x")'}
            log_patterns: {error: ['"level":"error"', 'ERROR'], warning: WARN}
            balance:
              - {in: [queue.sent], out: [queue.deleted, queue.backlog_change], tolerance: 2%}
            rules:
              queue-age: {warning: 10m}
        """

    static func load(_ files: [String: String], environment: [String: String] = ["SMTP_PASSWORD": "p", "ACME_EXTERNAL_ID": "x"]) throws -> Configuration {
        let world = ConfigurationWorld(
            environment: environment,
            readFile: { path in files[path].map { Array($0.utf8) } },
            list: { folder in files.keys.filter { $0.hasPrefix(folder + "/") }.map { String($0.dropFirst(folder.count + 1)) }.sorted() })
        return try Configuration.load(directory: "/site", world: world, builtInRules: Array("rules: []".utf8))
    }

    static let secretFile = ["/etc/tidewatch/hook": "whsec_abc\n"]

    @Test func `the documented files are understood`() throws {
        let configuration = try Self.load(["/site/tidewatch.yaml": Self.site, "/site/tenants/acme.yaml": Self.tenant].merging(Self.secretFile) { $1 })
        #expect(configuration.site.baseURL == "https://ops.example.com/")
        #expect(configuration.site.retention == RetentionConfiguration(raw: 1_296_000, fiveMinutes: 7_776_000, hour: 34_560_000))
        #expect(configuration.site.receivers.map(\.name) == ["oncall-mail", "chat"])
        guard case .email(let mail) = configuration.site.receivers[0].channel, case .webhook(let hook) = configuration.site.receivers[1].channel else {
            Issue.record("the receivers are of the wrong kinds")
            return
        }
        #expect((mail.host, mail.port, mail.password, mail.caFile) == ("smtp.example.com", 587, "p", nil))
        #expect(hook.secret == "whsec_abc")
        let tenant = try #require(configuration.tenants.first)
        #expect(tenant.services[0].source == "prod")
        #expect(tenant.services[0].warningPatterns == ["WARN"])
        #expect(tenant.services[0].rules[0].warning?.text == "10m")
    }

    @Test func `a file of another ending is named, since nobody reads it`() throws {
        let all = ["/site/tidewatch.yaml": Self.site, "/site/tenants/acme.yaml": Self.tenant, "/site/tenants/globex.yml": "id: globex\n", "/site/rules/own.yml": "rules: []\n", "/site/tenants/README.md": "x"]
        #expect(try Self.load(all.merging(Self.secretFile) { $1 }).warnings.map(\.description) == [
            "rules/own.yml: warning: is not read: only files that end in .yaml are. Rename it to own.yaml, or move it away.",
            "tenants/globex.yml: warning: is not read: only files that end in .yaml are. Rename it to globex.yaml, or move it away.",
        ])
    }

    @Test func `every mistake is reported at once with its place and the nearest word`() throws {
        let text = """
            titel: Ops
            interval: 5 minutes
            receivers:
              - name: Chat
                webhook: {url: "ftp://x", format: slak}
              - name: mail
                email: {to: nobody, from: a@b.c, server: smtp, tls: none, username: u, password: "${NOPE}"}
            route: {receiver: mial, group_by: [tenent]}
            """
        let error = #expect(throws: ConfigurationError.self) { try Self.load(["/site/tidewatch.yaml": text]) }
        let lines = try #require(error).diagnostics.map(\.description)
        #expect(lines == [
            "tidewatch.yaml:1:1: titel: unknown key 'titel'. Did you mean 'title'?",
            "tidewatch.yaml:2:11: interval: expected a duration such as 90s, 5m, 2h or 15d, found '5 minutes'",
            "tidewatch.yaml:4:11: receivers[0].name: expected an id of a-z, 0-9 and '-', at most 63 characters, starting with a letter or digit, found 'Chat'",
            "tidewatch.yaml:7:17: receivers[1].email.to: 'nobody' is no mail address",
            "tidewatch.yaml:7:46: receivers[1].email.server: expected host:port, such as smtp.example.com:587",
            "tidewatch.yaml:7:86: receivers[1].email.password: the environment variable NOPE is not set. Set it where tidewatch runs, or use file:/path.",
            "tidewatch.yaml:8:19: route.receiver: no receiver is called 'mial'. Did you mean 'mail'?",
            "tidewatch.yaml:8:35: route.group_by: unknown label 'tenent'. Did you mean 'tenant'?",
        ])
    }

    @Test func `a broken tenant leaves the others alone`() throws {
        let configuration = try Self.load([
            "/site/tidewatch.yaml": "title: T", "/site/tenants/good.yaml": Self.tenant.replacing("id: acme", with: "id: good"),
            "/site/tenants/bad.yaml": "id: other\nsources: {prod: {aws: {regoin: eu-central-1}}}\n",
            "/site/tenants/fleet.yaml": "id: fleet\nsources: {}\n",
        ])
        #expect(configuration.tenants.map(\.id) == ["good"])
        #expect(configuration.brokenTenants.map(\.id) == ["bad", "fleet"])
        #expect(configuration.brokenTenants[0].diagnostics.map(\.description) == [
            "tenants/bad.yaml:1:5: id: must equal the file name: rename the file to other.yaml or set id: bad",
            "tenants/bad.yaml:2:23: sources.prod.aws.region: no region is named: AWS_REGION is not set, and profile 'default' of the shared AWS files has none. Name one, such as eu-central-1",
            "tenants/bad.yaml:2:24: sources.prod.aws.regoin: unknown key 'regoin'. Did you mean 'region'?",
        ])
    }

    private static let profiles = ["/home/ops/.aws/config": "[default]\nregion = eu-north-1\n[profile dev]\nregion=eu-south-1 # Milan\nsource_profile = default\n[profile bare]\nsource_profile = dev\nrole_arn = arn:aws:iam::1:role/r\n",
                                   "/etc/aws": "[profile dev]\nregion = us-west-2\n"]

    /// The source's own word, the environment, the profile; never what a `source_profile` says.
    @Test(arguments: [
        (["AWS_REGION": "eu-west-3", "AWS_DEFAULT_REGION": "eu-west-1"], "{}", "eu-west-3"), (["AWS_DEFAULT_REGION": "eu-west-1", "AWS_REGION": ""], "{}", "eu-west-1"),
        (["AWS_REGION": "eu-west-3"], "{region: eu-central-1, profile: dev}", "eu-central-1"), (["AWS_REGION": "eu-west-3"], "{profile: dev}", "eu-west-3"),
        (["AWS_DEFAULT_REGION": "eu-west-1"], "{profile: dev}", "eu-west-1"), ([:], "{profile: dev}", "eu-south-1"), (["AWS_PROFILE": "bare"], "{profile: dev}", "eu-south-1"),
        (["AWS_PROFILE": "dev"], "{}", "eu-south-1"), (["AWS_DEFAULT_PROFILE": "dev", "AWS_PROFILE": ""], "{}", "eu-south-1"), ([:], "{}", "eu-north-1"),
        (["AWS_CONFIG_FILE": "/etc/aws"], "{profile: dev}", "us-west-2"), ([:], "{profile: bare}", nil), ([:], "{profile: gone}", nil), (["AWS_CONFIG_FILE": "/none"], "{}", nil),
    ] as [([String: String], String, String?)])
    func `a source without a region is in that of the environment, else in that of its profile`(_ environment: [String: String], _ source: String, _ region: String?) throws {
        let files = ["/site/tidewatch.yaml": "title: T", "/site/tenants/a.yaml": "id: a\nsources: {prod: {aws: \(source)}}\nservices: [{id: s}]\n"]
        let configuration = try Self.load(files.merging(Self.profiles) { $1 }, environment: environment.merging(["HOME": "/home/ops"]) { $1 })
        #expect((configuration.tenants.first?.sources.first?.settings as? AWSSourceSettings)?.region == region)
        let profile = source.contains("bare") ? "bare" : source.contains("gone") ? "gone" : "default"
        #expect(configuration.brokenTenants.flatMap(\.diagnostics).map(\.message) == (region != nil ? [] : [
            "sources.prod.aws.region: no region is named: AWS_REGION is not set, and profile '\(profile)' of the shared AWS files has none. Name one, such as eu-central-1"]))
    }

    @Test func `a missing secret names the key and never a value`() throws {
        let files = ["/site/tidewatch.yaml": "receivers:\n  - {name: a, webhook: {url: 'https://x/', secret: 'pre-${GONE}-post'}}\n"]
        let error = #expect(throws: ConfigurationError.self) { try Self.load(files, environment: ["OTHER": "hunter2"]) }
        let text = try #require(error).description
        #expect(text.contains("receivers[0].webhook.secret: the environment variable GONE is not set"))
        #expect(!text.contains("pre-") && !text.contains("hunter2"))
    }

    @Test(arguments: ["http://u:hunter2@example.com/", "https://hunter2@example.com", "https://u:p@hunter2@example.com/x?y=1"])
    func `an address with a user name is refused, and its password is not said`(_ url: String) throws {
        let files = ["/site/tidewatch.yaml": "title: T", "/site/tenants/a.yaml": "id: a\nsources: {p: {probe: {checks: [{name: x, url: \"\(url)\"}]}}}\nservices: [{id: s}]\n"]
        let messages = try Self.load(files).brokenTenants.flatMap(\.diagnostics).map(\.description)
        #expect(messages == ["tenants/a.yaml:2:47: sources.p.probe.checks[0].url: an address must not hold a user name or password: nothing is ever sent to one. Remove what stands before the '@'"])
    }

    @Test(arguments: ["https://example.com/@me", "https://example.com?a=b@c", "https://example.com#@"]) func `an @ behind the host is part of the address`(_ url: String) throws {
        let files = ["/site/tidewatch.yaml": "title: T\nheartbeat: {url: \"\(url)\"}\n"]
        #expect(throws: Never.self) { try Self.load(files) }
    }

    @Test(arguments: ["''", "'whsec_!!!'", "'${EMPTY_KEY}'"]) func `a webhook's secret that cannot sign is refused`(_ secret: String) throws {
        let files = ["/site/tidewatch.yaml": "receivers:\n  - {name: a, webhook: {url: 'https://x/', secret: \(secret)}}\n"]
        let error = #expect(throws: ConfigurationError.self) { try Self.load(files, environment: ["EMPTY_KEY": "whsec_"]) }
        let text = try #require(error).description
        #expect(text.contains("receivers[0].webhook.secret: ") && text.contains("openssl rand -base64 32") && !text.contains("!!!"))
    }

    @Test(arguments: ["a: b: c", "title: [", "\ttitle: x", "title: x\ntitle: y", "- a\n- b", "--- a\n--- b"])
    func `text that is no usable YAML is refused with a place`(_ text: String) throws {
        let error = #expect(throws: ConfigurationError.self) { try Self.load(["/site/tidewatch.yaml": text]) }
        #expect(try #require(error).diagnostics.first?.description.hasPrefix("tidewatch.yaml") == true)
    }

    @Test func `a mistake in one file hides none in another`() throws {
        let files = [
            "/site/tidewatch.yaml": "titel: T\n", "/site/tenants/a.yaml": "id: a\nservises: []\n", "/site/silences/s.yaml": "match: {rule: x}\nauthor: a\nreason: x\n",
            "/site/rules/r.yaml": "rules:\n  - {id: a, title: A, on: queue, warning: visibel > 1, runbook: r, summary: x, colour: red}\n  - {id: b, title: B, on: queue, warning: visible > 1, runbook: r, summary: \"{{vale}}\"}\n",
        ]
        let error = #expect(throws: ConfigurationError.self) { try Self.load(files) }
        let text = try #require(error).diagnostics.map(\.description)
        for (place, words) in [("tidewatch.yaml:1:1", "titel"), ("tenants/a.yaml:2:1", "servises"), ("rules/r.yaml:2:", "colour"), ("rules/r.yaml:2:43", "visibel"), ("rules/r.yaml:3:77", "vale"), ("silences/s.yaml:1:1", "until")] {
            #expect(text.contains { $0.hasPrefix(place) && $0.contains(words) }, "\(place) \(words): \(text)")
        }
    }

    @Test func `a route matches only what there is`() throws {
        let files = [
            "/site/tidewatch.yaml": "receivers:\n  - {name: chat, webhook: {url: 'https://x/'}}\nroute:\n  receiver: chat\n  routes:\n"
                + "    - {match: {severity: fatal, kind: qeue}, receiver: chat}\n",
        ]
        let error = #expect(throws: ConfigurationError.self) { try Self.load(files) }
        #expect(try #require(error).diagnostics.map(\.description) == [
            "tidewatch.yaml:6:26: route.routes[0].match.severity: no severity is called 'fatal'. Known: warning, critical.",
            "tidewatch.yaml:6:39: route.routes[0].match.kind: no kind is called 'qeue'. Did you mean 'queue'?",
        ])
    }

    @Test(arguments: [("cron(x)", true), ("daily", true), ("rate(5)", true), ("cron(0 6 * * ? *)", nil), ("rate(5 minutes)", nil), ("cron(0 6 L * ? *)", false), ("cron(0 6 ? * 6#3 *)", false), ("at(2026-11-20T10:00:00)", false)] as [(String, Bool?)])
    func `a schedule that cannot be is refused, one that is not read is told`(_ schedule: String, _ isMistake: Bool?) throws {
        let files = ["/site/tidewatch.yaml": "title: T", "/site/tenants/a.yaml": "id: a\nsources: {p: {aws: {region: eu-west-1}}}\nservices: [{id: s, resources: [{kind: function, name: f, schedule: '\(schedule)'}]}]\n"]
        let configuration = try Self.load(files)
        #expect(configuration.brokenTenants.flatMap(\.diagnostics).count == (isMistake == true ? 1 : 0) && configuration.warnings.count == (isMistake == false ? 1 : 0))
        #expect((configuration.brokenTenants.flatMap(\.diagnostics) + configuration.warnings).allSatisfy { $0.line == 3 && $0.message.contains("services[0].resources[0].schedule: '\(schedule)': ") })
    }

    @Test func `a small text cannot unfold into a large tree`() throws {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 { text += "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ") + "]\n" }
        let error = #expect(throws: ConfigurationError.self) { try Self.load(["/site/tidewatch.yaml": text]) }
        #expect(try #require(error).description.contains("Split the file"))
    }

    @Test(arguments: [("$$x", "$x"), ("a${V}b", "a1b"), ("${V}${V}", "11"), ("$", "$"), ("${V", "${V"), ("plain", "plain")])
    func `references are replaced`(_ text: String, _ value: String) throws {
        let resolver = SecretResolver(environment: ["V": "1"], readFile: { _ in nil })
        #expect(try resolver.resolve(text).get() == value)
    }

    @Test(arguments: [("90s", 90), ("5m", 300), ("1.5h", 5_400), ("15d", 1_296_000), ("2w", 1_209_600)] as [(String, Int64)])
    func `durations`(_ text: String, _ seconds: Int64) { #expect(QuantityText.duration(text) == seconds) }

    @Test(arguments: ["", "5", "m", "-5m", "5 minutes", "1e3s", "infs", "0.3s", "9999999999d"])
    func `what is no duration`(_ text: String) { #expect(QuantityText.duration(text) == nil) }

    @Test func `sizes and shares`() {
        #expect(QuantityText.size("512KiB") == 524_288)
        #expect(QuantityText.size("3 MB") == 3_000_000)
        #expect(QuantityText.size("x") == nil)
        #expect(QuantityText.ratio("80%") == 0.8)
        #expect(QuantityText.ratio("1.5") == nil)
    }

    @Test func `the published schema knows every key that the reader knows`() {
        let schema = TenantConfiguration.schema.jsonSchema(title: "tenant")
        #expect(schema["properties"]?["sources"]?["additionalProperties"]?["properties"]?["aws"]?["properties"]?["role_arn"]?["description"]?.string != nil)
        #expect(schema["additionalProperties"]?.bool == false)
    }
}
