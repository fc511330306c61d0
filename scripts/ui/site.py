"""A finished site as the browser checks see it: which pages to look at, and a server for them."""
import datetime
import functools
import http.server
import json
import re
import shutil
import sys
import threading

POLICY = re.compile(rb'<meta http-equiv="Content-Security-Policy"[^>]*>')


def kind(path):
    """What a page is, without which one it is. Every service has a page of its own kind; its ranges are one kind a tenant."""
    tenant, *rest = path.parts[:-1]
    if path.name == "404.html":
        return (tenant, "404")
    if len(rest) > 2 and rest[0] == "services":
        return (tenant, "/".join(["services", "*"] + rest[2:3] + ["*"] * (len(rest) - 3)))
    if len(rest) > 1 and rest[0] != "services":
        rest = [rest[0]] + ["*"] * (len(rest) - 1)
    return (tenant, "/".join(rest))


def built(root):
    """When the site was built."""
    notes = sorted(root.glob("*/build.json"))
    if not notes:
        sys.exit(f"{root} holds no build.json: is it what a run published?")
    return datetime.datetime.fromisoformat(json.loads(notes[0].read_text())["now"])


def chosen(root, everything=False):
    """Of each kind of page of each tenant the first, by path; or all."""
    pages = sorted(page.relative_to(root) for page in root.rglob("*.html"))
    if everything:
        return pages
    first = {}
    for page in pages:
        first.setdefault(kind(page), page)
    return sorted(first.values())


def one_a_kind(pages):
    """One page of each kind, whichever tenant's: for what costs much and differs by kind alone."""
    first = {}
    for page in pages:
        parts = kind(page)[1].split("/")
        # All services are of one kind here, all their ranges of another, all pages of resources of a third.
        first.setdefault((kind(page)[0] == "fleet", parts[0], "resources" in parts, min(len(parts), 3 if parts[0] != "services" else 4)), page)
    return sorted(first.values())


def serve(root, without_policy=False):
    """Serves a folder on a port of this machine and gives back its address. `without_policy` takes the content security policy out of
    every page, so that nothing but the page itself keeps a script from running."""
    class Quiet(http.server.SimpleHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_):
            pass

        def do_GET(self):
            path = self.translate_path(self.path)
            if not (without_policy and path.endswith(".html")):
                return super().do_GET()
            try:
                with open(path, "rb") as file:
                    body = POLICY.sub(b"", file.read())
            except OSError:
                return self.send_error(404)
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    class Server(http.server.ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request, address):
            pass  # A browser that leaves a page hangs up.

    server = Server(("127.0.0.1", 0), functools.partial(Quiet, directory=str(root)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


def launch(playwright):
    chromium = shutil.which("chromium")
    if not chromium:
        sys.exit("chromium is not installed; scripts/ui-python installs it")
    return playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
