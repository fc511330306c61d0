"""What most people would write: boto3 with fifty threads. collect_boto3.py URL CALLS BODY"""
import json
import sys
from concurrent.futures import ThreadPoolExecutor

import boto3
import botocore.args
from botocore.config import Config

# The stand-in server speaks JSON alone.
botocore.args.PRIORITY_ORDERED_SUPPORTED_PROTOCOLS = ("json",)


def main(url, calls, path):
    with open(path) as file:
        request = json.load(file)
    client = boto3.client("cloudwatch", endpoint_url=url, region_name="eu-central-1", aws_access_key_id="AKIASIMULATOR0000000",
                          aws_secret_access_key="simulator-secret-key", config=Config(max_pool_connections=50, retries={"max_attempts": 0}))

    def one(_):
        return sum(len(list(zip(result["Timestamps"], result["Values"]))) for result in client.get_metric_data(**request)["MetricDataResults"])

    with ThreadPoolExecutor(50) as pool:
        print(sum(pool.map(one, range(calls))))

main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
