/// `*` and `?` and nothing else: patterns of strangers must not be able to take long.
enum Glob {
    static func matches(_ name: String, _ pattern: String) -> Bool { matches(Array(name.unicodeScalars), Array(pattern.unicodeScalars)) }

    /// Goes back to the last star alone, so no name can make it slow.
    private static func matches(_ name: [Unicode.Scalar], _ pattern: [Unicode.Scalar]) -> Bool {
        var at = 0, here = 0
        var star: (at: Int, here: Int)?
        while at < name.count {
            if here < pattern.count, pattern[here] == "*" {
                star = (at, here)
                here += 1
            } else if here < pattern.count, pattern[here] == "?" || pattern[here] == name[at] {
                at += 1
                here += 1
            } else if let last = star {
                star = (last.at + 1, last.here)
                at = last.at + 1
                here = last.here + 1
            } else {
                return false
            }
        }
        return pattern[here...].allSatisfy { $0 == "*" }
    }
}
