import AWS
import Telemetry

/// S3: where a bucket sends its events. No object is read or listed.
struct BucketInventory: Sendable {
    let desk: AWSDesk

    init(_ desk: AWSDesk) { self.desk = desk }

    func check(_ resource: Resource) async -> InventoryAnswer {
        var answer = InventoryAnswer(resource)
        do throws(AWSError) {
            let call = AWSCall(.s3, "GetBucketNotification", method: .get, path: "/\(resource.id.name)", query: [.init("notification", "")])
            let document = try await desk.client.send(call).xml()
            answer.resource.presence = .alive
            for (element, target) in [("TopicConfiguration", "Topic"), ("QueueConfiguration", "Queue"), ("CloudFunctionConfiguration", "CloudFunction")] {
                answer.edges += document.all(element).compactMap { $0[target]?.text }
            }
        } catch {
            answer.resource.presence = error.code == "NoSuchBucket" ? .missing : error.kind == .denied ? .denied : .unknown
            answer.note(error, desk, operation: "s3:GetBucketNotification", evenMissing: answer.resource.presence == .missing && resource.foundBy.contains(.declared))
        }
        return answer
    }
}
