import AWS
import Publishers

/// A bucket of S3 or of a store that speaks like it.
struct S3TargetSettings: TargetSettings {
    static let kind = "s3"
    static let summary = "A bucket of S3 or of a compatible store; only what changed is sent."
    static let fields: [RecordSchema.Field] = [
        .init("bucket", .text, required: true, "Its name."),
        .init("region", .text, required: true, "Such as eu-central-1; 'auto' for stores without regions."),
        .init("prefix", .text, "Stands before every key, such as ops/. Default none."),
        .init("endpoint_url", .optional(.url), "Instead of AWS's own address: MinIO, R2, Ceph."),
        .init("profile", .optional(.text), "A profile of the shared AWS files; else the standard chain."),
        .init("role_arn", .optional(.secret), "The role to assume."),
        .init("external_id", .optional(.secret), "What the role's trust policy asks for."),
        .init("conditional_writes", .flag, "false for a store that does not know If-Match: nothing then keeps two publishers apart. Default true."),
        .init("limit", .duration, "How long one publish may take. Default 10m."),
    ]

    private let settings: S3Target.Settings
    private let source: AWSSource

    init?(_ record: ConfigurationReader.Record) {
        let limit = record.duration("limit") ?? 600
        if !(10...86_400).contains(limit) { record.fail("limit", "must lie between 10s and 1d") }
        var prefix = record.text("prefix") ?? ""
        while prefix.hasSuffix("/") { prefix.removeLast() }
        if !prefix.isEmpty, !BeneathDirectory.isSafe(prefix) { record.fail("prefix", "expected a path without '..', empty parts or a slash at its beginning, such as ops/") }
        guard let bucket = record.text("bucket"), let region = record.text("region") else { return nil }
        // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
        if !(3...63).contains(bucket.utf8.count) || !bucket.utf8.allSatisfy({ $0 &- 48 < 10 || $0 &- 97 < 26 || $0 == 45 || $0 == 46 }) {
            record.fail("bucket", "a bucket's name has 3 to 63 of a-z, 0-9, '.' and '-'")
        }
        if !isIdentifier(region) { record.fail("region", "expected a region such as eu-central-1") }
        settings = S3Target.Settings(bucket: bucket, prefix: prefix.isEmpty ? "" : prefix + "/", limit: limit, isConditional: record.flag("conditional_writes") ?? true)
        var source = AWSSource(tenant: "publish", region: region, profile: record.text("profile"), roleARN: record.secret("role_arn"),
                               externalID: record.secret("external_id"), endpointURL: record.url("endpoint_url"))
        source.purpose = "publishing"
        self.source = source
    }

    var destination: String { "s3 \(source.endpointURL ?? "") \(settings.bucket)/\(settings.prefix)" }

    func target(in surroundings: TargetSurroundings) -> any PublishTarget {
        S3Target(settings, source: source, environment: surroundings.world.awsEnvironment(surroundings.pacer), publisher: surroundings.publisher)
    }
}
