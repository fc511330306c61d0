"""Answers every POST with the same GetMetricData answer of 500 metrics x 12 points after 50 ms. Prints its port. Its own cost is nobody's."""
import asyncio
import json
import sys

METRICS, POINTS, START = 500, 12, 1_795_168_800


def answer():
    rows = []
    for metric in range(METRICS):
        times = [START + 300 * step for step in range(POINTS)]
        values = [((metric * 31 + step * 7_919) * 2_654_435_761 % 1_000_003) / 7_919 for step in range(POINTS)]
        rows.append({"Id": f"q{metric}", "Label": f"queue-{metric} ApproximateNumberOfMessagesVisible", "StatusCode": "Complete",
                     "Timestamps": times, "Values": values})
    return json.dumps({"MetricDataResults": rows, "Messages": []}).encode()


class Server(asyncio.Protocol):
    body = answer()
    head = (f"HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\nx-amzn-RequestId: 1\r\nContent-Length: {len(body)}\r\n\r\n").encode()

    def connection_made(self, transport):
        self.transport, self.waiting = transport, b""

    def data_received(self, data):
        self.waiting += data
        while (end := self.waiting.find(b"\r\n\r\n")) >= 0:
            length = 0
            for line in self.waiting[:end].split(b"\r\n"):
                if line.lower().startswith(b"content-length:"):
                    length = int(line[15:])
            if len(self.waiting) < end + 4 + length:
                return
            self.waiting = self.waiting[end + 4 + length:]
            asyncio.get_running_loop().call_later(0.05, self.reply)

    def reply(self):
        if not self.transport.is_closing():
            self.transport.write(self.head + self.body)


async def main():
    server = await asyncio.get_running_loop().create_server(Server, "127.0.0.1", 0, backlog=256)
    print("port", server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()

if __name__ == "__main__":
    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        sys.exit(0)
