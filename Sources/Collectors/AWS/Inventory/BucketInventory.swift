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
            await metrics(&answer)
        } catch {
            answer.resource.presence = error.code == "NoSuchBucket" ? .missing : error.kind == .denied ? .denied : .unknown
            answer.note(error, desk, operation: "s3:GetBucketNotification", evenMissing: answer.resource.presence == .missing && resource.foundBy.contains(.declared))
        }
        return answer
    }

    /// Request metrics are opt-in, each under the name of a filter: the one for the whole bucket, else the first.
    private func metrics(_ answer: inout InventoryAnswer) async {
        guard await desk.mayCall() else { return }
        do throws(AWSError) {
            let call = AWSCall(.s3, "GetMetricsConfiguration", method: .get, path: "/\(answer.resource.id.name)", query: [.init("metrics", "")])
            let filters = try await desk.client.send(call).xml().all("MetricsConfiguration")
            let whole = filters.first { $0["Filter"] == nil } ?? filters.min { ($0["Id"]?.text ?? "") < ($1["Id"]?.text ?? "") }
            answer.resource.settings[.metricsFilter] = (whole?["Id"]?.text).map { .text($0) }
        } catch {
            answer.note(error, desk, operation: "s3:GetMetricsConfiguration")
        }
    }
}
