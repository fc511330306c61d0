import Site

/// docs/content.md: how a runbook, pattern or deployment page is written, with the names that the code knows.
package enum ContentManual {
    package static var markdown: String {
        var out = """
            # Writing content

            Runbooks, patterns and deployment pages are Markdown files under `content/runbooks/`, `content/patterns/` and `content/deploy/`. The built-in
            pack is embedded; a file of the same name in the site's own `content/` stands in front of it, and a new file is a new page. A name is a path:
            `a-z`, `0-9` and `-`. `tidewatch validate` reports every mistake with file, line and column.

            ## Front matter

            Unknown keys are refused.


            """
        out += ConfigurationManual.table(ContentFrontMatter.schema)
        out += """
            ## Headings

            A runbook has Meaning, Impact, Diagnosis, Mitigation, Escalate and Verify. A deployment page has Prerequisites, Inputs, Preview, Deploy, Verify,
            Roll back, Destroy and What is left behind; an empty slot says "none", and why. Numbered headings (`### 1. Confirm the block`) become steps.
            Links between files are relative (`../runbooks/queue-backlog.md#meaning`) and checked, ids included.

            A pattern's `## Parts` becomes the picture at the top of its page: a row for each way through it, rows apart by an empty line. A name alone is
            a part that a row above has described. Below it each service that uses the pattern is drawn as it is now.

            ```
            - api | endpoint | answers 200 once the event is queued
              -> send | one copy
            - queue | buffer | keeps order per group

            - endpoint
              -> log
            - log | access log | JSON
            ```

            ## Steps that check themselves

            ```
            - [auto queue.visible > 0 and queue.in_flight <= 1] messages wait and nobody takes them: {{queue.visible}}
            - [ ] The same message fails each time
            ```

            The first is compared with the newest values and shown as holding or not, the second is for a person.

            ## Blocks

            ````
            ```chart
            signal: queue.oldest_age
            ```

            ```table
            signals: queue.visible, queue.oldest_age, queue.deleted
            ```

            ```alerts
            ```

            ```traces
            ```
            ````

            A chart draws the last 6 hours of the resource that the alert is about, else of the first of its kind in the service. A table has a row for each
            resource of the service. While no alert needs a runbook, a sentence stands in place of the picture.

            ## Values

            `{{queue.visible}}` in text, code and commands becomes the value of the resource that the page is about; in a shell block it is quoted for
            the shell. Without such a resource the generic word stands there.

            | name | without a value |
            |---|---|

            """
        for (name, word) in ResourceValues.genericWords.sorted(by: { $0.key < $1.key }) { out += "| `{{\(name)}}` | \(word) |\n" }
        out += """

            ## How a pattern is recognised

            ```yaml
            recognised_by: ["api > function", "queue(fifo) > function"]
            ```

            Each line is a chain of resources that feed each other; all of them must be among the resources of the service. A word in brackets is a setting
            that the resource must have. A service whose file names no `pattern:` is told on its page which one it looks like; of several that fit, the one
            that asks for the most is named.

            """
        return out
    }
}
