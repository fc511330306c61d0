#!/usr/bin/env python3
"""Publishes a site to moto's S3, an independent stand-in, and reads with boto3 what arrived.

usage: moto_publish.py TIDEWATCH FOLDER

Prints one line for each thing that is not as it must be. FOLDER is a site with a rendered public/ of the trees files and fleet.
"""
import hashlib
import json
import logging
import os
import pathlib
import subprocess
import sys

import boto3
from moto.server import ThreadedMotoServer

logging.getLogger("werkzeug").setLevel(logging.ERROR)
BUCKET = "ops-example"


def main():
    tidewatch, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    environment = dict(os.environ, AWS_ACCESS_KEY_ID="key", AWS_SECRET_ACCESS_KEY="secret", AWS_ENDPOINT_URL_S3=endpoint)
    s3 = boto3.client("s3", endpoint_url=endpoint, region_name="eu-central-1", aws_access_key_id="key", aws_secret_access_key="secret")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    complaints = []

    def publish():
        ended = subprocess.run([tidewatch, "--site", str(folder), "--json", "publish"], env=environment, capture_output=True, text=True)
        return ended.returncode, json.loads(ended.stdout or "{}").get("published_files"), ended.stderr

    def objects():
        found = {}
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET):
            for entry in page.get("Contents", []):
                found[entry["Key"]] = s3.get_object(Bucket=BUCKET, Key=entry["Key"])
        return found

    def expect(what, is_so):
        if not is_so:
            complaints.append(what)

    code, written, words = publish()
    expect(f"the first publish ended with {code}: {words}", code == 0)
    there = objects()
    local = {f"ops/{tree}/{path.relative_to(folder / 'public' / tree)}": path.read_bytes() for tree in ["files", "fleet"] for path in (folder / "public" / tree).rglob("*") if path.is_file()}
    expect(f"objects that are not files: {sorted(set(there) - set(local))}", set(there) - set(local) == {"ops/files/manifest.json", "ops/fleet/manifest.json"})
    expect(f"files that did not arrive: {sorted(set(local) - set(there))[:5]}", not set(local) - set(there))
    bodies = {key: answer["Body"].read() for key, answer in there.items()}
    wrong = [key for key in local if bodies.get(key) != local[key]]
    expect(f"objects with other bytes: {wrong[:5]}", not wrong)
    expect(f"{written} files were said to be written, {len(local)} are there", written == len(local))
    index, asset = there["ops/files/index.html"], next(answer for key, answer in there.items() if key.startswith("ops/files/assets/") and key.endswith(".css"))
    expect(f"index.html: {index['ContentType']} {index.get('CacheControl')}", (index["ContentType"], index.get("CacheControl")) == ("text/html; charset=utf-8", "no-cache"))
    expect(f"an asset: {asset['ContentType']} {asset.get('CacheControl')}", (asset["ContentType"], asset.get("CacheControl")) == ("text/css; charset=utf-8", "public, max-age=31536000, immutable"))
    manifest = json.loads(bodies["ops/files/manifest.json"])
    expect("the manifest's digests are not those of the objects", all(hashlib.sha256(bodies["ops/files/" + path]).hexdigest() == digest for path, digest in manifest["files"].items()))

    # Nothing new: nothing is written, seen from the objects' own times.
    before = {key: (answer["ETag"], answer["LastModified"]) for key, answer in objects().items()}
    code, written, words = publish()
    after = {key: (answer["ETag"], answer["LastModified"]) for key, answer in objects().items()}
    expect(f"the second publish ended with {code} and wrote {written}: {words}", (code, written) == (0, 0))
    expect("the second publish wrote objects", before == after)

    # Somebody else holds the lease.
    s3.put_object(Bucket=BUCKET, Key="ops/.tidewatch-publishing.json", Body=json.dumps({"schema": 1, "publisher": "other", "until": "2999-01-01T00:00:00Z", "pending": []}))
    code, written, words = publish()
    expect(f"beside another publisher: {code} {words}", code == 5 and "another publisher is writing to s3://ops-example/ops/" in words)
    s3.delete_object(Bucket=BUCKET, Key="ops/.tidewatch-publishing.json")

    # No such bucket: exit 5, and one line that says so.
    for key in after:
        s3.delete_object(Bucket=BUCKET, Key=key)
    s3.delete_bucket(Bucket=BUCKET)
    code, written, words = publish()
    expect(f"without a bucket: {code} {words}", code == 5 and "NoSuchBucket" in words and len(words.strip().splitlines()) == 1)
    server.stop()
    for complaint in complaints:
        print(complaint)
    print(f"{len(local)} files")
    sys.exit(1 if complaints else 0)


if __name__ == "__main__":
    main()
