/// Decides which waiting request goes next: at most `total` at a time and `perHost` to one host, lanes taking turns,
/// first come first served within a lane. libcurl's own queue lets the time limits run while a request waits.
struct Admission {
    struct Ticket: Equatable {
        var id: UInt64
        var host: String
    }

    let total: Int
    let perHost: Int
    private(set) var running = 0
    private var runningOn: [String: Int] = [:]
    private var waiting: [String: [Ticket]] = [:]
    private var waitingOn: [String: Int] = [:]
    /// Lanes with somebody waiting, in the order of their first request; `turn` is whose turn it is.
    private var ring: [String] = []
    private var turn = 0
    /// Hosts with somebody waiting and a free place: while there is none, nothing needs to be searched.
    private var openHosts = 0

    init(total: Int, perHost: Int) {
        self.total = max(1, total)
        self.perHost = max(1, perHost)
    }

    mutating func enqueue(_ ticket: Ticket, lane: String) {
        if waiting[lane] == nil { ring.append(lane) }
        waiting[lane, default: []].append(ticket)
        changeWaiting(on: ticket.host, by: 1)
    }

    /// Takes the next request that may start, and counts it as running.
    mutating func next() -> Ticket? {
        guard running < total, openHosts > 0 else { return nil }
        for step in ring.indices {
            let place = (turn + step) % ring.count
            let lane = ring[place]
            guard let index = waiting[lane]?.firstIndex(where: { runningOn[$0.host, default: 0] < perHost }),
                  let ticket = take(index, from: lane, at: place) else { continue }
            changeWaiting(on: ticket.host, by: -1)
            changeRunning(on: ticket.host, by: 1)
            return ticket
        }
        return nil
    }

    /// Gives the place of a finished request free.
    mutating func finish(host: String) { changeRunning(on: host, by: -1) }

    /// Takes a request out that still waits; false where it does not.
    mutating func withdraw(_ id: UInt64, lane: String) -> Bool {
        guard let index = waiting[lane]?.firstIndex(where: { $0.id == id }), let place = ring.firstIndex(of: lane),
              let ticket = remove(index, from: lane, at: place) else { return false }
        changeWaiting(on: ticket.host, by: -1)
        return true
    }
}

private extension Admission {
    func isOpen(_ host: String) -> Bool { waitingOn[host, default: 0] > 0 && runningOn[host, default: 0] < perHost }

    mutating func changeWaiting(on host: String, by change: Int) {
        let before = isOpen(host)
        let count = waitingOn[host, default: 0] + change
        waitingOn[host] = count > 0 ? count : nil
        openHosts += (isOpen(host) ? 1 : 0) - (before ? 1 : 0)
    }

    mutating func changeRunning(on host: String, by change: Int) {
        let before = isOpen(host)
        let count = runningOn[host, default: 0] + change
        runningOn[host] = count > 0 ? count : nil
        running += change
        openHosts += (isOpen(host) ? 1 : 0) - (before ? 1 : 0)
    }

    mutating func take(_ index: Int, from lane: String, at place: Int) -> Ticket? {
        let lanes = ring.count
        let ticket = remove(index, from: lane, at: place)
        // The turn passes to the lane behind; where this lane left the ring, that one has moved up.
        turn = ring.count < lanes ? place : place + 1
        if turn >= ring.count { turn = 0 }
        return ticket
    }

    mutating func remove(_ index: Int, from lane: String, at place: Int) -> Ticket? {
        guard var tickets = waiting.removeValue(forKey: lane), tickets.indices.contains(index) else { return nil }
        let ticket = tickets.remove(at: index)
        if tickets.isEmpty {
            ring.remove(at: place)
            if turn > place { turn -= 1 }
            if turn >= ring.count { turn = 0 }
        } else {
            waiting[lane] = tickets
        }
        return ticket
    }
}
