/// A spread of values given by the points that people quote. A value is read off at a share between 0 and 1.
package struct Quantiles: Hashable, Sendable {
    package var least: Double, p50: Double, p95: Double, p99: Double, most: Double

    package init(_ least: Double, p50: Double, p95: Double, p99: Double, most: Double) {
        self.least = least
        self.p50 = p50
        self.p95 = p95
        self.p99 = p99
        self.most = most
    }

    package func value(at share: Double) -> Double {
        func between(_ a: Double, _ b: Double, _ from: Double, _ to: Double) -> Double { a + (b - a) * (share - from) / (to - from) }
        if share < 0.5 { return between(least, p50, 0, 0.5) }
        if share < 0.95 { return between(p50, p95, 0.5, 0.95) }
        if share < 0.99 { return between(p95, p99, 0.95, 0.99) }
        return between(p99, most, 0.99, 1)
    }

    package func scaled(by factor: Double) -> Quantiles {
        Quantiles(least * factor, p50: p50 * factor, p95: p95 * factor, p99: p99 * factor, most: most * factor)
    }
}
