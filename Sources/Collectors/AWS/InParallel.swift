/// Does the same to all, a few at a time, and gives the answers in the order of the questions.
func inParallel<Item: Sendable, Answer: Sendable>(_ items: [Item], atOnce: Int, _ work: @escaping @Sendable (Item) async -> Answer) async -> [Answer] {
    await withTaskGroup(of: (Int, Answer).self) { group in
        var answers: [Int: Answer] = [:]
        var waiting = items.enumerated().makeIterator()
        for _ in 0..<max(1, atOnce) {
            guard let (index, item) = waiting.next() else { break }
            group.addTask { (index, await work(item)) }
        }
        while let (index, answer) = await group.next() {
            answers[index] = answer
            if let (index, item) = waiting.next() { group.addTask { (index, await work(item)) } }
        }
        return items.indices.compactMap { answers[$0] }
    }
}
