import JSON
import Telemetry

/// `search.json`: every page of the tenant that a person would look for, with the words it is found by.
struct SearchIndex {
    let picture: TenantPicture

    var page: SitePage {
        SitePage("search.json", JSONValue.object([.init("schema", 1), .init("tenant", .string(picture.site.id)), .init("pages", .array(services + resources + groups + documents + incidents))]).bytes(pretty: true))
    }

    private var services: [JSONValue] {
        picture.services.map { service in
            entry("service", service.site.title, ServiceRange.sixHours.path(of: service.site.id), words: service.resources.flatMap { [$0.site.title, $0.id.name] })
        }
    }

    private var resources: [JSONValue] {
        picture.services.filter(ResourcePage.isCrowded).flatMap { service in
            service.resources.filter { ResourcePage.has($0, in: service) }.map { entry("resource", $0.site.title, ResourcePage.path($0.id, of: service), words: [$0.id.name, ResourceFacts.kind(of: $0).english, service.site.title]) }
        }
    }

    private var groups: [JSONValue] {
        picture.services.flatMap(\.site.traceGroups).map { entry("traces", $0.title, TraceGroupPage.path($0.id), words: [$0.id]) }
    }

    private var documents: [JSONValue] {
        picture.site.documents.map { entry($0.kind.listed.english, $0.title, $0.path, words: [$0.summary] + $0.alerts + $0.headings.map(\.title)) }
    }

    private var incidents: [JSONValue] {
        picture.incidents.map { entry("incident", $0.title, IncidentPage.path($0.id), words: [$0.id, $0.service]) }
    }

    private func entry(_ kind: String, _ title: String, _ path: String, words: [String]) -> JSONValue {
        let words = words.reduce(into: [String]()) { if !$1.isEmpty, $1 != title, !$0.contains($1) { $0.append($1) } }
        return ["kind": .string(kind), "title": .string(title), "path": .string(path), "words": .array(words.map(JSONValue.string))]
    }
}
