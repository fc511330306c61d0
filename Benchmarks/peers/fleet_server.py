#!/usr/bin/env python3
"""Answers as STS, SQS and CloudWatch would, each call after 50 ms, on as many ports as it is told: hosts of as many regions. Prints its ports, and
for each line that it reads how many calls there were since the last one. Its own cost is nobody's, and kept small."""
import asyncio
import re
import sys

LATENCY = 0.05
IDS = re.compile(rb'"Id":"q')
TIMES = re.compile(rb'"StartTime":(\d+),"EndTime":(\d+)')
NAME = re.compile(rb'"QueueName":"([^"]+)"')
ROLE = (b"<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAPEER</AccessKeyId><SecretAccessKey>peer</SecretAccessKey>"
        b"<SessionToken>peer</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>")
ATTRIBUTES = (b'{"Attributes":{"QueueArn":"arn:aws:sqs:eu-central-1:1:q","MessageRetentionPeriod":"345600","VisibilityTimeout":"30",'
              b'"CreatedTimestamp":"1700000000","ApproximateNumberOfMessages":"1","ApproximateNumberOfMessagesNotVisible":"0","ApproximateNumberOfMessagesDelayed":"0"}}')
calls = 0
numbers = {}


def metrics(body):
    start, end = (int(part) for part in TIMES.search(body).groups())
    key = (len(IDS.findall(body)), start, end)
    if key not in numbers:
        times = ",".join(str(time) for time in range(start, end, 300))
        values = ",".join(str(time // 300 % 17) for time in range(start, end, 300))
        rows = ",".join('{"Id":"q%d","Label":"x","StatusCode":"Complete","Timestamps":[%s],"Values":[%s]}' % (index, times, values) for index in range(key[0]))
        numbers[key] = ('{"MetricDataResults":[%s],"Messages":[]}' % rows).encode()
    return numbers[key]


def answer(head, body):
    if b"Action=AssumeRole" in body:
        return ROLE
    operation = next((line.split(b".")[-1] for line in head.split(b"\r\n") if line.lower().startswith(b"x-amz-target:")), b"")
    if operation == b"GetMetricData":
        return metrics(body)
    if operation == b"GetQueueUrl":
        return b'{"QueueUrl":"https://sqs.eu-central-1.amazonaws.com/1/' + NAME.search(body).group(1) + b'"}'
    return ATTRIBUTES if operation == b"GetQueueAttributes" else b"{}"


class Server(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport, self.waiting = transport, b""

    def data_received(self, data):
        global calls
        self.waiting += data
        while (end := self.waiting.find(b"\r\n\r\n")) >= 0:
            head = self.waiting[:end]
            length = next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
            if len(self.waiting) < end + 4 + length:
                return
            body = self.waiting[end + 4:end + 4 + length]
            self.waiting = self.waiting[end + 4 + length:]
            calls += 1
            asyncio.get_running_loop().call_later(LATENCY, self.reply, answer(head, body))

    def reply(self, body):
        if not self.transport.is_closing():
            self.transport.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\nx-amzn-RequestId: 1\r\nContent-Length: %d\r\n\r\n" % len(body) + body)


def tell():
    global calls
    if not sys.stdin.readline():
        asyncio.get_running_loop().stop()
        return
    print(calls, flush=True)
    calls = 0


async def main(hosts):
    loop = asyncio.get_running_loop()
    servers = [await loop.create_server(Server, "127.0.0.1", 0, backlog=256) for _ in range(hosts)]
    print("ports " + " ".join(str(server.sockets[0].getsockname()[1]) for server in servers), flush=True)
    loop.add_reader(sys.stdin, tell)
    await asyncio.Event().wait()

if __name__ == "__main__":
    try:
        asyncio.run(main(int(sys.argv[1])))
    except (KeyboardInterrupt, RuntimeError):
        sys.exit(0)
