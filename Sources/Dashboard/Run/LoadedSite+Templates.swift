import Site
import Storage

extension LoadedSite {
    /// Makes the pages of an empty tenant with each theme that there is, so that a name that no page has is found before anything runs.
    /// Pages that need an incident or a trace are made by the first run that has one.
    func checkTemplates(world: World, diagnostics: Diagnostics) {
        let context = RunContext(self, world: world, options: RunOptions())
        var checked: Set<String> = []
        for tenant in configuration.tenants {
            let theme = themes[tenant.id] ?? theme
            guard looks.contains(tenant.id) || checked.insert(theme.language?.tag ?? "").inserted else { continue }
            do {
                let store = try TenantStore.inMemory()
                var site = TenantSite(tenant, context: context, resources: [], grain: store.grain)
                site.documents = Array(site.documents.prefix(1))
                try SiteBuilder(theme: theme, now: context.now).build(site, store: store) { _ in }
            } catch let error as TemplateError {
                diagnostics.report(Diagnostic(error))
            } catch {
                // An empty store in memory says nothing about the site.
            }
        }
    }
}
