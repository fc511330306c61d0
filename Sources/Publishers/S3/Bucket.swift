import AWS
import Curl
import Digests

/// The few calls that publishing makes: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html and its neighbours.
struct Bucket: Sendable {
    var name: String
    var client: AWSClient
    /// Whether the store knows `If-Match` and `If-None-Match` with PUT.
    var isConditional: Bool

    /// What must be true of the object for a write to happen.
    enum Condition: Equatable { case none, missing, unchanged(etag: String) }

    /// The object was not as the condition says: somebody else wrote it.
    struct Conflict: Error {}

    /// - Returns: nothing where there is no such object.
    func get(_ key: String) async throws(AWSError) -> (bytes: [UInt8], etag: String?)? {
        do throws(AWSError) {
            let answer = try await client.send(AWSCall(.s3, "GetObject", method: .get, path: path(key)))
            return (answer.body, answer.headers["etag"])
        } catch {
            if error.status == 404, error.code != "NoSuchBucket" { return nil }
            throw error
        }
    }

    /// - Returns: the new ETag.
    /// - Throws: `AWSError`, or `Conflict` where the condition does not hold.
    @discardableResult
    func put(_ key: String, _ bytes: [UInt8], type: String, cacheControl: String, condition: Condition = .none) async throws -> String? {
        var headers: HTTPHeaders = ["Content-Type": type, "Cache-Control": cacheControl, "x-amz-checksum-sha256": base64(sha256(bytes))]
        if isConditional {
            switch condition {
            case .none: break
            case .missing: headers["If-None-Match"] = "*"
            case .unchanged(let etag): headers["If-Match"] = etag
            }
        }
        do throws(AWSError) {
            return try await client.send(AWSCall(.s3, "PutObject", method: .put, path: path(key), headers: headers, body: bytes)).headers["etag"]
        } catch {
            // 409: another conditional write of the same key was under way; 404: what was to be unchanged is gone.
            guard error.status == 412 || error.status == 409 || (error.status == 404 && error.code == "NoSuchKey") else { throw error }
            // The first try may have arrived although its answer did not.
            if condition != .none, let now = try await get(key), now.bytes == bytes { return now.etag }
            throw Conflict()
        }
    }

    /// One that is not there is fine.
    func delete(_ key: String) async throws(AWSError) {
        do throws(AWSError) { _ = try await client.send(AWSCall(.s3, "DeleteObject", method: .delete, path: path(key))) } catch {
            guard error.status == 404, error.code != "NoSuchBucket" else { throw error }
        }
    }

    private func path(_ key: String) -> String { "/\(name)/\(key)" }
}
