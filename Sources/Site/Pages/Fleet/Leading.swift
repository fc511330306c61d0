/// The first of many in an order, without holding the many.
struct Leading<Item> {
    private let limit: Int
    private let isBefore: (Item, Item) -> Bool
    private var held: [Item] = []
    /// Of all that were added.
    private(set) var count = 0

    init(_ limit: Int, by isBefore: @escaping (Item, Item) -> Bool) {
        self.limit = limit
        self.isBefore = isBefore
    }

    mutating func add(_ item: Item) {
        count += 1
        held.append(item)
        if held.count >= 2 * limit { held = first }
    }

    /// In order.
    var first: [Item] { Array(held.sorted(by: isBefore).prefix(limit)) }
}
