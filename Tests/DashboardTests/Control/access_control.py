#!/usr/bin/env python3
"""Runs nginx and Caddy with the configurations that tidewatch writes, and tries to get from one tenant's tree into another's.

usage: access_control.py TIDEWATCH FOLDER nginx|caddy paths|hosts

Prints one line for each thing that is not as it must be, and the number of requests made. Uses the standard library only.
"""
import base64
import ctypes
import gzip
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import time

PASSWORD = {"acme": "pass-of-acme", "globex": "pass-of-globex", "fleet": "pass-of-operator"}
ASSET = "assets/site.0123456789ab.css"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def bcrypt(password):
    """With the lowest cost there is: the servers are tried, not the hash."""
    library = ctypes.CDLL("libcrypt.so.1")
    library.crypt.restype = ctypes.c_char_p
    return library.crypt(password.encode(), b"$2b$04$abcdefghijklmnopqrstuu").decode()


def make_site(folder):
    (folder / "tenants").mkdir(parents=True)
    www = folder / "www"
    (folder / "tidewatch.yaml").write_text(f"title: Access\nbase_url: http://ops.example.test/\npublish:\n  - directory: {{path: {www}}}\n")
    for tree in PASSWORD:
        if tree != "fleet":
            (folder / "tenants" / f"{tree}.yaml").write_text(
                f"id: {tree}\ntitle: {tree}\nsources:\n  prod: {{aws: {{region: eu-central-1}}}}\n"
                f"services:\n  - {{id: orders, title: Orders, source: prod, resources: [{{kind: queue, name: orders}}]}}\n")
        root = www / tree
        (root / "services/orders").mkdir(parents=True)
        (root / "assets").mkdir()
        page = f"<!DOCTYPE html><title>page of {tree}</title>" + "<p>text of the page</p>" * 200
        (root / "index.html").write_text(page)
        (root / "index.html.gz").write_bytes(gzip.compress(page.encode(), mtime=0))
        (root / "services/orders/index.html").write_text(f"orders of {tree}")
        (root / "404.html").write_text(f"nothing here, {tree}")
        (root / "status.json").write_text("{}")
        (root / "metrics.prom").write_text("up 1\n")
        (root / "_headers").write_text("/*\n")
        (root / ".hidden").write_text("hidden")
        (root / ASSET).write_text("body{}")
        (root / "planted").symlink_to("/etc/passwd")
        (root / "neighbour").symlink_to(www / ("globex" if tree == "acme" else "acme"))
    passwords = folder / "access"
    passwords.mkdir()
    for tree in PASSWORD:
        # Each file knows all three names: a name that Caddy does not know costs it a second of pretending.
        users = [(user, password if user == tree else f"not {password}") for user, password in PASSWORD.items()]
        (passwords / f"{tree}.htpasswd").write_text("".join(f"{user}:{bcrypt(password)}\n" for user, password in users))
        (passwords / f"{tree}.caddy").write_text("".join(f"{user} {bcrypt(password)}\n" for user, password in users))
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() else 0o644)


def start(server, folder, configuration, port):
    run = folder / "run"
    run.mkdir()
    if server == "nginx":
        (run / "site.conf").write_text(configuration)
        user = "user root;" if os.getuid() == 0 else ""
        (run / "nginx.conf").write_text(
            f"{user} daemon off; pid {run}/pid; error_log {run}/log; events {{}}\nhttp {{ include /etc/nginx/mime.types; access_log off;\n"
            + "".join(f"{name}_temp_path {run}/{name};\n" for name in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]) + f"include {run}/site.conf; }}\n")
        program = shutil.which("nginx") or "/usr/sbin/nginx"
        subprocess.run([program, "-t", "-q", "-c", str(run / "nginx.conf"), "-e", str(run / "log")], check=True)
        process = subprocess.Popen([program, "-c", str(run / "nginx.conf"), "-e", str(run / "log")])
    else:
        (run / "Caddyfile").write_text("{\n\tadmin off\n\tauto_https off\n}\n" + configuration)
        environment = dict(os.environ, HOME=str(run), XDG_DATA_HOME=str(run), XDG_CONFIG_HOME=str(run))
        with open(run / "log", "w") as log:
            subprocess.run(["caddy", "validate", "--config", str(run / "Caddyfile"), "--adapter", "caddyfile"], check=True, stdout=log, stderr=log, env=environment)
            process = subprocess.Popen(["caddy", "run", "--config", str(run / "Caddyfile"), "--adapter", "caddyfile"], stdout=log, stderr=log, env=environment)
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return process
        except OSError:
            time.sleep(0.05)
    sys.exit((run / "log").read_text())


def ask(port, path, user=None, host="ops.example.test", headers=()):
    """A request as it stands: no library tidies the path up. 444: the server hung up without a word."""
    lines = [f"GET {path} HTTP/1.1", f"Host: {host}", "Connection: close", *headers]
    if user:
        lines.append("Authorization: Basic " + base64.b64encode(f"{user}:{PASSWORD[user]}".encode()).decode())
    with socket.create_connection(("127.0.0.1", port), 60) as connection:
        connection.sendall("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n")
        data = b""
        while chunk := connection.recv(65536):
            data += chunk
    if not data:
        return 444, {}, b""
    head, _, body = data.partition(b"\r\n\r\n")
    fields = {}
    for line in head.decode("latin-1").split("\r\n")[1:]:
        name, _, value = line.partition(":")
        fields.setdefault(name.strip().lower(), value.strip())
    return int(head.split()[1]), fields, body


# Ways out of acme's tree that have worked somewhere.
TRICKS = [
    "/globex/", "/globex", "/globex/index.html", "//globex/", "/acme/../globex/", "/acme/..%2fglobex/index.html", "/acme/%2e%2e/globex/index.html",
    "/acme/%2e%2e%2fglobex%2findex.html", "/acme//../globex/index.html", "/acme/./../globex/index.html", "/acme/services/../../globex/index.html",
    "/acme/..;/globex/index.html", "/acme\\..\\globex\\index.html", "/acme/..\\globex\\index.html", "/acme/%5c..%5cglobex/index.html", "/%67lobex/index.html",
    "/acme%2f..%2fglobex/index.html", "/acme/%252e%252e/globex/index.html", "/t//globex/", "/./globex/index.html", "/globex%2findex.html", "/globex//index.html",
    "/GLOBEX/index.html", "/Globex/", "/fleet/", "/fleet/index.html", "/acme/../fleet/index.html", "/globex/assets/../index.html",
    "/globex/status.json", "/globex/index.html.gz", "/globex/" + ASSET, "/globex/404.html", "/../globex/index.html", "/acme/../../www/globex/index.html",
    "/globex/index.html?x=/acme/", "/globex/index.html#/acme/", "http://ops.example.test/globex/index.html", "/acme/%00/../globex/index.html", "/globex/%2e/index.html",
]


def check(port, server, model, complain):
    """Everything that must hold, whichever server it is."""
    requests = 0

    def get(path, user=None, tree=None, **more):
        nonlocal requests
        requests += 1
        if model == "hosts":
            more.setdefault("host", f"{tree or user or 'acme'}.ops.example.test")
        return ask(port, path, user, **more)

    def prefix(tree):
        return "" if model == "hosts" else f"/{tree}"

    for tree in PASSWORD:
        base = prefix(tree)
        status, fields, body = get(base + "/", tree)
        if status != 200 or f"page of {tree}".encode() not in body:
            complain(f"{tree}'s password does not open its own overview: {status}")
        for name, part in [("content-security-policy", "frame-ancestors 'none'"), ("x-content-type-options", "nosniff"), ("referrer-policy", "no-referrer"),
                           ("x-robots-tag", "noindex"), ("cross-origin-resource-policy", "same-origin"), ("cache-control", "no-cache"), ("content-type", "text/html")]:
            if part not in fields.get(name, ""):
                complain(f"{tree}'s overview comes with {name}: {fields.get(name)}")
        status, fields, body = get(f"{base}/{ASSET}", tree)
        if status != 200 or fields.get("cache-control") != "public, max-age=31536000, immutable" or "text/css" not in fields.get("content-type", ""):
            complain(f"{tree}'s style sheet: {status} {fields}")
        status, fields, body = get(base + "/services/orders/", tree)
        if (status, body) != (200, f"orders of {tree}".encode()):
            complain(f"a page below {tree}: {status}")
        # Without the slash the page's relative links would lead one folder too high.
        for path in ["/services/orders"] + ([""] if base else []):
            status, fields, body = get(base + path, tree)
            if status not in (301, 302, 307, 308) or not fields.get("location", "").endswith(base + path + "/"):
                complain(f"a folder of {tree} without its slash: {status} {fields.get('location')}")
        status, fields, body = get(base + "/metrics.prom", tree)
        if status != 200 or not fields.get("content-type", "").startswith("text/plain"):
            complain(f"metrics of {tree}: {status} {fields.get('content-type')}")
        status, fields, body = get(base + "/index.html", tree, headers=["Accept-Encoding: gzip"])
        if status != 200 or fields.get("content-encoding") != "gzip" or f"page of {tree}".encode() not in gzip.decompress(body) or "accept-encoding" not in fields.get("vary", "").lower():
            complain(f"the compressed overview of {tree}: {status} {fields}")
        status, fields, body = get(base + "/", tree)
        tag = fields.get("etag")
        if get(base + "/", tree, headers=[f"If-None-Match: {tag}"])[0] != 304:
            complain(f"{tree}'s overview is not revalidated")
        for path in ["/.hidden", "/index.html.gz", "/_headers", "/no-such-page"]:
            status, fields, body = get(base + path, tree)
            if status != 404:
                complain(f"{base + path} with {tree}'s password: {status}")
        status, fields, body = get(base + "/no-such-page/", tree)
        if status != 404 or path.encode() in body or "frame-ancestors" not in fields.get("content-security-policy", ""):
            complain(f"a page that is not there: {status} {fields} {body[:80]}")
        for path in ["/", "/index.html", "/status.json", "/" + ASSET, "/404.html", "/no-such-page"]:
            status, fields, body = get(base + path, tree=tree)
            if status != 401 or tree.encode() in body:
                complain(f"{base + path} without a password: {status} {body[:80]}")
        for other in PASSWORD:
            if other != tree:
                status, fields, body = get(base + "/", other, tree=tree)
                if status != 401:
                    complain(f"{other}'s password opens {tree}: {status}")

    # Caddy follows links; publishing takes those away that somebody planted. nginx refuses them as well.
    links = ["/acme/neighbour/index.html", "/acme/planted"] if server == "nginx" else []

    # Nothing of another tree, whatever the path: neither its content nor whether it exists.
    for path in TRICKS + links:
        if model == "hosts":
            path = path.replace("/acme", "", 1) or "/"
        status, fields, body = get(path, "acme")
        text = body + gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body
        if any(mark in text for mark in [b"of globex", b"of fleet", b"nothing here, globex", b"nothing here, fleet", b"root:x:"]):
            complain(f"{path} with acme's password shows another's: {status} {body[:80]}")
        if status == 200 and body:
            complain(f"{path} with acme's password: 200 {body[:80]}")
    if model == "hosts":
        status, fields, body = get("/", host="stranger.example.test")
        if server == "nginx" and status != 444 or b"acme" in body or "acme" in str(fields):
            complain(f"a name that is nobody's is answered: {status} {fields} {body[:80]}")
    if model == "paths":
        for path in ["/globex/", "/initech/"]:
            answers = {path: (get(path)[0], get(path, "acme")[0]) for path in ["/globex/", "/initech/", "/globex/x", "/initech/x"]}
        if len(set(answers.values())) != 1:
            complain(f"who exists can be found out: {answers}")
        if get("/")[0] not in (401, 404) or b"globex" in get("/")[2]:
            complain("the root shows something")
    return requests


def main():
    tidewatch, folder, server, model = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3], sys.argv[4]
    make_site(folder)
    port = free_port()
    arguments = [tidewatch, "--site", str(folder), "serve-config", server, "--passwords", str(folder / "access"), "--listen", f"127.0.0.1:{port}"]
    configuration = subprocess.run(arguments + (["--hosts"] if model == "hosts" else []), check=True, capture_output=True, text=True).stdout
    process = start(server, folder, configuration, port)
    complaints = []
    try:
        requests = check(port, server, model, complaints.append)
    finally:
        process.terminate()
        process.wait()
    for complaint in complaints:
        print(complaint)
    print(f"{requests} requests")
    sys.exit(1 if complaints else 0)


if __name__ == "__main__":
    main()
