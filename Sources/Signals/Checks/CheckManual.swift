extension Check {
    /// The manual's page about checks, made from the checks so that it cannot differ from them.
    package static var manual: String {
        var text = "# Checks of settings\n\nEach run compares the settings that were read with what is known to hurt. A finding stays on the checks page until the setting is mended, "
            + "or until somebody signs for it with `accept:` in the tenant's file: reason, owner and last day are required.\n\n"
            + "Two things are beyond their reach. What a destroyed stack left behind and no service names: finding it would take calls that list a whole account. "
            + "Drift is known only where somebody runs CloudFormation's drift detection.\n"
        for check in all {
            text += "\n## \(check.id)\n\n**\(check.title)** (\(check.grade.rawValue)). \(check.sentence) Explained in `\(check.explanation)`.\n"
            for example in check.examples {
                text += "\n- \(example.title): " + (example.finds.isEmpty ? "nothing" : "finds " + example.finds.map { "`\($0)`" }.joined(separator: ", ")) + "\n\n"
                text += example.lines.map { "  `\($0)`  \n" }.joined()
            }
        }
        return text
    }
}
