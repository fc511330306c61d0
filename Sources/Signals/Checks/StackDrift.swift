import Telemetry

extension Setting {
    /// Of a resource that a stack made: `IN_SYNC`, `DRIFTED`… as CloudFormation's last drift detection left it. Nobody starts one for this.
    package static let stackDrift = Setting(rawValue: "stack_drift")
}

extension Check {
    static let stackDrift = Check(
        "stack-drift", "Changed outside its stack",
        "The last drift detection found that a resource differs from its stack: the next deployment undoes the change, or fails on it. Where no detection ran nothing is said.",
        explanation: "content/patterns/object-fan-out.md#code-only-update",
        examples: [
            CheckExample("drifted", [.example(.function, "worker", [.stackDrift: "DRIFTED"])], finds: ["worker"]),
            CheckExample("as the stack says", [.example(.function, "worker", [.stackDrift: "IN_SYNC"])]),
            CheckExample("nobody looked", [.example(.function, "worker")]),
        ]) { inspection in
            inspection.resources.compactMap { resource in
                resource.settings[.stackDrift]?.text == "DRIFTED" ? Sighting(resource, "Bring the change into the template, or deploy to undo it.") : nil
            }
        }
}
