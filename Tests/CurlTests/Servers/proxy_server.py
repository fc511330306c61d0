"""A loopback proxy. Prints its port; answers plain requests itself with what it saw, tunnels others to the same port of this machine whatever the name.
GET /seen tells the tunnels. Serves until its standard input closes."""
import http.server, json, os, select, socket, sys, threading

tunnels = []


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def answer(self):
        body = json.dumps(tunnels if self.path == "/seen" else {"line": self.requestline, "proxy_authorization": self.headers.get("Proxy-Authorization"), "host": self.headers.get("Host")}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = answer

    def do_CONNECT(self):
        tunnels.append({"to": self.path, "proxy_authorization": self.headers.get("Proxy-Authorization"), "authorization": self.headers.get("Authorization")})
        if self.path.startswith("forbidden."):
            return self.send_error(407, "Proxy Authentication Required")
        with socket.create_connection(("127.0.0.1", int(self.path.rsplit(":", 1)[1]))) as other:
            self.send_response(200)
            self.end_headers()
            ends = {self.connection: other, other: self.connection}
            while True:
                for ready in select.select(list(ends), [], [])[0]:
                    data = ready.recv(65536)
                    if not data:
                        self.close_connection = True
                        return
                    ends[ready].sendall(data)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
print(server.server_address[1], flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
os._exit(0)
