#!/usr/bin/env python3
"""Reads every operation that the simulator serves through boto3, the client that it must convince.

    scripts/boto3-control.py --endpoint http://127.0.0.1:4566 --now 2026-11-20T10:00:00+00:00 [ACCOUNT ...]

Prints one line an account; exits 1 with the reason where an answer is missing, malformed or empty.
"""
import argparse
import datetime
import sys

import boto3
import botocore.auth
import botocore.config
import botocore.exceptions

TENANTS = {  # account: (tenant, region)
    "111111111111": ("initech", "eu-central-1"),
    "222222222222": ("acme", "eu-central-1"),
    "333333333333": ("globex", "us-east-1"),
    "444444444444": ("umbrella", "eu-central-1"),
    "555555555555": ("hooli", "us-east-1"),
    "666666666666": ("wayne", "eu-central-1"),
    "900000000001": ("tenant-900000000001", "eu-central-1"),
}


class Account:
    """The clients of one assumed role."""

    def __init__(self, endpoint, account, now):
        tenant, self.region = TENANTS[account]
        self.account, self.endpoint, self.now, self.read = account, endpoint, now, 0
        base = boto3.Session("AKIASIMULATOR0000000", "simulator-secret-key", region_name=self.region)
        self.session = base
        role = f"arn:aws:iam::{account}:role/tidewatch-read"
        sts = self.client("sts")
        try:
            sts.assume_role(RoleArn=role, RoleSessionName="control", ExternalId="wrong")
            raise SystemExit("a wrong external id was accepted")
        except botocore.exceptions.ClientError as error:
            expect(error.response["Error"]["Code"] == "AccessDenied", "a wrong external id is AccessDenied")
        keys = sts.assume_role(RoleArn=role, RoleSessionName="control", ExternalId=f"{tenant}-external-id")["Credentials"]
        self.session = boto3.Session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], region_name=self.region)
        expect(self.client("sts").get_caller_identity()["Account"] == account, "the assumed role is of its account")

    def client(self, service):
        config = botocore.config.Config(retries={"max_attempts": 1})
        return self.session.client(service, endpoint_url=self.endpoint, config=config)

    def note(self, items):
        self.read += len(items)
        return items


def expect(holds, what):
    if not holds:
        raise SystemExit(f"expected: {what}")


def queues(account):
    sqs = account.client("sqs")
    urls = account.note([url for page in sqs.get_paginator("list_queues").paginate(MaxResults=3) for url in page.get("QueueUrls", [])])
    for url in urls:
        name = url.rsplit("/", 1)[1]
        expect(sqs.get_queue_url(QueueName=name)["QueueUrl"] == url, f"the URL of {name}")
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        expect(int(attributes["MessageRetentionPeriod"]) > 0, f"the retention of {name}")
        sqs.list_dead_letter_source_queues(QueueUrl=url)
    try:
        sqs.get_queue_attributes(QueueUrl=f"{account.endpoint}/{account.account}/no-such-queue", AttributeNames=["All"])
        raise SystemExit("expected: a queue that does not exist is refused")
    except sqs.exceptions.QueueDoesNotExist:
        pass


def metrics(account):
    cloudwatch = account.client("cloudwatch")
    found = account.note([metric for page in cloudwatch.get_paginator("list_metrics").paginate() for metric in page["Metrics"]])
    queries = [
        {"Id": f"m{index}", "MetricStat": {"Metric": metric, "Period": 300, "Stat": stat}}
        for index, (metric, stat) in enumerate((metric, stat) for metric in found[:60] for stat in ("Sum", "p99", "SampleCount"))
    ]
    window = {"StartTime": account.now - datetime.timedelta(hours=1), "EndTime": account.now}
    paged = {result["Id"]: 0 for result in queries}
    for page in cloudwatch.get_paginator("get_metric_data").paginate(MetricDataQueries=queries, MaxDatapoints=1000, **window):
        for result in page["MetricDataResults"]:
            expect(len(result["Timestamps"]) == len(result["Values"]), "as many values as times")
            paged[result["Id"]] += len(result["Values"])
    expect(sum(paged.values()) > 0, "some metric has a point")
    whole = cloudwatch.get_metric_data(MetricDataQueries=queries, **window)
    for result in whole["MetricDataResults"]:
        expect(paged[result["Id"]] == len(result["Values"]), f"pages of {result['Label']} add up to the whole")


def functions(account):
    client = account.client("lambda")
    names = account.note([f["FunctionName"] for page in client.get_paginator("list_functions").paginate() for f in page["Functions"]])
    for name in names:
        expect(client.get_function_configuration(FunctionName=name)["Timeout"] > 0, f"the timeout of {name}")
        client.get_function_concurrency(FunctionName=name)
        try:
            client.get_function_event_invoke_config(FunctionName=name)
        except client.exceptions.ResourceNotFoundException:
            pass
    for page in client.get_paginator("list_event_source_mappings").paginate():
        account.note(page["EventSourceMappings"])


def logs(account):
    client = account.client("logs")
    groups = account.note([group for page in client.get_paginator("describe_log_groups").paginate() for group in page["logGroups"]])
    milliseconds = int(account.now.timestamp() * 1000)
    for group in groups[:4]:
        window = {"logGroupName": group["logGroupName"], "startTime": milliseconds - 3_600_000, "endTime": milliseconds}
        try:
            pages = client.get_paginator("filter_log_events").paginate(filterPattern='"REPORT RequestId:"', **window)
            lines = account.note([event["message"] for page in pages for event in page["events"]])
            expect(all("REPORT RequestId:" in line for line in lines), "only lines that match")
            list(client.get_paginator("filter_log_events").paginate(filterPattern="?ERROR ?WARN", **window))
        except client.exceptions.ClientError as error:
            expect(error.response["Error"]["Code"] == "AccessDeniedException", "a refused group says so")


def traces(account):
    client = account.client("xray")
    window = {"StartTime": account.now - datetime.timedelta(hours=2), "EndTime": account.now}
    pages = client.get_paginator("get_trace_summaries").paginate(**window)
    summaries = account.note([summary for page in pages for summary in page["TraceSummaries"]])
    ids = [summary["Id"] for summary in summaries[:5]]
    is_searched = client.get_trace_segment_destination()["Destination"] == "CloudWatchLogs"
    if ids:
        found = client.batch_get_traces(TraceIds=ids)
        expect(sorted(trace["Id"] for trace in found["Traces"]) == ([] if is_searched else sorted(ids)), "every summary has its trace, where X-Ray keeps it")
        expect(client.get_service_graph(**window)["Services"], "traces draw a map")
    for page in client.get_paginator("get_groups").paginate():
        account.note(page["Groups"])
    if is_searched:
        # The simulator's time may stand still: then a retrieval runs for ever.
        token = client.start_trace_retrieval(TraceIds=ids, **window)["RetrievalToken"]
        expect(client.list_retrieved_traces(RetrievalToken=token, TraceFormat="OTEL")["RetrievalStatus"] in ("RUNNING", "COMPLETE"), "a retrieval runs")
        client.cancel_trace_retrieval(RetrievalToken=token)


def messaging(account):
    sns, events = account.client("sns"), account.client("events")
    for page in sns.get_paginator("list_topics").paginate():
        for topic in account.note(page["Topics"]):
            sns.get_topic_attributes(TopicArn=topic["TopicArn"])
            subscriptions = sns.list_subscriptions_by_topic(TopicArn=topic["TopicArn"])["Subscriptions"]
            expect(subscriptions and all(s["TopicArn"] == topic["TopicArn"] for s in subscriptions), "subscriptions of the topic")
    for bus in events.list_event_buses()["EventBuses"]:
        for rule in account.note(events.list_rules(EventBusName=bus["Name"])["Rules"]):
            place = {"EventBusName": bus["Name"]}
            expect(events.describe_rule(Name=rule["Name"], **place)["State"] == "ENABLED", f"the rule {rule['Name']}")
            expect(events.list_targets_by_rule(Rule=rule["Name"], **place)["Targets"], f"targets of {rule['Name']}")


def stores_and_gateways(account):
    dynamodb, rest, http = account.client("dynamodb"), account.client("apigateway"), account.client("apigatewayv2")
    for name in account.note(dynamodb.list_tables()["TableNames"]):
        expect(dynamodb.describe_table(TableName=name)["Table"]["TableStatus"] == "ACTIVE", f"the table {name}")
    for api in account.note(rest.get_rest_apis()["items"]):
        expect(rest.get_stages(restApiId=api["id"])["item"], f"the stages of {api['name']}")
    for api in account.note(http.get_apis()["Items"]):
        expect(http.get_stages(ApiId=api["ApiId"])["Items"], f"the stages of {api['Name']}")


def deployment(account):
    stacks, tagging = account.client("cloudformation"), account.client("resourcegroupstaggingapi")
    for stack in account.note(stacks.describe_stacks()["Stacks"]):
        pages = stacks.get_paginator("list_stack_resources").paginate(StackName=stack["StackName"])
        expect(account.note([r for page in pages for r in page["StackResourceSummaries"]]), f"resources of {stack['StackName']}")
        filters = [{"Key": "aws:cloudformation:stack-name", "Values": [stack["StackName"]]}]
        pages = tagging.get_paginator("get_resources").paginate(TagFilters=filters)
        expect(account.note([r for page in pages for r in page["ResourceTagMappingList"]]), f"tagged resources of {stack['StackName']}")


READERS = [queues, metrics, functions, logs, traces, messaging, stores_and_gateways, deployment]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--endpoint", required=True)
    parser.add_argument("--now", required=True, type=datetime.datetime.fromisoformat, help="the simulator's time")
    parser.add_argument("accounts", nargs="*")
    options = parser.parse_args()
    botocore.auth.get_current_datetime = lambda remove_tzinfo=True: options.now.replace(tzinfo=None) if remove_tzinfo else options.now
    for number in options.accounts or sorted(TENANTS):
        account = Account(options.endpoint, number, options.now)
        for reader in READERS:
            reader(account)
        print(f"{TENANTS[number][0]}: {account.read} items")


if __name__ == "__main__":
    sys.exit(main())
