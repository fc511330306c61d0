/// Places of tenants in the list of lines, in the order in which pages and `status.json` name them.
struct FleetOrder {
    let attention: [Int]
    let fine: [Int]
    let disabled: [Int]

    init(_ tenants: [FleetDigests.Line]) {
        var attention: [Int] = [], fine: [Int] = [], disabled: [Int] = []
        for index in tenants.indices {
            switch tenants[index].state {
            case .ok, .asleep, .declaredDenial, .resolved: fine.append(index)
            case .disabled: disabled.append(index)
            case .critical, .warning, .stale, .noData, .denied, .pending, .silenced, .maintenance: attention.append(index)
            }
        }
        self.attention = attention.sorted { a, b in
            let a = tenants[a], b = tenants[b]
            if a.state != b.state { return a.state < b.state }
            // Nearest loss, then longest trouble, then name.
            let left = (a.deadline?.seconds ?? .max, a.since?.seconds ?? .max), right = (b.deadline?.seconds ?? .max, b.since?.seconds ?? .max)
            return left == right ? a.id < b.id : left < right
        }
        self.fine = fine.sorted { tenants[$0].id < tenants[$1].id }
        self.disabled = disabled.sorted { tenants[$0].id < tenants[$1].id }
    }
}
