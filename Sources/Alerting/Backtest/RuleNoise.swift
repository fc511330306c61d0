/// How often one rule fired, and how often of that nobody was told.
package struct RuleNoise: Hashable, Codable, Sendable {
    package var rule: String
    package var fired: Int
    package var suppressed: Int

    package init(rule: String, fired: Int, suppressed: Int) {
        self.rule = rule
        self.fired = fired
        self.suppressed = suppressed
    }
}
