#!/usr/bin/env python3
"""Checks the content pack: front matter, headings, links, live values, coverage of the default rules.

Usage: scripts/check-content.py [CONTENT_DIR]

Prints one line for each mistake, `file:line:column: what, and what to do`, then a count.
Exits 0 when the pack is sound, 1 when it is not, 2 when the folder cannot be read.
Needs only Python 3's own library.
"""

import datetime
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent.parent

# A builder that stands still evaluates nothing: the page itself and the heartbeat keep that rule.
OUTSIDE_RULES = ["builder-stale"]
RULES = sorted({*re.findall(r"^\s*- id: ([a-z0-9-]+)", (HERE / "content/rules/default.yaml").read_text("utf-8"), re.M), *OUTSIDE_RULES})

# The table in docs/content.md is written by the code that fills the values in; ManualTests holds it to that.
LIVE_NAMES = set(re.findall(r"^\| `\{\{([a-z_.0-9]+)\}\}` \|", (HERE / "docs/content.md").read_text("utf-8"), re.M))

PATTERNS = ["event-backed-service", "webhook-buffer", "xray-tracer", "object-fan-out", "api-and-worker"]
PART_KINDS = set("""api http_api function queue topic bus table bucket state_machine probe
schedule key backend client""".split())
SIGNAL_KINDS = "queue function api http_api topic bus table log trace probe balance".split()

COMMON_KEYS = {"title", "summary", "alerts", "services", "pattern", "owner", "severity", "reviewed",
               "review_every", "tags"}
KEYS = {
    "runbooks": (COMMON_KEYS | {"usual_minutes", "needs"},
                 ["title", "summary", "alerts", "owner", "severity", "reviewed", "review_every", "tags",
                  "usual_minutes", "needs"]),
    "patterns": (COMMON_KEYS | {"recognised_by"}, ["title", "summary", "owner", "reviewed", "review_every", "tags", "recognised_by"]),
    "deploy": (COMMON_KEYS | {"path"},
               ["title", "summary", "pattern", "path", "owner", "reviewed", "review_every", "tags"]),
}
LIST_KEYS = {"alerts", "services", "tags", "recognised_by"}
HEADINGS = {
    "runbooks": ["Meaning", "Impact", "Diagnosis", "Mitigation", "Escalate", "Verify"],
    "patterns": ["Parts", "Fits when", "Failure modes", "Limits", "Settings", "Design decisions",
                 "Deployment paths"],
    "deploy": ["Prerequisites", "Inputs", "Preview", "Deploy", "Verify", "Roll back", "Destroy",
               "What is left behind", "Gotchas"],
}
OPTIONAL_LAST = {"runbooks": "Afterwards"}
PATHS = set("cdk cdk-typescript cdk-python sam terraform serverless cloudformation task sample ci".split())
NUMBERED = {"Diagnosis": True, "Mitigation": True}
FENCES = {"sh", "text", "json", "chart", "alerts", "traces", "table"}

LIVE = re.compile(r"\{\{(.*?)\}\}")
LINK = re.compile(r"(!?)\[((?:[^\[\]`]|`[^`]*`)*)\]\(([^)\s]*)\)")
AUTO = re.compile(r"- \[auto(?P<condition>[^\]]*)\] (?P<text>.+)")
CONDITION = re.compile(r"(?P<name>[a-z_.0-9]+) (?:=|!=|<|<=|>|>=) -?\d+(?:\.\d+)?(?:ms|s|m|h|d|%|B|KiB|MiB|GiB)?")
RAW_HTML = re.compile(r"<(?:/?[A-Za-z][A-Za-z0-9-]*(?:\s[^<>]*)?/?|!--)>?")


class Page:
    """One content file, split into front matter, headings and lines outside and inside fences."""

    def __init__(self, root, path):
        self.path, self.kind, self.slug = path, path.parent.name, path.stem
        self.name = str(path.relative_to(root.parent))
        self.lines = path.read_text(encoding="utf-8").split("\n")
        self.problems, self.front, self.front_lines, self.headings = [], {}, {}, []
        self.prose, self.fences = [], []
        self.read_front_matter()
        self.read_body()

    def problem(self, line, column, text):
        self.problems.append((self.name, line, column, text))

    def read_front_matter(self):
        self.body = 0
        if not self.lines or self.lines[0] != "---":
            self.problem(1, 1, "no front matter; start the file with a line `---`")
            return
        for number, line in enumerate(self.lines[1:], start=2):
            if line == "---":
                self.body = number
                return
            match = re.fullmatch(r"([a-z_]+): (.+)", line)
            if not match:
                self.problem(number, 1, "front matter line is not `key: value`")
                continue
            key, value = match.groups()
            if key in self.front:
                self.problem(number, 1, f"key '{key}' is given twice")
            self.front[key], self.front_lines[key] = self.value(key, value, number), number
        self.problem(1, 1, "front matter never ends; close it with a line `---`")

    def value(self, key, text, number):
        if key in LIST_KEYS:
            if not (text.startswith("[") and text.endswith("]")):
                self.problem(number, len(key) + 3, f"'{key}' is a list: write `[a, b]`")
                return []
            return [item.strip() for item in text[1:-1].split(",") if item.strip()]
        if len(text) > 1 and text[0] == text[-1] == '"':
            return text[1:-1]
        if ": " in text or " #" in text or text[0] in "{[&*!|>%@`'\"":
            self.problem(number, len(key) + 3, f"the value of '{key}' needs double quotes in YAML")
        return text

    def read_body(self):
        fence, ids = None, {}
        for number, line in enumerate(self.lines[self.body:], start=self.body + 1):
            if line.startswith("```"):
                if fence is None:
                    fence = [line[3:].strip(), number, []]
                else:
                    self.fences.append(fence)
                    fence = None
                continue
            if fence is not None:
                fence[2].append((number, line))
                continue
            self.prose.append((number, line))
            match = re.match(r"(#{1,6}) (.+)", line)
            if match:
                text = match.group(2).strip()
                base = re.sub(r"[^\w\- ]", "", re.sub(r"[`*]", "", text).lower()).replace(" ", "-")
                seen = ids.get(base, 0)
                ids[base] = seen + 1
                self.headings.append((number, len(match.group(1)), text, f"{base}-{seen}" if seen else base))
        if fence is not None:
            self.problem(fence[1], 1, "this code fence is never closed")

    @property
    def ids(self):
        return {identifier for _, _, _, identifier in self.headings}


def check_front(page):
    allowed, required = KEYS[page.kind]
    for key, line in page.front_lines.items():
        if key not in allowed:
            page.problem(line, 1, f"unknown key '{key}'; allowed are {', '.join(sorted(allowed))}")
    for key in required:
        if page.front.get(key) in (None, "", []):
            page.problem(1, 1, f"key '{key}' is missing")
    line = page.front_lines.get
    for rule in page.front.get("alerts", []):
        if rule not in RULES:
            page.problem(line("alerts"), 1, f"no rule '{rule}' in the default pack")
    if page.front.get("severity", "warning") not in ("warning", "critical"):
        page.problem(line("severity"), 1, "severity is `warning` or `critical`")
    if page.front.get("pattern", PATTERNS[0]) not in PATTERNS:
        page.problem(line("pattern"), 1, f"no pattern '{page.front['pattern']}'; there are {', '.join(PATTERNS)}")
    try:
        datetime.date.fromisoformat(page.front.get("reviewed", "2026-01-01"))
    except ValueError:
        page.problem(line("reviewed"), 1, "reviewed is a date like 2026-11-21")
    if not re.fullmatch(r"[1-9]\d*d", page.front.get("review_every", "1d")):
        page.problem(line("review_every"), 1, "review_every is days like 180d")
    if not re.fullmatch(r"[1-9]\d*", page.front.get("usual_minutes", "1")):
        page.problem(line("usual_minutes"), 1, "usual_minutes is a whole number")
    if page.kind == "deploy":
        path, pattern = page.front.get("path", ""), page.front.get("pattern", "")
        if path not in PATHS:
            page.problem(line("path") or 1, 1, f"no deployment path '{path}'; there are {', '.join(sorted(PATHS))}")
        if page.slug != f"{pattern}-{path}":
            page.problem(1, 1, f"file name and '{pattern}-{path}' differ")
    if page.kind == "patterns" and page.slug not in PATTERNS:
        page.problem(1, 1, "file name is not a pattern id")


def check_headings(page, pages):
    wanted = HEADINGS[page.kind]
    found = [(number, text) for number, level, text, _ in page.headings if level == 2]
    names = [text for _, text in found]
    last = OPTIONAL_LAST.get(page.kind)
    if last in names and names[-1] == last:
        names, found = names[:-1], found[:-1]
    if names != wanted:
        at = next((i for i, name in enumerate(wanted) if i >= len(names) or names[i] != name), len(wanted))
        number = found[at][0] if at < len(found) else len(page.lines)
        expected = f"'## {wanted[at]}'" if at < len(wanted) else "no further heading"
        page.problem(number, 1, f"expected {expected}; the order is {', '.join(wanted)}")
    if page.headings:
        opening = [text for number, text in page.prose if number < page.headings[0][0] and text.strip()]
        if not opening:
            page.problem(page.body + 1, 1, "no opening paragraph before the first heading")
    for number, level, _, _ in page.headings:
        if level == 1:
            page.problem(number, 1, "no level 1 heading: the title is in the front matter")
    if page.kind == "runbooks":
        check_steps(page)
    if page.kind == "patterns":
        check_pattern(page, pages)
    if page.kind == "deploy":
        check_table(page, "Gotchas", ["What happens", "Do"])


def check_steps(page):
    section, expected = None, 1
    counts = {"Diagnosis": 0, "Mitigation": 0}
    for number, level, text, _ in page.headings:
        if level == 2:
            section, expected = text, 1
        elif level == 3 and section in NUMBERED:
            if not text.startswith(f"{expected}. "):
                page.problem(number, 1, f"step should start with '{expected}. '")
            expected, counts[section] = expected + 1, counts[section] + 1
    for name, count in counts.items():
        if count == 0:
            page.problem(1, 1, f"'## {name}' has no numbered step (`### 1. ...`)")
    for number, text in section_lines(page, "Verify"):
        if re.match(r"- \[", text):
            return
    page.problem(1, 1, "'## Verify' has no check (`- [ ] ...` or `- [auto ...] ...`)")


def section_lines(page, heading):
    inside = False
    for number, line in page.prose:
        if line.startswith("## "):
            inside = line[3:].strip() == heading
        elif inside:
            yield number, line


def check_table(page, section, columns):
    rows = [(n, l) for n, l in section_lines(page, section) if l.startswith("|")]
    if not rows:
        page.problem(1, 1, f"'## {section}' has no table")
        return []
    cells = [[c.strip() for c in re.split(r"(?<!\\)\|", l.strip()[1:-1])] for _, l in rows]
    if cells[0] != columns:
        page.problem(rows[0][0], 1, f"columns should be {' | '.join(columns)}")
    for (number, _), row in zip(rows, cells):
        if len(row) != len(columns) or any(not c for c in row):
            page.problem(number, 1, f"row should have {len(columns)} filled cells")
    return list(zip([n for n, _ in rows], cells))[2:]


def check_pattern(page, pages):
    names = set()
    for number, line in section_lines(page, "Parts"):
        if not line.strip():
            continue
        match = re.fullmatch(r"- ([a-z_]+) \| ([^|]+) \| ([^|]+)", line)
        if match:
            names.add(match.group(2))
            if match.group(1) not in PART_KINDS:
                page.problem(number, 3, f"no part kind '{match.group(1)}'; there are {', '.join(sorted(PART_KINDS))}")
        elif again := re.fullmatch(r"- ([^|]+)", line):
            if again.group(1) not in names:
                page.problem(number, 3, f"no row above describes a part '{again.group(1)}'; write `- kind | name | one line`")
        elif not re.fullmatch(r"  -> [^|]{1,12}( \| [^|]+)?", line):
            page.problem(number, 1, "expected `- kind | name | one line` or `  -> verb | terms` with a verb of at most 12 letters")
        elif long := [word for word in line.split() if len(word) > 11]:
            page.problem(number, 3, f"'{long[0]}' is too long for an arrow; at most 11 letters")
    if len(names) < 2:
        page.problem(1, 1, "'## Parts' lists fewer than two parts")
    subs = [text for _, level, text, _ in page.headings if level == 3]
    for name in ("Good for", "Not for"):
        if name not in subs:
            page.problem(1, 1, f"'### {name}' is missing under '## Fits when'")
    for number, row in check_table(page, "Failure modes", ["When", "You see", "Rule", "Runbook"]):
        for rule in re.findall(r"`([^`]+)`", row[2]):
            if rule not in RULES:
                page.problem(number, 1, f"no rule '{rule}' in the default pack")
            targets = [pages.get((page.path.parent / m.group(3).partition("#")[0]).resolve())
                       for m in LINK.finditer(row[3])]
            if not any(target and rule in target.front.get("alerts", []) for target in targets):
                page.problem(number, 1, f"the runbook of this row is not the one that names '{rule}'")
    check_table(page, "Settings", ["Setting", "Reference value", "Why", "Advice"])


def check_links(page, pages):
    for number, line in page.prose:
        for match in LINK.finditer(line):
            image, _, target = match.groups()
            at = match.start(3) + 1
            if image:
                page.problem(number, at, "images are not allowed in content")
            elif target.startswith("#"):
                if target[1:] not in page.ids:
                    page.problem(number, at, f"no heading '{target}' in this file")
            elif re.match(r"[a-z]+:", target) or target.startswith("/"):
                if not target.startswith("https://"):
                    page.problem(number, at, f"link '{target}' is neither relative nor https")
            else:
                path, _, fragment = target.partition("#")
                wanted = (page.path.parent / path).resolve()
                if not re.fullmatch(r"\.\./(runbooks|patterns|deploy)/[a-z0-9-]+\.md", path):
                    page.problem(number, at, f"write '{path}' as ../runbooks/x.md, ../patterns/x.md or ../deploy/x.md")
                if wanted not in pages:
                    page.problem(number, at, f"no file '{path}'")
                elif fragment and fragment not in pages[wanted].ids:
                    page.problem(number, at, f"no heading '#{fragment}' in '{path}'")


def check_live_values(page):
    everything = page.prose + [line for _, _, lines in page.fences for line in lines]
    for number, line in everything:
        for match in LIVE.finditer(line):
            if match.group(1) not in LIVE_NAMES:
                page.problem(number, match.start() + 1, f"unknown live value '{match.group(1)}'")
        if line.count("{{") != len(LIVE.findall(line)):
            page.problem(number, line.find("{{") + 1, "a `{{` is never closed")
    for number, line in page.prose:
        if line.lstrip().startswith("- [auto"):
            match = AUTO.fullmatch(line.strip())
            condition = CONDITION.fullmatch(match.group("condition").strip()) if match else None
            if not condition:
                page.problem(number, 1, "write `- [auto queue.deleted = 0] text`: name, comparison, number")
            elif condition.group("name") not in LIVE_NAMES:
                page.problem(number, 9, f"unknown live value '{condition.group('name')}'")
        bare = re.sub(r"`[^`]*`", "", line)
        if RAW_HTML.search(bare):
            page.problem(number, RAW_HTML.search(bare).start() + 1, "raw HTML is not allowed in content")


def check_fences(page):
    for language, number, lines in page.fences:
        if language not in FENCES:
            page.problem(number, 4, f"fence '{language}' is not one of {', '.join(sorted(FENCES))}")
        if language == "chart":
            texts = [text for _, text in lines]
            if len(texts) != 1 or not re.fullmatch(rf"signal: ({'|'.join(SIGNAL_KINDS)})\.[a-z0-9_.]+", texts[0]):
                page.problem(number, 1, "a chart is one line: `signal: queue.visible`")
        if language == "sh":
            for at, text in lines:
                if text.endswith("\\"):
                    page.problem(at, len(text), "keep a command on one line")
                if text.startswith("$ "):
                    page.problem(at, 1, "leave the prompt out of commands")
                quoted = re.sub(r"\$\([^()]*\)", "", text)
                if re.search(r"\"[^\"]*\{\{[^\"]*\"|'[^']*\{\{[^']*'", quoted):
                    page.problem(at, 1, "a live value is quoted by the product: take the quotes away")


def check_coverage(pages):
    named = {rule: [] for rule in RULES}
    runbooks = [page for page in pages.values() if page.kind == "runbooks"]
    for page in runbooks:
        for rule in page.front.get("alerts", []):
            named.setdefault(rule, []).append(page.slug)
    for rule, slugs in named.items():
        if len(slugs) != 1:
            who = ", ".join(sorted(slugs)) if slugs else "no runbook"
            yield ("content/runbooks", 1, 1, f"rule '{rule}' is named by {who}; exactly one runbook names a rule")
    for pattern in PATTERNS:
        if not any(p.kind == "patterns" and p.slug == pattern for p in pages.values()):
            yield ("content/patterns", 1, 1, f"pattern '{pattern}' has no page")
        if not any(p.kind == "deploy" and p.front.get("pattern") == pattern for p in pages.values()):
            yield ("content/deploy", 1, 1, f"pattern '{pattern}' has no deployment page")
    linked = {(page.path.parent / m.group(3).partition("#")[0]).resolve()
              for page in pages.values() if page.kind == "patterns"
              for _, line in page.prose for m in LINK.finditer(line)}
    for path, page in sorted(pages.items()):
        if page.kind == "deploy" and path not in linked:
            yield (page.name, 1, 1, "no pattern page links to this deployment page")


def main(arguments):
    root = pathlib.Path(arguments[0]).resolve() if arguments else HERE / "content"
    if not root.is_dir():
        print(f"{root}: no such folder", file=sys.stderr)
        return 2
    files = sorted(path for kind in KEYS for path in (root / kind).glob("*.md"))
    pages = {path.resolve(): Page(root, path) for path in files}
    for page in pages.values():
        check_front(page)
        check_headings(page, pages)
        check_links(page, pages)
        check_live_values(page)
        check_fences(page)
    problems = [problem for page in pages.values() for problem in page.problems]
    problems += list(check_coverage(pages))
    for name, line, column, text in sorted(problems):
        print(f"{name}:{line}:{column}: {text}")
    counts = ", ".join(f"{sum(1 for p in pages.values() if p.kind == kind)} {kind}" for kind in KEYS)
    links = sum(len(LINK.findall(line)) for page in pages.values() for _, line in page.prose)
    print(f"content: {counts}; {len(RULES)} rules, {links} links; {len(problems)} mistakes")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
