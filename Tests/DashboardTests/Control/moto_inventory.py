#!/usr/bin/env python3
"""What exists and how it is set: what boto3 reads out of two accounts of moto, beside what Tidewatch has on record of them.

usage: moto_inventory.py TIDEWATCH SITE    prints one JSON object: {"expected": {name: value}, "shown": {name: value}, "run": exit code, "messages": [...]}

Each account is read through an assumed role, with the same names and other settings in it. Resources are found by name, by tag, by stack and by
declaration. Every expected value comes out of an answer to boto3, none out of what was put in.
"""
import io
import json
import os
import pathlib
import sqlite3
import subprocess
import sys
import zipfile

import boto3
from botocore.config import Config
from moto.server import ThreadedMotoServer

TIDEWATCH, SITE = sys.argv[1], pathlib.Path(sys.argv[2])
REGION, ACCOUNTS = "eu-central-1", {"blue": "111111111111", "green": "222222222222"}
for name in [name for name in os.environ if name.startswith("AWS_")]:
    del os.environ[name]
os.environ.update(AWS_ACCESS_KEY_ID="testing", AWS_SECRET_ACCESS_KEY="testing", AWS_DEFAULT_REGION=REGION)

server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
host, port = server.get_host_and_port()
endpoint = f"http://127.0.0.1:{port}"


def role(account):
    return f"arn:aws:iam::{account}:role/read"


def session(account):
    """Clients with the keys of the account's role: what they see is that account's own."""
    config = Config(retries={"max_attempts": 1}, s3={"addressing_style": "path"})
    sts = boto3.client("sts", endpoint_url=endpoint, region_name=REGION, config=config)
    keys = sts.assume_role(RoleArn=role(account), RoleSessionName="control", ExternalId="x-1")["Credentials"]
    assumed = boto3.Session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], region_name=REGION)
    return lambda service: assumed.client(service, endpoint_url=endpoint, config=config)


def code():
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("index.py", "def handler(event, context): pass")
    return data.getvalue()


def fill(client, factor):
    """The same names in every account, with settings that differ."""
    sqs, functions, iam, sns, events, s3 = map(client, ("sqs", "lambda", "iam", "sns", "events", "s3"))
    arn = lambda url: sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    dead = sqs.create_queue(QueueName="shop-orders-dlq", Attributes={"MessageRetentionPeriod": "1209600"})["QueueUrl"]
    redrive = json.dumps({"deadLetterTargetArn": arn(dead), "maxReceiveCount": str(2 + factor)})
    orders = sqs.create_queue(QueueName="shop-orders", Attributes={"VisibilityTimeout": str(30 * factor), "DelaySeconds": str(factor), "RedrivePolicy": redrive})["QueueUrl"]
    sqs.create_queue(QueueName="shop-notices.fifo", Attributes={"FifoQueue": "true", "ContentBasedDeduplication": "true" if factor == 1 else "false"})
    for number in range(12):
        sqs.create_queue(QueueName=f"many-{number:02}")
    sqs.create_queue(QueueName="billing-runs", tags={"app": "billing"})
    sqs.create_queue(QueueName="other-queue", tags={"app": "other"})
    execution = iam.create_role(RoleName="worker", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    for name in ("shop-worker", "shop-reader"):
        functions.create_function(FunctionName=name, Runtime="python3.12" if factor == 1 else "nodejs22.x", Role=execution, Handler="index.handler", Code={"ZipFile": code()},
                                  Timeout=7 * factor, MemorySize=256 * factor, TracingConfig={"Mode": "Active" if name == "shop-worker" else "PassThrough"}, Tags={"app": "billing"})
    functions.put_function_concurrency(FunctionName="shop-worker", ReservedConcurrentExecutions=3 * factor)
    functions.create_event_source_mapping(FunctionName="shop-worker", EventSourceArn=arn(orders), BatchSize=5 * factor, FunctionResponseTypes=["ReportBatchItemFailures"])
    functions.put_function_event_invoke_config(FunctionName="shop-reader", MaximumRetryAttempts=1, DestinationConfig={"OnFailure": {"Destination": arn(dead)}})
    topic = sns.create_topic(Name="shop-news")["TopicArn"]
    events.create_event_bus(Name="shop-bus")
    for number in range(factor):
        events.put_rule(Name=f"shop-rule-{number}", EventBusName="shop-bus", EventPattern=json.dumps({"source": ["shop"]}))
        events.put_targets(Rule=f"shop-rule-{number}", EventBusName="shop-bus", Targets=[{"Id": "1", "Arn": arn(orders)}])
    events.put_rule(Name="nightly", ScheduleExpression=f"rate({factor} hours)" if factor > 1 else "rate(1 hour)")
    events.put_targets(Rule="nightly", Targets=[{"Id": "1", "Arn": functions.get_function(FunctionName="shop-reader")["Configuration"]["FunctionArn"]}])
    key = dict(KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}], AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}])
    mode = {"BillingMode": "PAY_PER_REQUEST"} if factor == 1 else {"ProvisionedThroughput": {"ReadCapacityUnits": 4, "WriteCapacityUnits": 9}}
    client("dynamodb").create_table(TableName="shop-items", **key, **mode)
    bucket = f"shop-uploads-{factor}"
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={"TopicConfigurations": [{"TopicArn": topic, "Events": ["s3:ObjectCreated:*"]}]})
    # After the bucket: its first notification is a test, and nobody should run for it.
    for _ in range(factor):
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn(orders))
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=functions.get_function(FunctionName="shop-worker")["Configuration"]["FunctionArn"])
    rest = client("apigateway")
    api = rest.create_rest_api(name="shop-api")["id"]
    root = rest.get_resources(restApiId=api)["items"][0]["id"]
    rest.put_method(restApiId=api, resourceId=root, httpMethod="POST", authorizationType="NONE")
    target = functions.get_function(FunctionName="shop-reader")["Configuration"]["FunctionArn"]
    rest.put_integration(restApiId=api, resourceId=root, httpMethod="POST", type="AWS_PROXY", integrationHttpMethod="POST",
                         uri=f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{target}/invocations")
    rest.create_deployment(restApiId=api, stageName="prod")
    rest.update_stage(restApiId=api, stageName="prod", patchOperations=[{"op": "replace", "path": "/tracingEnabled", "value": "true" if factor == 1 else "false"}])
    http = client("apigatewayv2")
    web = http.create_api(Name="shop-web", ProtocolType="HTTP")["ApiId"]
    http.create_integration(ApiId=web, IntegrationType="AWS_PROXY", IntegrationUri=target, PayloadFormatVersion="2.0")
    http.create_stage(ApiId=web, StageName="$default")
    logs = client("logs")
    logs.create_log_group(logGroupName="/aws/lambda/shop-worker")
    logs.put_retention_policy(logGroupName="/aws/lambda/shop-worker", retentionInDays=7 * factor)
    template = {"Resources": {
        "Jobs": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "stack-jobs", "VisibilityTimeout": 40 * factor}},
        "Done": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "stack-done"}},
        "Table": {"Type": "AWS::DynamoDB::Table", "Properties": {"TableName": "stack-table", "BillingMode": "PAY_PER_REQUEST", **key}},
        "Group": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "stack-log"}}}}
    client("cloudformation").create_stack(StackName="payments", TemplateBody=json.dumps(template))


clients = {tenant: session(account) for tenant, account in ACCOUNTS.items()}
for factor, tenant in enumerate(ACCOUNTS, 1):
    fill(clients[tenant], factor)

# ---- Run: both tenants, then once more, which must find the same.
SITE.joinpath("tenants").mkdir(parents=True)
SITE.joinpath("tidewatch.yaml").write_text("title: Control\ninterval: 5m\n")
for factor, (tenant, account) in enumerate(ACCOUNTS.items(), 1):
    SITE.joinpath(f"tenants/{tenant}.yaml").write_text(f"""id: {tenant}
sources:
  prod:
    aws: {{region: {REGION}, endpoint_url: "{endpoint}", role_arn: "{role(account)}", external_id: x-1}}
services:
  - {{id: found-by-name, discover: {{name_prefix: many-}}}}
  - {{id: found-by-tag, discover: {{tags: {{app: billing}}}}}}
  - {{id: found-by-stack, discover: {{stack: payments}}}}
  - id: declared
    resources:
      - {{kind: queue, name: shop-orders}}
      - {{kind: queue, name: shop-orders-dlq}}
      - {{kind: queue, name: shop-notices.fifo}}
      - {{kind: topic, name: shop-news}}
      - {{kind: bus, name: shop-bus}}
      - {{kind: table, name: shop-items}}
      - {{kind: bucket, name: shop-uploads-{factor}}}
      - {{kind: api, name: shop-api, stage: prod}}
      - {{kind: http_api, name: shop-web}}
""")
runs = [subprocess.run([TIDEWATCH, "--site", str(SITE), "collect"], capture_output=True, text=True) for _ in range(2)]

# ---- What boto3 reads back.
expected, shown = {}, {}


def expect(tenant, service, kind, name, presence="alive", feeds=(), **settings):
    place = f"{tenant} {kind} {name}"
    expected[f"{place} service"], expected[f"{place} presence"], expected[f"{place} feeds"] = service, presence, ",".join(sorted(feeds))
    for setting, value in settings.items():
        expected[f"{place} {setting}"] = value if value is None or isinstance(value, str) else float(value)


def names(arns):
    return {arn.split(":")[-1] for arn in arns}


def read(tenant, client):
    sqs, functions, sns, events, s3, logs = map(client, ("sqs", "lambda", "sns", "events", "s3", "logs"))
    tagged = {}
    for page in client("resourcegroupstaggingapi").get_paginator("get_resources").paginate(TagFilters=[{"Key": "app", "Values": ["billing"]}]):
        for item in page["ResourceTagMappingList"]:
            tagged[item["ResourceARN"].split(":")[-1]] = item["ResourceARN"].split(":")[2]
    stacked = {}
    for page in client("cloudformation").get_paginator("list_stack_resources").paginate(StackName="payments"):
        for item in page["StackResourceSummaries"]:
            stacked[item["PhysicalResourceId"].split("/")[-1].split(":")[-1]] = item["ResourceType"]
    urls = [url for page in sqs.get_paginator("list_queues").paginate() for url in page.get("QueueUrls", [])]
    for url in urls:
        name, attributes = url.split("/")[-1], sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        service = ("found-by-tag" if name in tagged else "found-by-stack" if name in stacked else "found-by-name" if name.startswith("many-")
                   else "declared" if name.startswith("shop-") else None)
        if service is None:
            expected[f"{tenant} queue {name}"] = "absent"
            continue
        policy = json.loads(attributes.get("RedrivePolicy", "{}"))
        mappings = functions.list_event_source_mappings(EventSourceArn=attributes["QueueArn"])["EventSourceMappings"]
        sources = names(u.replace("/", ":") for u in sqs.list_dead_letter_source_queues(QueueUrl=url)["queueUrls"]) if name.endswith("-dlq") else set()
        expect(tenant, service, "queue", name, retention=attributes["MessageRetentionPeriod"] and int(attributes["MessageRetentionPeriod"]), visibility_timeout=int(attributes["VisibilityTimeout"]),
               delay=int(attributes["DelaySeconds"]), fifo=attributes.get("FifoQueue") == "true", redrive_target=policy.get("deadLetterTargetArn"),
               max_receive_count=policy.get("maxReceiveCount") and int(policy["maxReceiveCount"]), feeds=names(m["FunctionArn"] for m in mappings) | names([policy["deadLetterTargetArn"]] if policy else []),
               **({"content_based_deduplication": attributes.get("ContentBasedDeduplication") == "true"} if name.endswith(".fifo") else {}),
               **({"dead_letter_sources": ",".join(sorted(sources))} if sources else {}))
    schedules = {target["Arn"].split(":")[-1]: rule["ScheduleExpression"] for rule in events.list_rules()["Rules"] if "ScheduleExpression" in rule
                 for target in events.list_targets_by_rule(Rule=rule["Name"])["Targets"]}
    for item in functions.list_functions()["Functions"]:
        name = item["FunctionName"]
        if tagged.get(name) != "lambda":
            expected[f"{tenant} function {name}"] = "absent"
            continue
        one = functions.get_function_configuration(FunctionName=name)
        settings = dict(timeout=one["Timeout"], memory=one["MemorySize"] * 1048576, runtime=one["Runtime"], code_sha256=one["CodeSha256"], tracing=one["TracingConfig"]["Mode"] == "Active",
                        reserved_concurrency=functions.get_function_concurrency(FunctionName=name).get("ReservedConcurrentExecutions"), schedule=schedules.get(name))
        mappings = functions.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]
        if mappings:
            settings.update(batch_size=mappings[0]["BatchSize"], mapping_id=mappings[0]["UUID"], mapping_state=mappings[0]["State"], event_source=mappings[0]["EventSourceArn"],
                            partial_batch_response="ReportBatchItemFailures" in mappings[0]["FunctionResponseTypes"])
        try:
            settings["on_failure_destination"] = functions.get_function_event_invoke_config(FunctionName=name)["DestinationConfig"]["OnFailure"]["Destination"]
        except functions.exceptions.ResourceNotFoundException:
            settings["on_failure_destination"] = None
        expect(tenant, "found-by-tag", "function", name, **settings)
        for group in logs.describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{name}")["logGroups"]:
            expected[f"{tenant} log {name} log_retention"] = float(group["retentionInDays"] * 86400)
    for topic in sns.list_topics()["Topics"]:
        name, subscriptions = topic["TopicArn"].split(":")[-1], sns.list_subscriptions_by_topic(TopicArn=topic["TopicArn"])["Subscriptions"]
        pending = sum(s["SubscriptionArn"] == "PendingConfirmation" for s in subscriptions)
        expect(tenant, "found-by-stack" if name in stacked else "declared", "topic", name, subscriptions=len(subscriptions) - pending, pending_subscriptions=pending,
               feeds=names(s["Endpoint"] for s in subscriptions))
    rules = sorted(rule["Name"] for rule in events.list_rules(EventBusName="shop-bus")["Rules"])
    expect(tenant, "declared", "bus", "shop-bus", rule=",".join(rules), feeds=names(target["Arn"] for rule in rules for target in events.list_targets_by_rule(Rule=rule, EventBusName="shop-bus")["Targets"]))
    for name in client("dynamodb").list_tables()["TableNames"]:
        table = client("dynamodb").describe_table(TableName=name)["Table"]
        demand, capacity = table.get("BillingModeSummary", {}).get("BillingMode") == "PAY_PER_REQUEST", table["ProvisionedThroughput"]
        expect(tenant, "found-by-stack" if name in stacked else "declared", "table", name, capacity_mode="on_demand" if demand else "provisioned",
               read_capacity=None if demand else capacity["ReadCapacityUnits"], write_capacity=None if demand else capacity["WriteCapacityUnits"])
    for item in s3.list_buckets()["Buckets"]:
        told = s3.get_bucket_notification_configuration(Bucket=item["Name"])
        expect(tenant, "declared", "bucket", item["Name"], feeds=names(t["TopicArn"] for t in told.get("TopicConfigurations", [])))
    for api in client("apigateway").get_rest_apis()["items"]:
        stage = client("apigateway").get_stage(restApiId=api["id"], stageName="prod")
        methods = [m for r in client("apigateway").get_resources(restApiId=api["id"], embed=["methods"])["items"] for m in r.get("resourceMethods", {}).values()]
        expect(tenant, "declared", "api", api["name"], api_id=api["id"], tracing=stage["tracingEnabled"], feeds={m["methodIntegration"]["uri"].split(":function:")[1].split("/")[0] for m in methods})
    for api in client("apigatewayv2").get_apis()["Items"]:
        integrations = client("apigatewayv2").get_integrations(ApiId=api["ApiId"])["Items"]
        expect(tenant, "declared", "http_api", api["Name"], api_id=api["ApiId"], feeds=names(i["IntegrationUri"] for i in integrations))


for tenant in ACCOUNTS:
    read(tenant, clients[tenant])
server.stop()

# ---- What is on record.
for tenant in ACCOUNTS:
    base = sqlite3.connect(next(SITE.joinpath("state").rglob(f"{tenant}*.sqlite")))
    for number, kind, name, service, presence in base.execute("SELECT id, kind, name, service, presence FROM resources WHERE service IS NOT NULL").fetchall():
        place = f"{tenant} {kind} {name}"
        shown.update({f"{place} service": service, f"{place} presence": presence, place: "present"})
        feeds = [row[0] for row in base.execute("SELECT name FROM feeds JOIN resources ON resources.id = target WHERE resource = ?", (number,))]
        shown[f"{place} feeds"] = ",".join(sorted(feeds))
        for setting, value in base.execute("SELECT name, value FROM settings WHERE resource = ?", (number,)):
            shown[f"{place} {setting}"] = value if isinstance(value, str) else float(value)
print(json.dumps({"expected": expected, "shown": {name: shown.get(name, "absent" if expected[name] == "absent" else None) for name in expected},
                  "run": [run.returncode for run in runs], "messages": [line for run in runs for line in run.stderr.splitlines()]}, indent=1))
