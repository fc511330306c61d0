"""The fastest collector that Python has: aiohttp and orjson, fifty calls under way. collect_aiohttp.py URL CALLS BODY"""
import asyncio
import hashlib
import hmac
import sys

import aiohttp
import orjson


async def main(url, calls, path):
    with open(path, "rb") as file:
        body = file.read()
    gate, found = asyncio.Semaphore(50), 0

    async def one(session):
        nonlocal found
        async with gate:
            digest, key = hashlib.sha256(body).hexdigest().encode(), b"key"
            for _ in range(5):
                key = hmac.digest(key, digest, "sha256")
            headers = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "GraniteServiceVersion20100801.GetMetricData",
                       "Authorization": f"AWS4-HMAC-SHA256 Credential=PEER, Signature={key.hex()}"}
            async with session.post(url, data=body, headers=headers) as response:
                answer = orjson.loads(await response.read())
        for result in answer["MetricDataResults"]:
            found += sum(1 for _ in zip(result["Timestamps"], result["Values"]))

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=50)) as session:
        await asyncio.gather(*[one(session) for _ in range(calls)])
    print(found)

asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3]))
