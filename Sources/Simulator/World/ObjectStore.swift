import Synchronization

/// What was put into the buckets of a world: the one thing in it that remembers.
package final class ObjectStore: Sendable {
    package struct Object: Sendable, Equatable {
        package var body: [UInt8]
        package var etag: String
        package var headers: [String: String]

        package init(body: [UInt8], etag: String, headers: [String: String] = [:]) {
            self.body = body
            self.etag = etag
            self.headers = headers
        }
    }

    /// By `bucket/key`.
    private let stored = Mutex<[String: Object]>([:])

    package init() {}

    package var all: [String: Object] { stored.withLock { $0 } }
    package subscript(_ place: String) -> Object? { stored.withLock { $0[place] } }

    /// Writes where the condition holds for what is there; both in one step.
    package func put(_ object: Object, at place: String, if condition: (Object?) throws(ServiceError) -> Void) throws(ServiceError) {
        let result: Result<Void, ServiceError> = stored.withLock { stored in
            do throws(ServiceError) { try condition(stored[place]) } catch { return .failure(error) }
            stored[place] = object
            return .success(())
        }
        try result.get()
    }

    func remove(_ place: String) { stored.withLock { $0[place] = nil } }
}
