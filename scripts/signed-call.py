#!/usr/bin/env python3
"""One signed call of the simulator with nothing but Python's standard library.

    scripts/signed-call.py http://127.0.0.1:4566 20261120T100000Z

Prints the account that GetCallerIdentity names.
"""
import hashlib
import hmac
import sys
import urllib.parse
import urllib.request
import xml.etree.ElementTree

KEY, SECRET, REGION, SERVICE = "AKIASIMULATOR0000000", "simulator-secret-key", "us-east-1", "sts"


def main(endpoint, stamp):
    host = urllib.parse.urlsplit(endpoint).netloc
    body = b"Action=GetCallerIdentity&Version=2011-06-15"
    scope = f"{stamp[:8]}/{REGION}/{SERVICE}/aws4_request"
    canonical = f"POST\n/\n\nhost:{host}\nx-amz-date:{stamp}\n\nhost;x-amz-date\n{hashlib.sha256(body).hexdigest()}"
    text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = ("AWS4" + SECRET).encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    headers = {
        "X-Amz-Date": stamp,
        "Content-Type": "application/x-www-form-urlencoded",
        "Authorization": f"AWS4-HMAC-SHA256 Credential={KEY}/{scope}, SignedHeaders=host;x-amz-date, Signature={signature}",
    }
    with urllib.request.urlopen(urllib.request.Request(endpoint + "/", data=body, headers=headers), timeout=240) as answer:
        # An answer is a kilobyte; more than a megabyte is no answer.
        document = xml.etree.ElementTree.fromstring(answer.read(1_000_000))
    print(document.find(".//{*}Account").text)


if __name__ == "__main__":
    main(*sys.argv[1:])
