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
