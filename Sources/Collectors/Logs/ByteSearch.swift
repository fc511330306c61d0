extension String {
    /// Whether the bytes of `other` stand in this text. Compares bytes, not characters: logs are large, and patterns mean what they spell.
    func holds(_ other: String) -> Bool {
        let (text, wanted) = (Array(utf8), Array(other.utf8))
        guard let first = wanted.first else { return true }
        guard text.count >= wanted.count else { return false }
        return text.withUnsafeBufferPointer { text in
            wanted.withUnsafeBufferPointer { wanted in
                for start in 0...(text.count - wanted.count) where text[start] == first {
                    var index = 1
                    while index < wanted.count, text[start + index] == wanted[index] { index += 1 }
                    if index == wanted.count { return true }
                }
                return false
            }
        }
    }
}
