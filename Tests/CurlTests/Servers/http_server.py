"""A loopback HTTP server with bad manners. Prints its port, serves until its standard input closes."""
import gzip, http.server, json, os, ssl, sys, threading, time

lock = threading.Lock()
running = peak = connections = redirected = 0


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def setup(self):
        global connections
        with lock:
            connections += 1
        super().setup()

    def log_message(self, *arguments):
        pass

    def answer(self, body, status=200, headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def serve(self):
        global running, peak, redirected
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = self.path.split("?")[0]
        if path == "/echo":
            fields = [[name.lower(), value] for name, value in self.headers.items()]
            self.answer(json.dumps({"method": self.command, "path": self.path, "headers": fields, "body": body.decode()}).encode(),
                        headers=[("X-Twice", "one"), ("X-Twice", "two"), ("Retry-After", "7")])
        elif path == "/endless":
            self.send_response(200)
            self.end_headers()
            while True:
                self.wfile.write(b"x" * 65536)
        elif path == "/bomb":
            self.answer(gzip.compress(b"\0" * (32 << 20)), headers=[("Content-Encoding", "gzip")])
        elif path == "/gzip":
            self.answer(gzip.compress(b"hello " * 1000), headers=[("Content-Encoding", "gzip")])
        elif path == "/truncated":
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b"only this")
            self.close_connection = True
        elif path == "/chunks":
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.wfile.write(b"5\r\nhello\r\nno length\r\n")
            self.close_connection = True
        elif path == "/flood":
            self.send_response(200)
            for index in range(4000):
                self.send_header("X-Flood-%d" % index, "y" * 100)
            self.end_headers()
        elif path == "/drip":
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            while True:
                self.wfile.write(b"x")
                time.sleep(0.1)
        elif path == "/hang":
            threading.Event().wait()
        elif path == "/redirect":
            self.answer(b"", 302, [("Location", "/target")])
        elif path == "/target":
            with lock:
                redirected += 1
            self.answer(b"followed")
        elif path == "/wait":
            with lock:
                running += 1
                peak = max(peak, running)
            time.sleep(0.01)
            with lock:
                running -= 1
            self.answer(b"done")
        elif path == "/counts":
            self.answer(json.dumps({"peak": peak, "connections": connections, "redirected": redirected}).encode())
        else:
            self.answer(b"no such page", 404)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = serve


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, request, client_address):
        pass  # Clients that give up are what this server is for.


server = Server(("127.0.0.1", 0), Handler)
if len(sys.argv) > 1:  # a PEM file with key and certificate
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[1])
    server.socket = context.wrap_socket(server.socket, server_side=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_address[1], flush=True)
sys.stdin.read()
os._exit(0)
