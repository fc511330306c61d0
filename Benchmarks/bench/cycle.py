"""A whole run over many simulated tenants: the first, which reads a day back, and the one five minutes later that cron knows."""
import datetime
import os
import shutil
import subprocess
import time

from . import build, fleet
from .measure import run

TENANTS = int(os.environ.get("TIDEWATCH_BENCH_TENANTS", "1000"))
SCALE = TENANTS / 1000


def measure(table):
    tidewatch = build.product("tidewatch")
    folder = os.path.join(build.WORK, "cycle")
    shutil.rmtree(folder, ignore_errors=True)
    environment = dict(os.environ, AWS_ACCESS_KEY_ID="AKIASIMULATOR0000000", AWS_SECRET_ACCESS_KEY="simulator-secret-key")
    simulator = subprocess.Popen([tidewatch, "simulate", "--port", "0"], stdout=subprocess.PIPE, text=True)
    try:
        port = int(simulator.stdout.readline().split()[1])
        fleet.write(folder, TENANTS, port)
        now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
        for word, moment, limit in [("first run, 24 h back", now - datetime.timedelta(minutes=5), None), ("run, 5 minutes later", now, 10 * SCALE)]:
            began = time.monotonic()
            child = run([tidewatch, "--site", folder, "run", "--now", moment.isoformat().replace("+00:00", "Z")], env=environment)
            wall = time.monotonic() - began
            figure = f"{child.cpu:.1f} s CPU, {wall:.0f} s wall, {child.rss / 1e6:.0f} MB"
            work = f"{TENANTS:,} tenants x {fleet.SERVICES} services, {word}"
            if limit is None:
                table.fact(work, figure)
                table.row(f"{work}: memory", child.rss, 128e6, f"{child.rss / 1e6:.0f} MB", "<= 128 MB")
            else:
                table.row(work, max(child.cpu / limit, child.rss / 128e6), 1, figure, f"<= {limit:.0f} s, <= 128 MB")
    finally:
        simulator.terminate()
        simulator.wait()
    shutil.rmtree(folder)
