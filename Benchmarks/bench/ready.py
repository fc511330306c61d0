"""Cuts rendered trees into what the C peer formats itself (charts with their tables, CSV rows) and ready strings for all the rest."""
import os
import re
import struct

QUEUES = 40
FIGURE = re.compile(rb'<figure class="chart"><figcaption><h3>(queue-\d\d: )?([^<]*) <small>.*?</figure>\n', re.DOTALL)
CHARTS = [b"Queue depth", b"Oldest message age", b"Sent and deleted"]


def write(live, path):
    """From the trees that the product has just switched. `build.json` is the product's own record and no page."""
    with open(path, "wb") as out:
        for number, tenant in enumerate(sorted(os.listdir(live))):
            out.write(b"T" + text(tenant.encode()))
            for name in files(f"{live}/{tenant}"):
                with open(f"{live}/{tenant}/{name}", "rb") as file:
                    content = file.read()
                out.write(b"F" + text(name.encode()))
                service = re.match(r"services/svc-(\d\d)/", name)
                first = number * QUEUES + int(service[1]) * 2 if service else 0
                if service and name.endswith(".csv"):
                    out.write(b"V" + struct.pack("<I", first) + text(content[:content.index(b"\r\n") + 2]))
                elif service and name.endswith(".html"):
                    page(content, first, out)
                else:
                    out.write(b"L" + text(content))
                out.write(b"S")
            out.write(b"X")


def page(content, first, out):
    done = charts = 0
    for figure in FIGURE.finditer(content):
        out.write(b"L" + text(content[done:figure.start()]))
        done = figure.end()
        prefix = figure[1] or b""
        takeaway = re.search(rb'<p class="tk">.*?</p>', figure[0])
        csv = re.search(rb'<a href="([^"]*)">CSV', figure[0])
        resource = first + int(prefix[6:8]) % 2
        out.write(b"C" + struct.pack("<II", CHARTS.index(figure[2]), resource) + text(prefix) + text(takeaway[0] if takeaway else b"") + text(csv[1]))
        charts += 1
    if charts != 6:
        raise SystemExit(f"render: a page has {charts} charts instead of 6")
    out.write(b"L" + text(content[done:]))


def files(tree):
    """Paths of a tree, sorted, without the product's own record."""
    found = [os.path.relpath(os.path.join(folder, name), tree) for folder, _, names in os.walk(tree) for name in names]
    return sorted(name for name in found if name != "build.json")


def text(content):
    return struct.pack("<I", len(content)) + content + b"\0"
