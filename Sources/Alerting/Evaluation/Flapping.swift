/// Whether a condition comes and goes so often that telling each change would tell nothing.
/// Of the newest 21 steps, 30 % changes begin it and 15 % end it, so that it does not come and go itself.
enum Flapping {
    private static let window = 20
    private static let begin = 6, end = 3

    /// `history`: the newest step in the lowest bit, one for a step that breached.
    static func isFlapping(_ history: UInt64) -> Bool {
        let changes = history ^ (history >> 1)
        let mask: UInt64 = 1 << UInt64(window) - 1
        // Nearly every alert is at rest, and this is asked in each step of each.
        guard changes.nonzeroBitCount >= begin else { return false }
        var isFlapping = false
        // 63 changes lie between 64 steps; the oldest window ends 20 changes above the highest of them.
        for shift in stride(from: 63 - window, through: 0, by: -1) {
            let count = (changes >> UInt64(shift) & mask).nonzeroBitCount
            if count >= begin { isFlapping = true } else if count <= end { isFlapping = false }
        }
        return isFlapping
    }
}
