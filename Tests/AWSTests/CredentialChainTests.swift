@testable import AWS
import Curl
import Telemetry
import Testing

@Suite struct CredentialChainTests {
    private let home = ["HOME": "/home/ops", "AWS_EC2_METADATA_DISABLED": "true"]

    private func load(_ world: World, _ variables: [String: String], files: [String: String] = [:], profile: String? = nil, output: String? = nil) async -> Result<Credentials, AWSError> {
        let environment = world.environment(home.merging(variables) { $1 }, files: files, output: output)
        return await CredentialChain(source: .mock(profile: profile), environment: environment).load()
    }

    private let files = [
        "/home/ops/.aws/credentials": """
        [default]
        aws_access_key_id = AKIDFILE
        aws_secret_access_key = sec#ret ; comment

        [keys]
        aws_access_key_id=AKIDKEYS
        aws_secret_access_key=secret
        aws_session_token = token
        """,
        "/home/ops/.aws/config": """
        # comment
        [default]
        region = eu-west-1
        s3 =
          max_concurrent_requests = 20
        [profile role]
        role_arn = arn:aws:iam::2:role/from-file
        source_profile = keys
        external_id = e-1
        [profile "with space"]
        credential_process = /opt/creds --for acme
        [profile circle]
        role_arn = arn:aws:iam::2:role/x
        source_profile = circle2
        [profile circle2]
        role_arn = arn:aws:iam::2:role/y
        source_profile = circle
        [profile web]
        role_arn = arn:aws:iam::2:role/web
        web_identity_token_file = /token
        [profile env]
        role_arn = arn:aws:iam::2:role/env
        credential_source = Environment
        [profile empty]
        region = x
        [profile half]
        aws_access_key_id = AKIDHALF
        [profile browser]
        sso_session = corp
        sso_account_id = 111122223333
        sso_role_name = ReadOnly
        [profile on-browser]
        role_arn = arn:aws:iam::2:role/r
        source_profile = browser
        [profile lent-browser]
        sso_session = corp
        credential_process = aws configure export-credentials --profile lent-browser --format process
        """,
        "/token": "web.token\n",
    ]

    @Test func `the environment comes first`() async throws {
        let found = try await load(World(), ["AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "B", "AWS_SESSION_TOKEN": "C"], files: files).get()
        #expect(found == Credentials(accessKeyID: "A", secretAccessKey: "B", sessionToken: "C"))
    }

    @Test func `a profile that the configuration names wins over the environment`() async throws {
        let found = try await load(World(), ["AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "B"], files: files, profile: "keys").get()
        #expect(found.accessKeyID == "AKIDKEYS")
        #expect(found.sessionToken == "token")
    }

    @Test func `the default profile is read, and a secret may hold a hash sign`() async throws {
        #expect(try await load(World(), [:], files: files).get() == Credentials(accessKeyID: "AKIDFILE", secretAccessKey: "sec#ret"))
    }

    @Test func `files elsewhere and another profile are named by variables`() async throws {
        let found = try await load(World(), ["AWS_PROFILE": "p", "AWS_SHARED_CREDENTIALS_FILE": "~/x"],
                                   files: ["/home/ops/x": "[p]\naws_access_key_id=P\naws_secret_access_key=S"]).get()
        #expect(found.accessKeyID == "P")
    }

    @Test func `a role in a profile is assumed with its source profile and external id`() async throws {
        let world = World([{ _ in .ok(roleAnswer("ROLE")) }])
        let found = try await load(world, [:], files: files, profile: "role").get()
        #expect(found == Credentials(accessKeyID: "ROLE", secretAccessKey: "s&cret", sessionToken: "token-ROLE", expires: Timestamp(rfc3339: "2027-01-15T09:00:00Z")))
        let request = try #require(world.requests.first)
        #expect(request.url == "https://sts.eu-west-1.amazonaws.com/")
        #expect(request.headers["authorization"]?.contains("Credential=AKIDKEYS/") == true)
        #expect(request.text == "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A2%3Arole%2Ffrom-file&RoleSessionName=tidewatch-acme&ExternalId=e-1")
    }

    @Test func `a role on the environment's keys works`() async throws {
        let world = World([{ _ in .ok(roleAnswer("ROLE")) }])
        _ = try await load(world, ["AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "B"], files: files, profile: "env").get()
        #expect(world.requests.first?.headers["authorization"]?.contains("Credential=A/") == true)
    }

    @Test func `a command prints credentials`() async throws {
        let world = World()
        let output = #"{"Version":1,"AccessKeyId":"P","SecretAccessKey":"S","SessionToken":"T","Expiration":"2027-01-15T09:00:00Z"}"#
        let found = try await load(world, [:], files: files, profile: "with space", output: output).get()
        #expect(found == Credentials(accessKeyID: "P", secretAccessKey: "S", sessionToken: "T", expires: Timestamp(rfc3339: "2027-01-15T09:00:00Z")))
        #expect(world.commands == ["/opt/creds --for acme"])
    }

    @Test func `a web identity needs no keys and is sent unsigned`() async throws {
        let world = World([{ _ in .ok(roleAnswer("WEB")) }, { _ in .ok(roleAnswer("WEB2")) }])
        #expect(try await load(world, [:], files: files, profile: "web").get().accessKeyID == "WEB")
        #expect(try await load(world, ["AWS_WEB_IDENTITY_TOKEN_FILE": "/token", "AWS_ROLE_ARN": "arn:aws:iam::2:role/r"], files: ["/token": "web.token\n"]).get().accessKeyID == "WEB2")
        #expect(world.requests.allSatisfy { $0.headers["authorization"] == nil })
        #expect(world.requests.allSatisfy { $0.text.hasSuffix("&WebIdentityToken=web.token") })
    }

    @Test(arguments: [
        ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/x"],
        ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://169.254.170.23/v1/credentials", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/pod"],
        ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://localhost:99/x", "AWS_CONTAINER_AUTHORIZATION_TOKEN": "bearer"],
    ])
    func `a container gives its own`(_ variables: [String: String]) async throws {
        let world = World([{ _ in .ok(#"{"AccessKeyId":"C","SecretAccessKey":"S","Token":"T","Expiration":"2027-01-15T09:00:00Z"}"#) }])
        #expect(try await load(world, variables, files: ["/pod": "bearer\n"]).get().sessionToken == "T")
        let request = try #require(world.requests.first)
        #expect(request.bypassesProxy)
        #expect(request.headers["authorization"] == (variables.count == 1 ? nil : "bearer"))
    }

    @Test(arguments: ["http://example.com/x", "http://localhost.example.com/x", "http://127.0.0.1.nip.io/", "http://127.0.0.1@evil.example/"])
    func `a container's token goes nowhere else in clear text`(_ url: String) async {
        let world = World()
        let result = await load(world, ["AWS_CONTAINER_CREDENTIALS_FULL_URI": url, "AWS_CONTAINER_AUTHORIZATION_TOKEN": "bearer"])
        #expect(throws: AWSError.self) { try result.get() }
        #expect(world.requests.isEmpty)
    }

    @Test func `an instance is asked by version 2 of its metadata`() async throws {
        let world = World([{ _ in .ok("TOKEN") }, { _ in .ok("my-role\n") }, { _ in .ok(#"{"Code":"Success","AccessKeyId":"I","SecretAccessKey":"S","Token":"T"}"#) }])
        #expect(try await load(world, ["AWS_EC2_METADATA_DISABLED": ""]).get().accessKeyID == "I")
        #expect(world.requests.map { "\($0.method.rawValue) \($0.url)" } == [
            "PUT http://169.254.169.254/latest/api/token", "GET http://169.254.169.254/latest/meta-data/iam/security-credentials/",
            "GET http://169.254.169.254/latest/meta-data/iam/security-credentials/my-role",
        ])
        #expect(world.requests.last?.headers["x-aws-ec2-metadata-token"] == "TOKEN")
    }

    @Test(arguments: [("circle", "profile 'circle' (tenant 'acme'): its source_profile leads in a circle. "), ("empty", "profile 'empty' (tenant 'acme'): it names no credentials (ProfileWithoutCredentials). "),
                      ("nowhere", "profile 'nowhere' (tenant 'acme'): there is no such profile in the shared config and credentials files. "),
                      ("half", "profile 'half' (tenant 'acme'): it has aws_access_key_id and no aws_secret_access_key. "),
                      ("browser", "profile 'browser' \(browser("browser")). "), ("on-browser", "profile 'browser' \(browser("browser")). "),
                      ("with space", "profile 'with space' (tenant 'acme'): its credential_process failed. ")])
    func `a profile that leads nowhere is told by name`(_ profile: String, _ text: String) async {
        let result = await load(World(), [:], files: files, profile: profile)
        guard case .failure(let error) = result else { Issue.record("it led somewhere"); return }
        #expect(error.description == text + "Check the credentials, the profile or the role of the source and its trust policy.")
    }

    private static func browser(_ name: String) -> String {
        "(tenant 'acme'): it signs in with a browser (SSO), which tidewatch does not do. Let the AWS command line do it: add to this profile "
            + "credential_process = aws configure export-credentials --profile \(name) --format process"
    }

    @Test func `a profile that signs in with a browser works by way of the AWS command line`() async throws {
        let world = World(), output = #"{"Version":1,"AccessKeyId":"P","SecretAccessKey":"S"}"#
        #expect(try await load(world, [:], files: files, profile: "lent-browser", output: output).get().accessKeyID == "P")
        #expect(world.commands == ["aws configure export-credentials --profile lent-browser --format process"])
    }

    /// As boto3 does: a half pair is a mistake, and the container's credentials would be those of somebody else.
    @Test(arguments: [("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), ("AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID")])
    func `half a pair of keys is refused, whatever else there is`(_ there: String, _ missing: String) async {
        let world = World([{ _ in .ok(#"{"AccessKeyId":"C","SecretAccessKey":"S","Token":"T"}"#) }])
        let result = await load(world, [there: "A", missing: "", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/x"], files: files)
        guard case .failure(let error) = result else { Issue.record("something was found"); return }
        #expect(error.kind == .credentials && error.description.hasPrefix("environment (tenant 'acme'): \(there) is set and \(missing) is not: set both or neither. "))
        #expect(world.requests.isEmpty)
    }

    @Test func `where there is nothing, the places looked at are named`() async {
        let result = await load(World(), [:])
        guard case .failure(let error) = result else { Issue.record("something was found"); return }
        #expect(error.kind == .credentials)
        #expect(error.message == "no credentials found in the environment, the shared files, a web identity, the container or the instance metadata")
    }

    @Test func `the tenant's role carries the tenant's name and external id, and its keys are not the base's`() async throws {
        let world = World([{ _ in .ok(roleAnswer("ACME")) }])
        let store = CredentialStore.forSource(.mock(roleARN: "arn:aws:iam::1:role/t", externalID: "x-9"), environment: world.environment(), base: nil)
        #expect(try await store.current().accessKeyID == "ACME")
        #expect(try await store.current().accessKeyID == "ACME")
        #expect(world.requests.count == 1)
        #expect(world.firstBody.hasSuffix("&RoleSessionName=tidewatch-acme&ExternalId=x-9"))
    }
}

@Suite struct EndpointTests {
    private func endpoint(_ service: AWSService = .sqs, region: String = "eu-west-1", explicit: String? = nil, _ variables: [String: String] = [:]) throws(AWSError) -> Endpoint {
        try Endpoint.resolve(service, region: region, explicit: explicit, environment: World().environment(variables))
    }

    @Test(arguments: [("eu-west-1", "https://sqs.eu-west-1.amazonaws.com"), ("cn-north-1", "https://sqs.cn-north-1.amazonaws.com.cn"), ("us-gov-west-1", "https://sqs.us-gov-west-1.amazonaws.com")])
    func `a region has its host`(_ region: String, _ origin: String) throws {
        #expect(try endpoint(region: region).origin == origin)
    }

    @Test func `the configured URL wins, then the service's variable, then the general one`() throws {
        let variables = ["AWS_ENDPOINT_URL": "http://all:1", "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS": "http://logs:2/"]
        #expect(try endpoint(.logs, explicit: "http://mine:3", variables).origin == "http://mine:3")
        #expect(try endpoint(.logs, variables).origin == "http://logs:2")
        #expect(try endpoint(.sqs, variables).origin == "http://all:1")
        #expect(try endpoint(.sqs, variables.merging(["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"]) { $1 }).isStandard)
    }

    @Test(arguments: [("http://h:80", "h", ""), ("http://h:8080/base/", "h:8080", "/base"), ("https://H:443", "h", ""), ("https://[::1]:5", "[::1]:5", "")])
    func `the signed host is the one that is sent`(_ url: String, _ host: String, _ path: String) throws {
        let found = try endpoint(explicit: url)
        #expect(found.host == host)
        #expect(found.basePath == path)
    }

    @Test(arguments: ["", "h", "ftp://h", "http://", "http://:1", "http://u@h", "http://h?x", "http://h/\r\n", "http://h h"])
    func `a URL of another form is refused`(_ url: String) {
        #expect(throws: AWSError.self) { try endpoint(explicit: url) }
    }

    @Test(arguments: ["", "eu west", "x.evil.example/", "EU", "a@b"])
    func `a region cannot become a host`(_ region: String) {
        #expect(throws: AWSError.self) { try endpoint(region: region) }
    }
}
