extension Int64 {
    /// The whole number below, towards zero. What is beyond the range is cut off at it and NaN is zero: measured numbers never trap.
    package init(saturating value: Double) {
        if let exact = Int64(exactly: value.rounded(.towardZero)) {
            self = exact
        } else {
            self = value > 0 ? .max : value < 0 ? .min : 0
        }
    }
}

extension Int {
    /// The sum, or the nearest number there is.
    package func adding(_ other: Int) -> Int {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }
}
