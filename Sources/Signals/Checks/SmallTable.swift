import Telemetry

extension Check {
    static let smallTable = Check(
        "small-table", "Table at the least capacity",
        "A table is provisioned with one read and one write unit: the least load is throttled.",
        explanation: "content/runbooks/table-throttled.md#1-read-the-mode",
        examples: [
            CheckExample("one and one", [.example(.table, "users", [.capacityMode: "provisioned", .readCapacity: 1, .writeCapacity: 1])], finds: ["users"]),
            CheckExample("five and five", [.example(.table, "hits", [.capacityMode: "provisioned", .readCapacity: 5, .writeCapacity: 5])]),
            CheckExample("on demand", [.example(.table, "items", [.capacityMode: "on_demand"])]),
        ]) { inspection in
            inspection.all(.table).compactMap { table in
                guard let reads = table.number(.readCapacity), let writes = table.number(.writeCapacity), reads <= 1, writes <= 1 else { return nil }
                return Sighting(table, "1 read and 1 write a second: one small item at a time. On demand costs nothing while idle.")
            }
        }
}
