#!/usr/bin/env python3
"""What boto3 reads out of moto, an AWS stand-in that we did not write, beside what Tidewatch's pages show of it.

usage: moto_control.py TIDEWATCH SITE    makes a site in SITE, runs TIDEWATCH over it and prints one JSON object:
                                         {"expected": {name: value}, "shown": {name: value}, "run": exit code, "messages": [...]}

Every expected value comes out of an answer to boto3, none out of what was put in.
"""
import csv
import datetime
import io
import json
import os
import pathlib
import re
import subprocess
import sys
import time
import zipfile

import boto3
from botocore.config import Config
from moto.server import ThreadedMotoServer

TIDEWATCH, SITE = sys.argv[1], pathlib.Path(sys.argv[2])
REGION, GRAIN, STEPS = "eu-central-1", 300, 24
for name in [name for name in os.environ if name.startswith("AWS_")]:
    del os.environ[name]
os.environ.update(AWS_ACCESS_KEY_ID="testing", AWS_SECRET_ACCESS_KEY="testing", AWS_DEFAULT_REGION=REGION)

server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
host, port = server.get_host_and_port()
endpoint = f"http://127.0.0.1:{port}"


def client(service):
    return boto3.client(service, endpoint_url=endpoint, region_name=REGION, config=Config(retries={"max_attempts": 1}))


def time_of(seconds):
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)


sqs, cloudwatch, logs, xray, functions, iam = map(client, ("sqs", "cloudwatch", "logs", "xray", "lambda", "iam"))
# The last whole step that a run looks at; a run near the edge of a step would look at another one.
while (time.time() - 180) % GRAIN > GRAIN - 100:
    time.sleep(1)
now = int(time.time())
end = (now - 180) // GRAIN * GRAIN
start = end - STEPS * GRAIN

# ---- Fill: queues with messages, one of them in flight, a FIFO, a dead-letter queue, one that nobody uses.
QUEUES = ["orders", "orders-dlq", "payments.fifo", "idle"]
urls = {}
for name in QUEUES:
    attributes = {"MessageRetentionPeriod": "345600", "VisibilityTimeout": "3600"}
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

# ---- Fill: two hours of metrics, with a gap. Tidewatch's name, CloudWatch's, and whether silence of a living thing is zero.
METRICS = [
    ("queue.oldest_age orders", "AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", "orders", "Maximum", False, lambda i: 30 + i * 7.5),
    ("queue.sent orders", "AWS/SQS", "NumberOfMessagesSent", "QueueName", "orders", "Sum", False, lambda i: 10 + i % 5),
    ("queue.deleted orders", "AWS/SQS", "NumberOfMessagesDeleted", "QueueName", "orders", "Sum", False, lambda i: 9 + i % 4),
    ("function.invocations worker", "AWS/Lambda", "Invocations", "FunctionName", "worker", "Sum", True, lambda i: 20 + i % 7),
    ("function.errors worker", "AWS/Lambda", "Errors", "FunctionName", "worker", "Sum", True, lambda i: i % 2),
    # In milliseconds there and seconds here. Its percentiles make moto fail with status 500: the maximum, asked for beside them, has to survive that.
    ("function.duration.max worker", "AWS/Lambda", "Duration", "FunctionName", "worker", "Maximum", False, lambda i: 250 + i * 125),
    ("function.concurrency worker", "AWS/Lambda", "ConcurrentExecutions", "FunctionName", "worker", "Maximum", False, lambda i: 1 + i % 3),
]
for step in range(STEPS):
    if step in (10, 11):
        continue
    for _, namespace, metric, dimension, name, _, _, value in METRICS:
        cloudwatch.put_metric_data(Namespace=namespace, MetricData=[{
            "MetricName": metric, "Dimensions": [{"Name": dimension, "Value": name}], "Timestamp": time_of(start + step * GRAIN), "Value": value(step)}])

# ---- Fill: a function, its log of the newest step, a trace with a failing call.
role = iam.create_role(RoleName="worker", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
code = io.BytesIO()
with zipfile.ZipFile(code, "w") as archive:
    archive.writestr("index.py", "def handler(event, context): pass")
functions.create_function(FunctionName="worker", Runtime="python3.12", Role=role, Handler="index.handler", Code={"ZipFile": code.getvalue()}, Timeout=7, MemorySize=256)
GROUP = "/aws/lambda/worker"
logs.create_log_group(logGroupName=GROUP)
logs.create_log_stream(logGroupName=GROUP, logStreamName="s")
LINES = [
    "START RequestId: 11111111-1111-1111-1111-111111111111 Version: $LATEST", "ERROR cannot reach backend", "ERROR cannot reach backend", "plain line",
    "REPORT RequestId: 11111111-1111-1111-1111-111111111111\tDuration: 102.25 ms\tBilled Duration: 103 ms\tMemory Size: 256 MB\tMax Memory Used: 64 MB\tInit Duration: 250.00 ms\t"]
logs.put_log_events(logGroupName=GROUP, logStreamName="s", logEvents=[{"timestamp": (end - 200) * 1000 + i, "message": line} for i, line in enumerate(LINES)])
segment = {"name": "worker", "id": "70de5b6f19ff9a0a", "trace_id": f"1-{end - 200:08x}-{'a' * 24}", "start_time": end - 200.0, "end_time": end - 197.5,
           "subsegments": [{"id": "53995c3f42cd8ad8", "name": "backend", "namespace": "remote", "start_time": end - 199.9, "end_time": end - 198.4, "fault": True}]}
xray.put_trace_segments(TraceSegmentDocuments=[json.dumps(segment)])

# ---- Run.
SITE.joinpath("tenants").mkdir(parents=True)
SITE.joinpath("tidewatch.yaml").write_text("title: Control\ninterval: 5m\n")
SITE.joinpath("tenants/moto.yaml").write_text(f"""id: moto
sources:
  aws:
    aws: {{region: {REGION}, endpoint_url: "{endpoint}"}}
services:
  - id: orders
    log_patterns: {{error: ['ERROR'], warning: ['WARN']}}
    resources:
{"".join(f"      - {{kind: queue, name: {name}}}" + chr(10) for name in QUEUES)}      - {{kind: function, name: worker}}
    trace_groups: [{{id: all, filter: ''}}]
""")
run = subprocess.run([TIDEWATCH, "--site", str(SITE), "run", "--json"], capture_output=True, text=True)

# ---- What boto3 reads back.
expected, shown = {}, {}
for name in QUEUES:
    attributes = sqs.get_queue_attributes(QueueUrl=urls[name], AttributeNames=["All"])["Attributes"]
    counts = [float(attributes["ApproximateNumberOfMessages" + part]) for part in ("", "NotVisible", "Delayed")]
    for gauge, value in zip(("visible", "in_flight", "delayed"), counts):
        # A queue that is empty and has no metrics sleeps: that is a reason, not a zero.
        expected[f"now queue.{gauge} {name}"] = value if any(counts) else "absent"
window = dict(StartTime=time_of(start), EndTime=time_of(end), ScanBy="TimestampAscending")
for column, namespace, metric, dimension, name, statistic, zero_filled, _ in METRICS:
    answer = cloudwatch.get_metric_data(MetricDataQueries=[{"Id": "m", "MetricStat": {
        "Metric": {"Namespace": namespace, "MetricName": metric, "Dimensions": [{"Name": dimension, "Value": name}]}, "Period": GRAIN, "Stat": statistic}}], **window)
    result = answer["MetricDataResults"][0]
    scale = 0.001 if metric == "Duration" else 1
    points = {int(at.timestamp()): value * scale for at, value in zip(result["Timestamps"], result["Values"])}
    expected[f"now {column}"] = points[max(points)]
    for at in range(start, end, GRAIN):
        expected[f"{at} {column}"] = points.get(at, 0.0 if zero_filled else "absent")
events = logs.filter_log_events(logGroupName=GROUP, startTime=(end - GRAIN) * 1000, endTime=end * 1000 - 1)["events"]
reports = [event["message"] for event in events if event["message"].startswith("REPORT")]
expected["now log.errors worker"] = float(sum("ERROR" in event["message"] for event in events))
expected["now log.warnings worker"] = float(sum("WARN" in event["message"] for event in events))
expected["now function.cold_starts worker"] = float(sum("Init Duration" in report for report in reports))
expected["now function.init_duration.p50 worker"] = float(re.search(r"Init Duration: ([0-9.]+) ms", reports[0]).group(1)) / 1000
expected["now function.memory_used worker"] = float(re.search(r"Max Memory Used: (\d+) MB", reports[0]).group(1)) * 1048576
summaries = xray.get_trace_summaries(StartTime=time_of(end - GRAIN), EndTime=time_of(end))["TraceSummaries"]
expected["now trace.count all"] = float(len(summaries))
expected["now trace.fault_rate all"] = sum(bool(summary.get("HasFault")) for summary in summaries) / len(summaries)
expected["now trace.duration.p50 all"] = float(summaries[0]["Duration"])


def spans(document, parent=None):
    yield document, parent
    for child in document.get("subsegments", []):
        yield from spans(child, document["id"])


for trace in xray.batch_get_traces(TraceIds=[summary["Id"] for summary in summaries])["Traces"]:
    for part in trace["Segments"]:
        root = json.loads(part["Document"])
        for span, parent in spans(root):
            expected[f"span {span['name']}"] = [span["id"], parent, round(span["start_time"] - root["start_time"], 3), round(span["end_time"] - span["start_time"], 3),
                                                "fault" if span.get("fault") else "ok"]

# ---- What the pages show.
public = SITE / "public/moto"
status_file, table_file = public / "status.json", public / "services/orders/data-6h.csv"
if status_file.exists():
    for service in json.loads(status_file.read_text())["services"]:
        for resource in service["resources"]:
            for signal in resource["signals"]:
                shown[f"now {signal['signal']} {resource['name']}"] = "absent" if signal["absent"] else signal["value"]
if table_file.exists():
    for row in csv.DictReader(table_file.read_text().splitlines()):
        at = int(datetime.datetime.fromisoformat(row.pop("time").replace("Z", "+00:00")).timestamp())
        for column, value in row.items():
            shown[f"{at} {column}"] = float(value) if value else "absent"
for page in public.glob("traces/all/*/index.json"):
    for span in json.loads(page.read_text())["spans"]:
        shown[f"span {span['name']}"] = [span["id"], span["parent_id"], round(span["start"], 3), round(span["duration"], 3), span["status"]]

server.stop()
print(json.dumps({"expected": expected, "shown": {name: shown.get(name, "missing") for name in expected}, "run": run.returncode, "messages": run.stderr.splitlines()}, indent=1))
