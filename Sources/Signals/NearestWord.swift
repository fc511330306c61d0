/// The known word that a mistyped one probably meant: at most a third of its letters wrong, the first in order where several are equally near.
package func nearestWord(to word: String, among known: some Sequence<String>) -> String? {
    let typed = Array(word.lowercased().unicodeScalars.prefix(64))
    let allowed = max(1, typed.count / 3)
    var best: (word: String, distance: Int)?
    for candidate in known {
        let distance = editDistance(typed, Array(candidate.lowercased().unicodeScalars.prefix(64)))
        if distance <= allowed, distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.word
}

/// Levenshtein's distance with a swap of neighbours counted as one (the "optimal string alignment" form).
private func editDistance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
    guard !a.isEmpty else { return b.count }
    guard !b.isEmpty else { return a.count }
    var before: [Int] = [], previous = Array(0...b.count)
    for i in a.indices {
        var row = [i + 1]
        for j in b.indices {
            var cost = min(previous[j] + (a[i] == b[j] ? 0 : 1), previous[j + 1] + 1, row[j] + 1)
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, before[j - 1] + 1) }
            row.append(cost)
        }
        before = previous
        previous = row
    }
    return previous[b.count]
}
