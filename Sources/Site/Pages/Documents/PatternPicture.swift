import Telemetry

/// The parts of a pattern in the order in which they reach each other, and the same path as this tenant has it, with its numbers.
struct PatternPicture {
    let document: DocumentSite
    let services: [ServicePicture]
    let page: PageLocation
    /// The time up to which there is data, in words.
    let end: String
    let language: Language?

    /// Of very many services that use it, only these are drawn; the text beside names all.
    private static let mostServices = 2

    /// As the file says it.
    var parts: Markup {
        var out = Markup(language)
        var kinds: [String: Phrase] = [:]
        for (index, row) in document.parts.enumerated() {
            for part in row { if let kind = part.kind { kinds[part.name] = Self.word(kind) } }
            let columns = row.enumerated().map { place, part in
                PipelineStrip.Column([PipelineStrip.Hop(kind: kinds[part.name] ?? "", name: part.name, state: nil, note: part.does)], flow: place == 0 ? nil : PipelineStrip.Flow(.verbatim(part.flow), .verbatim(part.terms)))
            }
            let label: Phrase = document.parts.count > 1 ? "Parts of the pattern, in order, way \(index + 1) of \(document.parts.count)" : "Parts of the pattern, in order"
            for strip in PipelineStrip.rows(label: label, columns: columns) { strip.write(into: &out) }
        }
        return out
    }

    /// As it runs.
    var here: Markup {
        var out = Markup(language)
        guard document.kind == .pattern else { return out }
        for (index, service) in services.prefix(Self.mostServices).enumerated() {
            let strips = MessagePath.strips(service, here: page)
            guard !strips.isEmpty else { continue }
            let id = "here-\(index)"
            out.raw("<section class=\"sec\" aria-labelledby=\""); out.text(id); out.raw("\"><header><h2 id=\""); out.text(id); out.raw("\">"); out.text("Here now: ")
            out.link(service.site.title, page.href(ServiceRange.sixHours.path(of: service.site.id)))
            out.raw("</h2><p>"); out.text("Numbers of the 5 minutes to \(end)."); out.raw("</p></header>\n")
            for strip in strips { strip.write(into: &out) }
            out.raw("</section>\n")
        }
        return out
    }

    /// A resource kind as the site writes it elsewhere, else the file's own word.
    private static func word(_ kind: String) -> Phrase {
        if let known = ResourceKind(rawValue: kind) { return ResourceFacts.kind(known) }
        return kind == "key" ? "KMS key" : .known(kind.prefix(1).uppercased() + kind.dropFirst().replacing("_", with: " "))
    }
}
