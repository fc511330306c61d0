/// What a page adds to its Markdown: where it hangs in the page's outline, its live values, and where its links lead.
package struct MarkdownOptions {
    /// Level of the heading above the text: with 1 the first headings of the body become `h2`.
    package var outerHeadingLevel = 1
    /// Ids that the page around the text uses already.
    package var reservedIDs: Set<String> = ["charts", "filter", "main", "now", "stale", "steps"]
    /// Headings of one level that start with `1. `, `2. ` and so on become the numbered steps of a runbook.
    package var numberedHeadingsAreSteps = false
    /// Fills `{{name}}` and answers `[auto …]`; without it both stay as they are written.
    package var live: (any LiveValues)?
    /// Draws the fenced blocks `chart`, `alerts`, `traces` and `table`; without it they are ordinary code.
    package var block: ((LiveBlock) -> LiveBlockAnswer)?
    /// Where a relative link to a `.md` file leads (the path as written, without its fragment; the fragment), `nil` if nowhere.
    /// Without it such links stay as they are written.
    package var resolve: (@Sendable (_ target: String, _ fragment: String?) -> String?)?

    package init(live: (any LiveValues)? = nil) { self.live = live }
}
