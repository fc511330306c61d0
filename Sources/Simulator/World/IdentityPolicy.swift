import JSON

/// An IAM policy as a role carries it: what no statement allows is refused, and a denial beats every permission.
package struct IdentityPolicy: Sendable {
    package enum Decision: Equatable, Sendable { case allowed, notAllowed, denied }

    private struct Statement: Sendable {
        var isAllowing: Bool
        var actions: [String]
        var resources: [String]

        func covers(_ action: String, _ resource: String) -> Bool {
            actions.contains { fits(action.lowercased(), $0.lowercased()) } && resources.contains { fits(resource, $0) }
        }
    }

    private let statements: [Statement]

    /// Nothing where the document holds more than effects, actions and resources: half a policy would allow what the whole one refuses.
    package init?(_ document: JSONValue) {
        let known: Set<String> = ["Sid", "Effect", "Action", "Resource"]
        var statements: [Statement] = []
        guard let members = document["Statement"]?.array, !members.isEmpty else { return nil }
        for member in members {
            let effect = member["Effect"]?.string
            guard member.members.allSatisfy({ known.contains($0.key) }), effect == "Allow" || effect == "Deny",
                  let actions = Self.texts(member["Action"]), let resources = Self.texts(member["Resource"]) else { return nil }
            statements.append(Statement(isAllowing: effect == "Allow", actions: actions, resources: resources))
        }
        self.statements = statements
    }

    /// - Parameter action: `sqs:GetQueueAttributes`; actions are compared without case, resources with.
    package func decision(_ action: String, on resource: String) -> Decision {
        let covering = statements.filter { $0.covers(action, resource) }
        if covering.contains(where: { !$0.isAllowing }) { return .denied }
        return covering.isEmpty ? .notAllowed : .allowed
    }

    private static func texts(_ value: JSONValue?) -> [String]? {
        if let text = value?.string { return [text] }
        guard case .array(let items)? = value, !items.isEmpty else { return nil }
        let texts = items.compactMap(\.string)
        return texts.count == items.count ? texts : nil
    }
}

/// `*` stands for anything, `?` for one character. Goes back to the last star only, so that the time is bounded.
private func fits(_ text: String, _ pattern: String) -> Bool {
    let text = Array(text.utf8), pattern = Array(pattern.utf8)
    var place = 0, at = 0, star: (pattern: Int, text: Int)?
    while place < text.count {
        if at < pattern.count, pattern[at] == UInt8(ascii: "*") {
            star = (at, place)
            at += 1
        } else if at < pattern.count, pattern[at] == text[place] || pattern[at] == UInt8(ascii: "?") {
            at += 1
            place += 1
        } else if let last = star {
            at = last.pattern + 1
            place = last.text + 1
            star = (last.pattern, place)
        } else {
            return false
        }
    }
    return pattern[at...].allSatisfy { $0 == UInt8(ascii: "*") }
}
