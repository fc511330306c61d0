"""GetMetricData answers of 500 metrics x 12 points, against libcurl in C, aiohttp with orjson, and boto3."""
import json
import os
import subprocess
import sys

from . import build
from .measure import ratio, run

METRICS, POINTS, START = 500, 12, 1_795_168_800


def measure(table):
    ours, c = build.product("collect-bench"), build.peer("collect", "curl", "crypto")
    python = build.python("aiohttp", "orjson", "boto3")
    body = os.path.join(build.PLACE, "metric-request.json")
    with open(body, "w") as out:
        json.dump(request(), out)
    server = subprocess.Popen([sys.executable, os.path.join(build.PEERS, "collect_server.py")], stdout=subprocess.PIPE, text=True)
    try:
        url = f"http://127.0.0.1:{server.stdout.readline().split()[1]}/"

        def cost(command, calls):
            child = run([*command, url, str(calls), body])
            if child.out.strip() != str(calls * METRICS * POINTS):
                sys.exit(f"{command[-1]}: read {child.out.strip()} points instead of {calls * METRICS * POINTS}")
            return child.cpu

        for name, command, limit, must, calls, pairs in [
                ("libcurl in C", [c], 2.5, "<= 2.5", 1000, 5),
                ("aiohttp + orjson", [python, os.path.join(build.PEERS, "collect_aiohttp.py")], 1, "<= 1.0", 1000, 5),
                ("boto3", [python, os.path.join(build.PEERS, "collect_boto3.py")], 1 / 33, "<= 1/33", 100, 3)]:
            if command[0] is None:
                table.note(f"collect against {name}", "its Python packages could not be installed", must)
                continue
            value, own, other = ratio(lambda _: cost([ours], calls), lambda _: cost(command, calls), pairs)
            figure = f"{value:.2f}" if value > 0.1 else f"1/{1 / value:.0f}"
            table.row(f"collect {calls:,} answers of {METRICS} x {POINTS} against {name}", value, limit,
                      f"{figure} ({own / calls * 1e3:.2f} ms a call, other {other / calls * 1e3:.2f})", must)
    finally:
        server.terminate()
        server.wait()


def request():
    queries = [{"Id": f"q{index}", "MetricStat": {"Metric": {"Namespace": "AWS/SQS", "MetricName": "ApproximateNumberOfMessagesVisible",
                "Dimensions": [{"Name": "QueueName", "Value": f"queue-{index:05d}"}]}, "Period": 300, "Stat": "Maximum"}} for index in range(METRICS)]
    return {"MetricDataQueries": queries, "StartTime": START, "EndTime": START + 300 * POINTS, "ScanBy": "TimestampAscending"}
