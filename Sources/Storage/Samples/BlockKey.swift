import Telemetry

/// The primary key of a block: the resource in the upper bits, the count of hours (or of longer slots) since 1970 in the lower 24,
/// so that a resource's blocks lie side by side, oldest first.
struct BlockKey: Hashable {
    private static let slotBits: Int64 = 24
    static let lastSlot: Int64 = 1 << slotBits - 1

    let raw: Int64

    init(resource: Int64, slot: Int64) {
        raw = resource << Self.slotBits | min(max(slot, 0), Self.lastSlot)
    }

    init(raw: Int64) { self.raw = raw }

    var resource: Int64 { raw >> Self.slotBits }
    var slot: Int64 { raw & Self.lastSlot }
}
