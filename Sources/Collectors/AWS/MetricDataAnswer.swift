import JSON

/// An answer of GetMetricData, as far as it could be read. One bad element costs itself alone.
package struct MetricDataAnswer: Equatable, Sendable {
    package var results: [MetricDataResult] = []
    package var nextToken: String?
    /// What the service says about the whole answer, `code: text`.
    package var messages: [String] = []
    /// Points that were there and are no numbers or times.
    package var rejected = 0
    /// The text broke off or is no JSON from here on; what came before is in `results`.
    package var damage: JSONError?

    package init() {}
}

package struct MetricDataResult: Equatable, Sendable {
    package enum Status: Equatable, Sendable { case complete, partialData, internalError, forbidden, other(String) }

    package var id = ""
    package var label = ""
    package var status = Status.complete
    /// In the order of the answer: unsorted, perhaps repeated.
    package var points: [Point] = []

    package struct Point: Equatable, Sendable {
        /// Seconds since 1970.
        package var time: Int64
        package var value: Double

        package init(time: Int64, value: Double) {
            self.time = time
            self.value = value
        }
    }

    package init() {}
}
