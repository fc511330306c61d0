import Alerting
import Signals

/// The manual of Tidewatch itself as pages of each site: what is measured, when it worries, what is checked. Written by the code that does it,
/// so it cannot say something else.
enum ManualPages {
    struct Page {
        var slug: String
        /// With its front matter, as a file under `content/` would have it.
        var text: String
    }

    static func all(rules: [CompiledRule]) -> [Page] {
        [page("signals", "Signals", "What is measured, in which unit, from where, and what it means when no number comes.", SignalCatalogue.markdown()),
         page("rules", "Rules", "The language of rules and the rules of this site.", RuleManual.markdown(rules: rules)),
         page("checks", "Checks", "What is compared with the settings that were read, with examples.", Check.manual)]
    }

    private static func page(_ slug: String, _ title: String, _ summary: String, _ body: String) -> Page {
        Page(slug: slug, text: "---\ntitle: \(title)\nsummary: \(summary)\ntags: [manual]\n---\n\n\(body)")
    }
}
