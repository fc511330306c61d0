"""Every link of a site: each leads to a file of the same folder, each fragment to an id on it, and no id is given twice."""
import collections
import html.parser
import posixpath
import urllib.parse

OUTSIDE = ("http:", "https:", "mailto:", "data:")


class Page(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.ids, self.links, self.icons = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if name == "id":
                self.ids.append(value or "")
            elif name in ("href", "src") and value is not None:
                (self.icons if tag == "use" else self.links).append(value)

    handle_startendtag = handle_starttag


def check(root, report, written=lambda name: False):
    """How many links were followed. Where `written` says that the text of a page is a stranger's, a link of it may lead nowhere:
    such a document does not pass `tidewatch validate`."""
    files = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
    pages = {name: Page((root / name).read_text()) for name in sorted(files) if name.endswith(".html")}
    ids = {name: set(page.ids) for name, page in pages.items()}
    followed = 0
    for name, page in pages.items():
        for twice in (i for i, count in collections.Counter(page.ids).items() if count > 1):
            report(name, "links", f"the id {twice!r} is given twice")
        for icon in page.icons:
            if icon.removeprefix("#") not in ids[name]:
                report(name, "links", f"the icon {icon} is not on the page")
        for link in page.links:
            if link.startswith(OUTSIDE):
                continue
            path, _, fragment = link.partition("#")
            target = posixpath.normpath(posixpath.join(posixpath.dirname(name), urllib.parse.unquote(path))) if path else name
            followed += 1
            if written(name):
                continue
            if target not in files:
                report(name, "links", f"{link} leads nowhere")
            elif fragment and target in ids and urllib.parse.unquote(fragment) not in ids[target]:
                report(name, "links", f"{link}: no such place on the page")
            # A tenant's folder is complete in itself; the fleet's alone leads to others.
            elif target.split("/")[0] != name.split("/")[0] and name.split("/")[0] != "fleet":
                report(name, "links", f"{link} leaves the tenant's folder")
    return followed
