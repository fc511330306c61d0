"""How a page behaves in each guise: widths, light, dark, forced colours, paper, and without scripts."""
import datetime
import pathlib
import shutil
import tempfile

from axe_playwright_python.sync_playwright import Axe

from ui.site import built, one_a_kind

COLOUR = {"runOnly": ["color-contrast"]}
SHAPE = {"rules": {"color-contrast": {"enabled": False}}}
WIDTHS = (320, 360, 768, 1440)
# A4 at 96 dots an inch, less the margins that the style sheet asks for.
PAPER = 688
REPORTS = """
window.policyReports = [];
addEventListener('securitypolicyviolation', e => policyReports.push(`${e.violatedDirective} blocked ${e.blockedURI || 'inline'}`));
"""
SIDEWAYS = """() => {
  const width = document.documentElement.clientWidth, excess = document.documentElement.scrollWidth - width;
  if (excess <= 0) return null;
  const widest = [...document.querySelectorAll('main *, header *, footer *')].filter(e => e.getBoundingClientRect().right > width + 0.5).pop();
  return `${excess} px too wide` + (widest ? `, by <${widest.tagName.toLowerCase()} class="${widest.getAttribute('class') || ''}"> "${widest.textContent.trim().slice(0, 40)}"` : '');
}"""
# What stands on the page whether or not scripts run: all but what only the script shows or rewords.
TEXT = """() => {
  const copy = document.querySelector('main').cloneNode(true);
  copy.querySelectorAll('#stale, #filter, time[data-rel]').forEach(e => e.remove());
  return copy.textContent.replace(/\\s+/g, ' ').trim();
}"""
PAPER_FAULTS = """() => {
  const seen = e => e && getComputedStyle(e).display !== 'none', faults = [];
  for (const wrong of ['.tabs', '.acts', '.rng', '.filter', '.skip']) if (seen(document.querySelector(wrong))) faults.push(`${wrong} is printed`);
  if (!seen(document.querySelector('h1'))) faults.push('the h1 is not printed');
  const [r, g, b] = getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number);
  if (Math.min(r, g, b) < 240) faults.push('the paper is dark');
  return faults;
}"""
# A status that is told by colour alone is gone here: each needs its icon and its word.
WORDLESS = """() => [...document.querySelectorAll('.st')].filter(e => !e.textContent.trim() || !e.querySelector('svg')).length"""


BANNER = """() => { const e = document.getElementById('stale'); return !!e && e.offsetHeight > 0 && /out of date/.test(e.textContent); }"""


class Looker:
    """One browser that goes through pages of a site in one guise after the other, as if a minute had passed since it was built."""

    def __init__(self, browser, base, root, report):
        self.browser, self.base, self.root, self.report, self.axe = browser, base, root, report, Axe()
        when = built(root)
        self.minute_after = when + datetime.timedelta(minutes=1)
        self.day_after = when + datetime.timedelta(days=1)

    def page(self, context, time=None):
        page = context.new_page()
        page.clock.set_fixed_time(time or self.minute_after)
        return page

    def light(self, pages):
        self.look(pages, "light")

    def dark(self, pages):
        self.look(pages, "dark")

    def look(self, pages, scheme):
        """Every width, no word on the console, no report of the policy, no other host; and the rules of axe: all of them in the light.
        Those about colour, which cost nine tenths of the time, do not change with the width, and nothing else changes in the dark."""
        with self.browser.new_context(color_scheme=scheme) as context:
            context.add_init_script(REPORTS)
            page = self.page(context)
            messages = []
            page.on("console", lambda m: messages.append(f"console: {m.text}") if m.type in ("error", "warning") else None)
            page.on("pageerror", lambda e: messages.append(f"script: {e}"))
            page.on("request", lambda r: messages.append(f"asks another host: {r.url}") if not r.url.startswith((self.base, "data:")) else None)
            coloured = pages if scheme == "light" else one_a_kind(pages)
            for path in pages:
                self.open(page, path)
                if path in coloured:
                    self.rules(page, path, scheme, {} if scheme == "light" else COLOUR)
                self.sideways(page, path, scheme, WIDTHS)
                if scheme == "light":
                    page.set_viewport_size({"width": 360, "height": 900})
                    self.rules(page, path, "360 px light", SHAPE)
                for text in page.evaluate("policyReports"):
                    self.report(path, scheme, f"content security policy: {text}")
                headings = page.evaluate("document.querySelectorAll('h1').length")
                if headings != 1:
                    self.report(path, scheme, f"{headings} h1 instead of one")
                for text in messages:
                    self.report(path, scheme, text)
                messages.clear()

    def forced(self, pages):
        with self.browser.new_context(color_scheme="dark", forced_colors="active") as context:
            page, coloured = self.page(context), one_a_kind(pages)
            for path in pages:
                self.open(page, path)
                wordless = page.evaluate(WORDLESS)
                if wordless:
                    self.report(path, "forced colours", f"{wordless} states without an icon or a word")
                if path in coloured:
                    self.rules(page, path, "forced colours", COLOUR)
                self.sideways(page, path, "forced colours", (360, 1440))

    def paper(self, pages):
        """On paper the dark scheme is light, nothing to click is left and nothing is wider than the sheet."""
        with self.browser.new_context(color_scheme="dark") as context:
            page = self.page(context)
            page.emulate_media(media="print")
            for path in pages:
                self.open(page, path)
                self.sideways(page, path, "print", (PAPER,))
                for fault in page.evaluate(PAPER_FAULTS):
                    self.report(path, "print", fault)

    def without_scripts(self, pages):
        """The same words stand on the page, and it still fits, when no script may run."""
        with self.browser.new_context(java_script_enabled=False) as off, self.browser.new_context() as on:
            silent, scripted = off.new_page(), self.page(on)
            for path in pages:
                self.open(silent, path)
                self.open(scripted, path)
                if silent.evaluate(TEXT) != scripted.evaluate(TEXT):
                    self.report(path, "scripts off", "its text is not the same as with scripts")
                self.sideways(silent, path, "scripts off", WIDTHS)

    def stale(self, pages):
        """A day later every page says loudly that it is out of date, but only where scripts run; before that none does."""
        # A clock belongs to a whole context.
        with self.browser.new_context() as now, self.browser.new_context() as then:
            fresh, late = self.page(now), self.page(then, self.day_after)
            for path in one_a_kind(pages):
                self.open(fresh, path)
                self.open(late, path)
                if path.parts[1] == "reports" and len(path.parts) > 3:
                    # A month that is over does not go out of date.
                    if late.evaluate(BANNER):
                        self.report(path, "stale", "a report of a month calls itself out of date")
                    continue
                if fresh.evaluate(BANNER):
                    self.report(path, "stale", "calls itself out of date a minute after it was built")
                if not late.evaluate(BANNER):
                    self.report(path, "stale", "says nothing a day after it was built")
                if "stale after" not in late.evaluate("document.querySelector('.fresh')?.textContent ?? ''"):
                    self.report(path, "stale", "does not say until when it may be trusted")

    def zipped(self, pages):
        """One tenant's folder, zipped, unpacked elsewhere and opened from the disk: nothing is missing and nothing asks the network."""
        tenant = next(path.parts[0] for path in pages if path.parts[0] != "fleet")
        with tempfile.TemporaryDirectory() as place, self.browser.new_context() as context:
            archive = shutil.make_archive(f"{place}/{tenant}", "zip", self.root / tenant)
            shutil.unpack_archive(archive, f"{place}/elsewhere")
            page, messages = self.page(context), []
            page.on("console", lambda m: messages.append(f"console: {m.text}") if m.type in ("error", "warning") else None)
            page.on("request", lambda r: messages.append(f"asks {r.url}") if not r.url.startswith(("file:", "data:")) else None)
            for path in one_a_kind([path for path in pages if path.parts[0] == tenant]):
                page.goto(pathlib.Path(place, "elsewhere", *path.parts[1:]).as_uri(), wait_until="load")
                if page.evaluate("getComputedStyle(document.body).borderTopWidth") != "4px":
                    self.report(path, "from a zip", "has no style sheet")
                for text in messages:
                    self.report(path, "from a zip", text)
                messages.clear()

    def open(self, page, path):
        page.set_viewport_size({"width": 1440, "height": 900})
        page.goto(f"{self.base}/{path}", wait_until="load")

    def sideways(self, page, path, guise, widths):
        for width in widths:
            page.set_viewport_size({"width": width, "height": 900})
            excess = page.evaluate(SIDEWAYS)
            if excess:
                self.report(path, f"{width} px {guise}", excess)

    def rules(self, page, path, guise, options):
        for violation in self.axe.run(page, options={"resultTypes": ["violations"], **options}).response["violations"]:
            node = violation["nodes"][0]
            self.report(path, guise, f"axe {violation['id']} ({violation['impact']}), {len(violation['nodes'])} times, first "
                        f"{' '.join(map(str, node['target']))}: {node['failureSummary'].splitlines()[-1].strip()}")
