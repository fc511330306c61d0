/// What one part of a system was asked and how it answered, one number a step. Sums, so that steps can be added up.
package struct CallSeries: Sendable, Equatable {
    package var calls: [Double]
    package var failures: [Double]
    /// Spent in all calls of the step, the time of what it called in turn included.
    package var seconds: [Double]

    /// What is missing or not a number counts as nothing: nobody called.
    package init(calls: [Double], failures: [Double] = [], seconds: [Double] = []) {
        func whole(_ values: [Double]) -> [Double] { calls.indices.map { values.indices.contains($0) && values[$0].isFinite ? values[$0] : 0 } }
        self.calls = whole(calls)
        self.failures = whole(failures)
        self.seconds = whole(seconds)
    }
}
