"""How long collecting waits: many tenants whose calls take 50 ms each, against the time that 64 calls at once would need for as many. The first run
reads queues and an hour of numbers, the second what five minutes brought. A host gets 32 calls at a time, so the tenants live in four regions."""
import datetime
import os
import shutil
import subprocess
import sys
import time

from . import build, fleet
from .measure import run

TENANTS = int(os.environ.get("TIDEWATCH_BENCH_TENANTS", "1000"))
HOSTS, LATENCY, AT_ONCE = 4, 0.05, 64


def measure(table):
    tidewatch = build.tidewatch()
    environment = dict(os.environ, AWS_ACCESS_KEY_ID="AKIASIMULATOR0000000", AWS_SECRET_ACCESS_KEY="simulator-secret-key")
    server = subprocess.Popen([sys.executable, os.path.join(build.PEERS, "fleet_server.py"), str(HOSTS)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    folder = os.path.join(build.WORK, "wall")
    try:
        ports = server.stdout.readline().split()[1:]
        shutil.rmtree(folder, ignore_errors=True)
        fleet.write(folder, TENANTS, ports, backfill="1h")
        now = datetime.datetime.fromtimestamp(time.time() // 300 * 300 + 5, datetime.timezone.utc)
        for what, moment in [("first run", now - datetime.timedelta(minutes=5)), ("a usual run", now)]:
            began = time.monotonic()
            child = run([tidewatch, "--site", folder, "collect", "--deadline", "1h", "--now", moment.isoformat().replace("+00:00", "Z")], env=environment)
            wall = time.monotonic() - began
            server.stdin.write("\n")
            server.stdin.flush()
            calls = int(server.stdout.readline())
            least = calls * LATENCY / AT_ONCE
            table.row(f"collect {TENANTS:,} tenants x {fleet.SERVICES} queues, {what}: wall, against 64 calls at once", wall / least, 1.1,
                      f"{wall / least:.2f} ({wall:.1f} s for {calls:,} calls, {child.cpu:.1f} s CPU, {child.rss / 1e6:.0f} MB)", "<= 1.1")
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(folder, ignore_errors=True)
