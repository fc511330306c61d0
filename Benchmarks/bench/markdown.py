"""Runbooks to HTML, a document each, against the cmark-gfm command on the same text as one file: its best case, since it starts once."""
import glob
import os
import shutil

from . import build
from .measure import ratio, run

DOCUMENTS, BYTES = 173, 5_000_000
# Footnotes and whole UTF-8 are what the product asks the library for as well.
EXTENSIONS = ["footnotes", "table", "strikethrough", "autolink", "tagfilter", "tasklist"]


def measure(table):
    work = f"Markdown, {DOCUMENTS} documents, {BYTES / 1e6:.0f} MB, against the cmark-gfm command"
    if not build.packages("cmark-gfm"):
        return table.note(work, "cmark-gfm is missing: apt-get install cmark-gfm", "<= 2.0")
    ours, cmark = build.product("markdown-bench"), shutil.which("cmark-gfm")
    folder = os.path.join(build.WORK, "markdown")
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    files, size = documents(folder)
    times = max(1, round(BYTES / size))
    whole = f"{folder}/whole.md"
    with open(whole, "w") as out:
        for _ in range(times):
            for name in files:
                with open(name) as file:
                    out.write(file.read() + "\n\n")
    options = [option for name in EXTENSIONS for option in ("-e", name)]
    value, own, other = ratio(lambda _: run([ours, str(times), *files]).cpu, lambda _: run([cmark, "--validate-utf8", *options, whole]).cpu)
    table.row(work, value, 2, f"{value:.2f} ({times * size / own / 1e6:.0f} MB/s, cmark-gfm {times * size / other / 1e6:.0f})", "<= 2.0")
    shutil.rmtree(folder)


def documents(folder):
    """The content pack's own pages without their front matter, each with a number in its title, until there are enough."""
    pages = []
    for path in sorted(glob.glob(os.path.join(build.ROOT, "content", "*", "*.md"))):
        with open(path) as file:
            pages.append(file.read().split("\n---\n", 1)[-1])
    files, size = [], 0
    for number in range(DOCUMENTS):
        text = f"# Document {number}\n\n{pages[number % len(pages)]}"
        files.append(f"{folder}/{number:03d}.md")
        with open(files[-1], "w") as out:
            out.write(text)
        size += len(text.encode())
    return files, size
