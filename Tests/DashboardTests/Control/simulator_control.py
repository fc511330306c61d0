#!/usr/bin/env python3
"""What boto3 reads out of the simulated AWS beside what Tidewatch's pages show of it: every signal of the catalogue that is one CloudWatch metric.

usage: simulator_control.py TIDEWATCH SITE    copies the example site to SITE, runs TIDEWATCH over it against its own simulator and prints one JSON object:
                                              {"compared": {tenant: points}, "signals": [...], "wrong": [...], "run": exit code, "messages": [...]}

Which metric and statistic a signal is stands in docs/signals.md; names and dimensions are those of the tenants' files.
"""
import collections
import csv
import datetime
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

import boto3
import yaml
from botocore.config import Config

TIDEWATCH, SITE = sys.argv[1], pathlib.Path(sys.argv[2])
ROOT = pathlib.Path(__file__).resolve().parents[3]
GRAIN = 300
for name in [name for name in os.environ if name.startswith("AWS_")]:
    del os.environ[name]
os.environ.update(AWS_ACCESS_KEY_ID="AKIASIMULATOR0000000", AWS_SECRET_ACCESS_KEY="simulator-secret-key")

# ---- The catalogue: signal to namespace, metric and statistic; milliseconds become seconds.
CATALOGUE = {}
for row in re.finditer(r"^\| `([a-z_]+)\.([a-z0-9_.]+)` \|[^|]*\| (\w+) \|[^|]*\| (AWS/\w+) (\S+) (Sum|Average|Maximum|Minimum|SampleCount|p[0-9.]+) \|", (ROOT / "docs/signals.md").read_text(), re.M):
    kind, signal, unit, namespace, metric, statistic = row.groups()
    in_milliseconds = unit == "s" and metric not in ("ApproximateAgeOfOldestMessage",)
    CATALOGUE[f"{kind}.{signal}"] = (namespace, metric, statistic, 0.001 if in_milliseconds else 1.0)
DIMENSIONS = {"queue": "QueueName", "function": "FunctionName", "topic": "TopicName", "table": "TableName"}


def dimensions(resource):
    """What names the resource's metrics; nothing where it takes several series to say it."""
    kind, name = resource["kind"], resource["name"]
    if kind in DIMENSIONS:
        return [{"Name": DIMENSIONS[kind], "Value": name}]
    if kind == "api" and "stage" in resource:
        return [{"Name": "ApiName", "Value": name}, {"Name": "Stage", "Value": resource["stage"]}]
    if kind == "http_api" and "api_id" in resource:
        return [{"Name": "ApiId", "Value": resource["api_id"]}]
    return None


simulator = subprocess.Popen([TIDEWATCH, "simulate", "--port", "0"], stdout=subprocess.PIPE, text=True)
try:
    port = simulator.stdout.readline().split()[1]
    endpoint = f"http://127.0.0.1:{port}"
    shutil.copytree(ROOT / "Examples/five-systems", SITE, ignore=shutil.ignore_patterns("state", "public"))
    for name in ("DEMO_DD_API_KEY", "DEMO_DD_APP_KEY", "DEMO_SENTRY_TOKEN", "DEMO_HOOK_SECRET"):
        os.environ[name] = {"DEMO_DD_API_KEY": "simulator-datadog-api-key", "DEMO_DD_APP_KEY": "simulator-datadog-application-key",
                            "DEMO_SENTRY_TOKEN": "simulator-sentry-token"}.get(name, "whsec_dGlkZXdhdGNoLWRlbW8tc2VjcmV0LTAxMjM0NTY3ODk=")
    # Nobody is told anything here.
    os.environ.update(DEMO_AWS_PORT=port, DEMO_SMTP_PORT="9", DEMO_HOOK_PORT="9")
    texts = {file.stem: file.read_text() for file in sorted((SITE / "tenants").glob("*.yaml"))}
    for tenant, text in texts.items():
        # An hour is enough.
        shorter = re.sub(r"^ +backfill: .*\n", "", text, flags=re.M).replace("      region:", "      backfill: 1h\n      region:", 1)
        (SITE / f"tenants/{tenant}.yaml").write_text(shorter)
    for verb in ("collect", "evaluate", "render", "publish"):
        run = subprocess.run([TIDEWATCH, "--site", str(SITE), verb], capture_output=True, text=True)
        if run.returncode not in (0, 3):
            break

    compared, signals, wrong = collections.Counter(), set(), []
    config = Config(retries={"max_attempts": 1})
    for tenant, text in texts.items():
        file = yaml.safe_load(re.sub(r"\$\{DEMO_AWS_PORT\}", port, text))
        aws = next(source["aws"] for source in file["sources"].values() if "aws" in source)
        sts = boto3.client("sts", endpoint_url=endpoint, region_name=aws["region"], config=config)
        keys = sts.assume_role(RoleArn=aws["role_arn"], RoleSessionName="control", ExternalId=aws["external_id"])["Credentials"]
        cloudwatch = boto3.client("cloudwatch", endpoint_url=endpoint, region_name=aws["region"], config=config, aws_access_key_id=keys["AccessKeyId"],
                                  aws_secret_access_key=keys["SecretAccessKey"], aws_session_token=keys["SessionToken"])
        for service in file["services"]:
            table = SITE / f"public/{tenant}/services/{service['id']}/data-6h.csv"
            rows = list(csv.DictReader(table.read_text().splitlines()))
            times = [int(datetime.datetime.fromisoformat(row["time"].replace("Z", "+00:00")).timestamp()) for row in rows]
            titles = {(resource["kind"], resource.get("title", resource["name"])): resource for resource in service.get("resources", [])}
            wanted = {}
            for column in rows[0].keys() - {"time"}:
                signal, title = column.split(" ", 1)
                resource = titles.get((signal.split(".")[0], title))
                if signal in CATALOGUE and resource and dimensions(resource):
                    wanted[f"m{len(wanted)}"] = (column, CATALOGUE[signal], dimensions(resource))
            queries = [{"Id": key, "MetricStat": {"Metric": {"Namespace": namespace, "MetricName": metric, "Dimensions": names}, "Period": GRAIN, "Stat": statistic}}
                       for key, (_, (namespace, metric, statistic, _), names) in wanted.items()]
            # The newest steps may still change between two readings.
            start, end = times[-1] - 3_300, times[-1] - 900
            window = dict(StartTime=datetime.datetime.fromtimestamp(start, datetime.timezone.utc), EndTime=datetime.datetime.fromtimestamp(end, datetime.timezone.utc))
            for at in range(0, len(queries), 500):
                for result in cloudwatch.get_metric_data(MetricDataQueries=queries[at:at + 500], **window)["MetricDataResults"]:
                    column, (_, _, _, scale), _ = wanted[result["Id"]]
                    points = {int(time.timestamp()): value * scale for time, value in zip(result["Timestamps"], result["Values"])}
                    for time, row in zip(times, rows):
                        if not start <= time < end:
                            continue
                        told, expected = row[column], points.get(time)
                        # Of a counter that is silent a page says zero, of a gauge nothing.
                        right = told in ("", "0") if expected is None else told != "" and abs(float(told) - expected) <= 1e-3 * max(1e-3, abs(expected))
                        compared[tenant] += expected is not None
                        if expected is not None:
                            signals.add(column.split(" ")[0])
                        if not right:
                            wrong.append(f"{tenant} {time} {column}: {told!r}, boto3 {expected}")
finally:
    simulator.terminate()
print(json.dumps({"compared": compared, "signals": sorted(signals), "wrong": wrong, "run": run.returncode, "messages": run.stderr.splitlines()}, indent=1))
