import Alerting
import Telemetry

/// Everything that one evaluation decided. It is stored whole or not at all, so a message exists exactly where its state does.
package struct EvaluationRecord: Sendable {
    /// States to remember; each replaces the one of its key.
    package var states: [AlertState]
    /// Alerts whose rule or resource is gone.
    package var forgotten: [AlertKey]
    package var transitions: [AlertTransition]
    package var incidents: [Incident]
    package var messages: [OutboxMessage]
    /// Ids of waiting messages that newer ones make pointless.
    package var superseded: [String]
    /// Remembered words that belong to the messages: which summary was made last.
    package var notes: [String: String] = [:]
    /// The last step that was evaluated.
    package var evaluatedTo: Timestamp
    /// What was remembered as evaluated is still to come: the cursor goes back.
    package var clockWasAhead = false
    /// Where rules began to look, of the first evaluation; of later ones it does not matter.
    package var evaluatedFrom: Timestamp?
    package var at: Timestamp

    package init(states: [AlertState] = [], forgotten: [AlertKey] = [], transitions: [AlertTransition] = [], incidents: [Incident] = [],
                 messages: [OutboxMessage] = [], superseded: [String] = [], evaluatedTo: Timestamp, at: Timestamp) {
        self.states = states
        self.forgotten = forgotten
        self.transitions = transitions
        self.incidents = incidents
        self.messages = messages
        self.superseded = superseded
        self.evaluatedTo = evaluatedTo
        self.at = at
    }
}
