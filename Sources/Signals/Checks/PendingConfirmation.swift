import Telemetry

extension Check {
    static let pendingConfirmation = Check(
        "pending-subscription", "A subscription was never confirmed",
        "A topic has a subscriber who never answered the question whether he wants its messages: nothing is sent there, and that is not counted as a failure.",
        grade: .critical, explanation: "content/runbooks/delivery-failed.md#2-topic-look-at-each-subscription",
        examples: [
            CheckExample("one address has not confirmed", [.example(.topic, "alerts", [.subscriptions: 1, .pendingSubscriptions: 1])], finds: ["alerts"]),
            CheckExample("all have confirmed", [.example(.topic, "alerts", [.subscriptions: 2, .pendingSubscriptions: 0])]),
            CheckExample("nobody could count them", [.example(.topic, "alerts")]),
        ]) { inspection in
            inspection.all(.topic).compactMap { topic in
                guard let pending = topic.number(.pendingSubscriptions), pending > 0 else { return nil }
                return Sighting(topic, "\(whole(pending)) of its subscribers \(pending == 1 ? "waits" : "wait") for a confirmation: nothing is sent there, and nothing says so.")
            }
        }
}
