/// Words that belong to one tenant alone, looked for in everything that another tenant gets: the proof that none is shown to another.
struct LeakScan {
    struct Leak: Hashable, Sendable {
        var word: String
        /// Whose word it is.
        var owner: String
        /// Who gets to see it.
        var reader: String
        /// `public/globex/index.html`
        var place: String
    }

    private let search: WordSearch
    private let words: [[UInt8]]
    /// By word; several tenants may have the same.
    private let owners: [Set<String>]
    /// Words that everybody may read, because the product or the site says them itself.
    private var common: Set<Int> = []
    /// By tenant: words of others that are its own as well.
    private var own: [String: Set<Int>] = [:]
    /// What was found last at a path, and in which bytes: most trees share most of their documents.
    private var last: [String: (bytes: [UInt8], found: Set<Int>)] = [:]
    private(set) var leaks: [Leak] = []
    private(set) var texts = 0
    private(set) var bytes = 0

    /// - Parameter words: by tenant.
    init(words: [String: Set<[UInt8]>]) {
        var owners: [[UInt8]: Set<String>] = [:]
        for (tenant, words) in words { for word in words where word.count >= WordSearch.shortest { owners[word, default: []].insert(tenant) } }
        let sorted = owners.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        self.words = sorted.map(\.key)
        self.owners = sorted.map(\.value)
        search = WordSearch(self.words)
    }

    /// Words that tell tenants apart.
    var distinctive: Int { words.indices.count { !common.contains($0) } }

    /// What the product or the site says to everybody tells nothing about a tenant.
    mutating func allowEverybody(_ text: [UInt8]) { common.formUnion(search.found(in: text)) }

    /// What a tenant's own sources and file say is its own, whoever else says the same.
    mutating func allow(_ tenant: String, _ text: [UInt8]) { own[tenant, default: []].formUnion(search.found(in: text)) }

    /// Searches what `reader` gets to see, and the name that it has there.
    mutating func examine(_ text: [UInt8], at place: String, path: String? = nil, reader: String) {
        texts += 1
        bytes += text.count
        var found: Set<Int>
        if let path, let last = last[path], last.bytes == text {
            found = last.found
        } else {
            found = search.found(in: text)
            if let path { last[path] = (text, found) }
        }
        found.formUnion(search.found(in: Array(place.utf8)))
        for number in found.sorted() where !owners[number].contains(reader) && !common.contains(number) && own[reader]?.contains(number) != true {
            for owner in owners[number].sorted() { leaks.append(Leak(word: String(decoding: words[number], as: UTF8.self), owner: owner, reader: reader, place: place)) }
        }
    }
}
