"""A loopback server that recomputes each request's signature from what came over the wire, by AWS's rules: decode, then canonicalise.

Prints its port, serves until its standard input closes. Answers 200 where the signature is right, else 403 with what it computed.
"""
import hashlib, hmac, http.server, json, os, sys, threading
from urllib.parse import quote, unquote

SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"


def encode(text, safe=""):
    return quote(text, safe=safe + "-._~")


def canonical_path(raw, service):
    wire = encode(unquote(raw), "/")
    if service == "s3":
        return wire
    kept = []
    for segment in wire.split("/"):
        if segment == "..":
            kept = kept[:-1]
        elif segment not in ("", "."):
            kept.append(segment)
    path = "/" + "/".join(kept)
    return encode(path + "/" if wire.endswith("/") and path != "/" else path, "/")


def canonical_query(raw):
    pairs = [pair.partition("=") for pair in raw.split("&") if pair]
    return "&".join("%s=%s" % pair for pair in sorted((encode(unquote(name)), encode(unquote(value))) for name, _, value in pairs))


def keyed(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def serve(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fields = dict(part.strip().split("=", 1) for part in self.headers["Authorization"].split(" ", 1)[1].split(","))
        _, date, region, service, _ = fields["Credential"].split("/")
        path, _, query = self.path.partition("?")
        names = fields["SignedHeaders"].split(";")
        digest = hashlib.sha256(body).hexdigest()
        lines = "".join("%s:%s\n" % (name, ",".join(" ".join(value.split()) for value in self.headers.get_all(name))) for name in names)
        request = "\n".join([self.command, canonical_path(path, service), canonical_query(query), lines, ";".join(names), digest])
        scope = "/".join([date, region, service, "aws4_request"])
        text = "\n".join(["AWS4-HMAC-SHA256", self.headers["X-Amz-Date"], scope, hashlib.sha256(request.encode()).hexdigest()])
        key = ("AWS4" + SECRET).encode()
        for part in (date, region, service, "aws4_request"):
            key = keyed(key, part)
        right = keyed(key, text).hex() == fields["Signature"]
        if service == "s3" and self.headers.get("x-amz-content-sha256") != digest:
            right = False
        if self.headers.get("X-Amz-Security-Token") and "x-amz-security-token" not in names:
            right = False
        answer = json.dumps({} if right else {"__type": "SignatureDoesNotMatch", "message": repr(request)}).encode()
        self.send_response(200 if right else 403)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_POST = do_PUT = do_DELETE = serve


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_address[1], flush=True)
sys.stdin.read()
os._exit(0)
