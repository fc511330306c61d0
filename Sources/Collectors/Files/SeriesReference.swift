import Telemetry

/// `queue("orders").oldest_age`: a signal of a named resource, as rules and file lists write it.
package struct SeriesReference: Hashable, Sendable {
    package var kind: ResourceKind
    package var name: String
    package var signal: String

    package init?(_ text: some StringProtocol) {
        let text = Substring(text)
        guard let open = text.firstIndex(of: "("), let kind = ResourceKind(rawValue: String(text[..<open])) else { return nil }
        var rest = text[text.index(after: open)...]
        guard rest.first == "\"" else { return nil }
        rest = rest.dropFirst()
        guard let close = rest.firstRange(of: "\")."), close.lowerBound > rest.startIndex, close.upperBound < rest.endIndex else { return nil }
        self.kind = kind
        name = String(rest[..<close.lowerBound])
        signal = String(rest[close.upperBound...])
    }

    package func series(of source: String) -> SeriesID { SeriesID(ResourceID(source: source, kind: kind, name: name), signal) }
}
