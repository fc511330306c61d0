#!/usr/bin/env python3
"""An independent stand-in for AWS, filled and read back through boto3, beside what Tidewatch's pages show of it.

usage: moto_control.py TIDEWATCH SITE    makes a site in SITE, runs TIDEWATCH over it, prints one JSON object
                                         {"expected": {...}, "shown": {...}, "run": exit code, "messages": [...]}
"""
import datetime
import json
import os
import pathlib
import subprocess
import sys
import time

import boto3
from botocore.config import Config
from moto.server import ThreadedMotoServer

TIDEWATCH, SITE = sys.argv[1], pathlib.Path(sys.argv[2])
REGION, GRAIN = "eu-central-1", 300
os.environ.update(AWS_ACCESS_KEY_ID="testing", AWS_SECRET_ACCESS_KEY="testing", AWS_DEFAULT_REGION=REGION)

server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
host, port = server.get_host_and_port()
endpoint = f"http://127.0.0.1:{port}"


def client(service):
    return boto3.client(service, endpoint_url=endpoint, region_name=REGION, config=Config(retries={"max_attempts": 1}))


sqs, cloudwatch, logs, xray = client("sqs"), client("cloudwatch"), client("logs"), client("xray")
now = int(time.time())
end = (now - 180) // GRAIN * GRAIN

# Queues: one with messages, one in flight, a FIFO, one that is empty.
names = ["orders", "orders-dlq", "payments.fifo", "idle"]
urls = {}
for name in names:
    attributes = {"MessageRetentionPeriod": "345600", "VisibilityTimeout": "45"}
    if name.endswith(".fifo"):
        attributes.update(FifoQueue="true", ContentBasedDeduplication="true")
    urls[name] = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
dlq = sqs.get_queue_attributes(QueueUrl=urls["orders-dlq"], AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
sqs.set_queue_attributes(QueueUrl=urls["orders"], Attributes={"RedrivePolicy": json.dumps({"deadLetterTargetArn": dlq, "maxReceiveCount": "5"})})
for number in range(7):
    sqs.send_message(QueueUrl=urls["orders"], MessageBody=f"order {number}")
sqs.receive_message(QueueUrl=urls["orders"], MaxNumberOfMessages=2)
for number in range(3):
    sqs.send_message(QueueUrl=urls["payments.fifo"], MessageBody=f"payment {number}", MessageGroupId="g")

# Metrics of the last two hours: levels, counters, a gap.
METRICS = [("ApproximateAgeOfOldestMessage", "Maximum", "oldest_age", lambda i: 30 + i * 7.5), ("NumberOfMessagesSent", "Sum", "sent", lambda i: 10 + i % 5),
           ("NumberOfMessagesDeleted", "Sum", "deleted", lambda i: 9 + i % 4)]
for step in range(24):
    if step in (10, 11):
        continue
    at = datetime.datetime.fromtimestamp(end - (24 - step) * GRAIN, datetime.timezone.utc)
    for metric, _, _, value in METRICS:
        cloudwatch.put_metric_data(Namespace="AWS/SQS", MetricData=[
            {"MetricName": metric, "Dimensions": [{"Name": "QueueName", "Value": "orders"}], "Timestamp": at, "Value": value(step)}])

# Log lines of a function, and a trace.
group = "/aws/lambda/worker"
logs.create_log_group(logGroupName=group)
logs.create_log_stream(logGroupName=group, logStreamName="s")
lines = ["START RequestId: 11111111-1111-1111-1111-111111111111 Version: 1", "ERROR cannot reach backend", "ERROR cannot reach backend", "plain line",
         "REPORT RequestId: 11111111-1111-1111-1111-111111111111\tDuration: 102.25 ms\tBilled Duration: 103 ms\tMemory Size: 128 MB\tMax Memory Used: 64 MB\tInit Duration: 250.00 ms\t"]
logs.put_log_events(logGroupName=group, logStreamName="s", logEvents=[{"timestamp": (end - 600) * 1000 + i, "message": line} for i, line in enumerate(lines)])
trace_id = f"1-{end - 900:08x}-{'a' * 24}"
segment = {"name": "worker", "id": "70de5b6f19ff9a0a", "trace_id": trace_id, "start_time": end - 900.0, "end_time": end - 899.5,
           "subsegments": [{"id": "53995c3f42cd8ad8", "name": "backend", "namespace": "remote", "start_time": end - 899.9, "end_time": end - 899.6, "fault": True}]}
xray.put_trace_segments(TraceSegmentDocuments=[json.dumps(segment)])

SITE.joinpath("tenants").mkdir(parents=True)
SITE.joinpath("tidewatch.yaml").write_text("title: Control\ninterval: 5m\n")
resources = "\n".join(f"      - {{kind: queue, name: {name}}}" for name in names)
SITE.joinpath("tenants/moto.yaml").write_text(f"""id: moto
sources:
  aws:
    aws: {{region: {REGION}, endpoint_url: "{endpoint}"}}
services:
  - id: orders
    resources:
{resources}
    trace_groups: [{{id: all, filter: ''}}]
""")
run = subprocess.run([TIDEWATCH, "--site", str(SITE), "run", "--json"], capture_output=True, text=True)

# What boto3 reads back.
expected = {}
window = dict(StartTime=datetime.datetime.fromtimestamp(end - 24 * GRAIN, datetime.timezone.utc), EndTime=datetime.datetime.fromtimestamp(end, datetime.timezone.utc), ScanBy="TimestampAscending")
for name in names:
    attributes = sqs.get_queue_attributes(QueueUrl=urls[name], AttributeNames=["All"])["Attributes"]
    expected[name] = {"visible": float(attributes["ApproximateNumberOfMessages"]), "in_flight": float(attributes["ApproximateNumberOfMessagesNotVisible"])}
points = {}
for metric, statistic, signal, _ in METRICS:
    answer = cloudwatch.get_metric_data(MetricDataQueries=[{"Id": "m", "MetricStat": {
        "Metric": {"Namespace": "AWS/SQS", "MetricName": metric, "Dimensions": [{"Name": "QueueName", "Value": "orders"}]}, "Period": GRAIN, "Stat": statistic}}], **window)["MetricDataResults"][0]
    pairs = sorted(zip((int(t.timestamp()) for t in answer["Timestamps"]), answer["Values"]))
    points[signal] = [[t, v] for t, v in pairs]
    expected["orders"][signal] = pairs[-1][1]

shown, series = {}, {}
status_file = SITE / "public/moto/status.json"
status = json.loads(status_file.read_text()) if status_file.exists() else {"services": []}
for service in status["services"]:
    for resource in service["resources"]:
        shown[resource["name"]] = {s["signal"].split(".", 1)[1]: s["value"] for s in resource["signals"]}
print(json.dumps({"expected": expected, "shown": shown, "points": points, "run": run.returncode, "messages": run.stderr.splitlines(), "outcome": run.stdout}))
server.stop()
