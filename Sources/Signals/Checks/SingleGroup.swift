import Telemetry

extension Check {
    static let singleGroup = Check(
        "fifo-one-group", "A FIFO queue with one group",
        "Over a whole day never more than one message group was in flight: the queue is strictly serial, and one failing message stops everything.",
        explanation: "content/patterns/webhook-buffer.md#limits",
        examples: [
            CheckExample("one group over a whole day", [.example(.queue, "orders.fifo", [.fifo: true])], finds: ["orders.fifo"]) {
                $0.mostGroups = [.example(.queue, "orders.fifo"): 1]
            },
            CheckExample("several groups", [.example(.queue, "orders.fifo", [.fifo: true])]) { $0.mostGroups = [.example(.queue, "orders.fifo"): 7] },
            CheckExample("nothing was in flight at all", [.example(.queue, "orders.fifo", [.fifo: true])]) { $0.mostGroups = [.example(.queue, "orders.fifo"): 0] },
            CheckExample("less than a day is known", [.example(.queue, "orders.fifo", [.fifo: true])]),
        ]) { inspection in
            inspection.all(.queue).compactMap { queue in
                guard queue.settings[.fifo]?.flag == true, inspection.mostGroups[queue.id] == 1 else { return nil }
                return Sighting(queue, "Never more than 1 group in flight in 24 h: give each order or customer a group id of its own.")
            }
        }
}
