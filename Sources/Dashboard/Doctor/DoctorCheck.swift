/// One thing that `doctor` looks at. To add one: its file in this folder and its line in `Doctor.checks`.
protocol DoctorCheck: Sendable {
    /// The word before its findings: `clock`.
    static var name: String { get }
    func findings(_ bench: DoctorBench) async -> [DoctorFinding]
}

/// What one look showed.
package struct DoctorFinding: Hashable, Sendable {
    package enum Grade: String, CaseIterable, Hashable, Sendable {
        case ok
        /// Worth knowing; nothing is wrong.
        case note
        /// Will become a failure, or could not be looked at.
        case warning
        /// Does not work now.
        case failure
    }

    package var grade: Grade
    /// The tenant, the database or the receiver that it is about; nothing where it is the machine.
    package var subject: String?
    /// One sentence, and what to do where something is wrong.
    package var text: String

    init(_ grade: Grade, _ subject: String? = nil, _ text: String) {
        self.grade = grade
        self.subject = subject
        self.text = text
    }
}
