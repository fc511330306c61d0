import Alerting
import Telemetry

/// Incidents as an Atom feed (RFC 4287): newest first, the same identifiers for ever.
struct IncidentFeed {
    let picture: TenantPicture

    var page: SitePage {
        let base = "\(picture.site.baseURL ?? "")\(picture.site.id)/"
        var out = Markup(picture.language)
        out.raw("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n")
        out.raw("<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>"); out.text("\(picture.site.title): incidents"); out.raw("</title><id>"); out.text("urn:tidewatch:\(picture.site.id)" as String)
        let newest = picture.incidents.map { $0.endedAt ?? $0.startedAt }.max() ?? picture.dataTo ?? picture.now
        out.raw("</id><updated>"); out.text(newest.rfc3339); out.raw("</updated><author><name>Tidewatch</name></author>")
        if picture.site.baseURL != nil { out.raw("<link href=\""); out.text(base + "alerts/index.html"); out.raw("\"/>") }
        out.raw("\n")
        for incident in picture.incidents.prefix(50) {
            out.raw("<entry><title>"); out.text("\(incident.severity.mark.word): \(Phrase.known(incident.title))"); out.raw("</title><id>"); out.text("urn:tidewatch:\(picture.site.id):\(incident.id)" as String)
            out.raw("</id><updated>"); out.text((incident.endedAt ?? incident.startedAt).rfc3339); out.raw("</updated><published>"); out.text(incident.startedAt.rfc3339); out.raw("</published>")
            if picture.site.baseURL != nil { out.raw("<link href=\""); out.text(base + IncidentPage.path(incident.id)); out.raw("\"/>") }
            out.raw("<summary>"); out.text(incident.endedAt.map { "Resolved after \(Words.span($0 - incident.startedAt))." } ?? "Open."); out.raw("</summary></entry>\n")
        }
        out.raw("</feed>\n")
        return SitePage("feed.xml", out.bytes)
    }
}
