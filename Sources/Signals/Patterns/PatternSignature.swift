import Telemetry

/// How an architecture pattern shows itself in an inventory: chains of resources that feed each other, all of which must be there.
///
/// A chain is written `api > function > queue(fifo) > function`: kinds, each with a setting in brackets where the resource must have it.
package struct PatternSignature: Hashable, Sendable {
    package struct Link: Hashable, Sendable {
        package var kind: ResourceKind
        /// Switched on, or simply there.
        package var setting: Setting?

        func fits(_ resource: Resource) -> Bool {
            guard resource.id.kind == kind else { return false }
            guard let setting else { return true }
            return resource.settings[setting].map { $0.flag ?? true } ?? false
        }
    }

    /// The id of the pattern's page.
    package var pattern: String
    package private(set) var chains: [[Link]]

    /// Nothing where a chain is not understood or there is none.
    package init?(pattern: String, chains texts: [String]) {
        let chains = texts.compactMap(Self.chain)
        guard !chains.isEmpty, chains.count == texts.count else { return nil }
        self.pattern = pattern
        self.chains = chains
    }

    /// Reads one chain; nothing where a word is no kind of resource.
    package static func chain(_ text: String) -> [Link]? {
        let links = text.split(separator: ">", omittingEmptySubsequences: false).map { word -> Link? in
            let parts = word.filter { $0 != " " }.split(separator: "(", omittingEmptySubsequences: false)
            guard let kind = parts.first.flatMap({ ResourceKind(rawValue: String($0)) }), parts.count <= 2 else { return nil }
            guard parts.count == 2 else { return Link(kind: kind) }
            guard parts[1].hasSuffix(")"), parts[1].count > 1 else { return nil }
            return Link(kind: kind, setting: Setting(rawValue: String(parts[1].dropLast())))
        }
        let known = links.compactMap { $0 }
        return known.count == links.count && !known.isEmpty ? known : nil
    }
}

/// A pattern that an inventory looks like, with the resources that say so.
package struct PatternMatch: Hashable, Sendable {
    package var pattern: String
    /// One walk a chain, in the order of the signature.
    package var evidence: [[ResourceID]]
    /// How much had to be there: links of all chains, and the settings asked for.
    package var weight: Int
}

extension PatternSignature {
    /// The patterns that these resources look like: of all that fit, those that asked for the most. Several where the evidence does not decide.
    package static func matches(_ signatures: [PatternSignature], in resources: [Resource]) -> [PatternMatch] {
        let present = resources.filter { $0.presence != .missing }.sorted { $0.id < $1.id }
        let byID = Dictionary(present.map { ($0.id, $0) }) { first, _ in first }
        let found = signatures.compactMap { signature -> PatternMatch? in
            let walks = signature.chains.compactMap { chain in present.lazy.compactMap { walk(chain[...], from: $0, byID) }.first }
            guard walks.count == signature.chains.count else { return nil }
            return PatternMatch(pattern: signature.pattern, evidence: walks,
                                weight: signature.chains.reduce(0) { $0 + $1.count + $1.count { $0.setting != nil } })
        }
        let greatest = found.map(\.weight).max()
        return found.filter { $0.weight == greatest }.sorted { $0.pattern < $1.pattern }
    }

    // As deep as the chain is long, so a circle of feeds ends too.
    private static func walk(_ chain: ArraySlice<Link>, from resource: Resource, _ byID: [ResourceID: Resource]) -> [ResourceID]? {
        guard let link = chain.first, link.fits(resource) else { return nil }
        let rest = chain.dropFirst()
        if rest.isEmpty { return [resource.id] }
        for next in resource.feeds.sorted() {
            if let end = byID[next].flatMap({ walk(rest, from: $0, byID) }) { return [resource.id] + end }
        }
        return nil
    }
}
