"""A whole run over many simulated tenants: the first, which reads a day back, and the one five minutes later that cron knows; then
rendering alone: what is usually due, all pages, nothing changed, one tenant in a hundred changed."""
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

    def turn(stage, moment):
        began = time.monotonic()
        # The first run reads a day back and has no interval to keep; on a busy machine that takes longer than cron would give it.
        child = run([tidewatch, "--site", folder, stage, "--deadline", "1h", "--now", moment.isoformat().replace("+00:00", "Z")], env=environment)
        return child, time.monotonic() - began

    what = f"{TENANTS:,} tenants x {fleet.SERVICES} services"
    try:
        port = int(simulator.stdout.readline().split()[1])
        fleet.write(folder, TENANTS, port)
        # A few seconds after a full five minutes, as cron would have it.
        now = datetime.datetime.fromtimestamp(time.time() // 300 * 300 + 5, datetime.timezone.utc)
        first, wall = turn("run", now - datetime.timedelta(minutes=5))
        table.row(f"{what}, first run, 24 h back", first.rss, 128e6, figure(first, wall), "<= 128 MB")
        usual, wall = turn("run", now)
        table.row(f"{what}, run, 5 minutes later: CPU", usual.cpu, 10 * SCALE, figure(usual, wall), f"<= {10 * SCALE:g} s")
        table.row(f"{what}, run, 5 minutes later: memory", usual.rss, 128e6, f"{usual.rss / 1e6:.0f} MB", "<= 128 MB")
        table.row(f"{what}, run, 5 minutes later: wall, the simulator on the same processors", wall, 60 * max(SCALE, 0.1), f"{wall:.0f} s", f"<= {60 * max(SCALE, 0.1):g} s")
        renders(table, folder, turn, now + datetime.timedelta(minutes=5), what)
    finally:
        simulator.terminate()
        simulator.wait()
    shutil.rmtree(folder)


def renders(table, folder, turn, now, what):
    """`now` stays the same: what is not made anew is left alone because nothing in it changed."""
    usual, wall = turn("render", now)
    table.fact(f"{what}, render and switch what five more minutes make due", figure(usual, wall))
    everything = range(TENANTS)
    for number in everything: fleet.rename(folder, number, "Renamed")
    full, wall = turn("render", now)
    table.fact(f"{what}, render and switch all pages of all ranges", figure(full, wall))
    turn("render", now)
    same, _ = turn("render", now)
    table.row(f"{what}, nothing changed, against all pages", same.cpu / full.cpu, 0.25, against(same, full, usual), "<= 0.25")
    changed = range(0, TENANTS, 100)
    for number in changed: fleet.rename(folder, number, "Changed")
    few, _ = turn("render", now)
    table.row(f"{what}, the services of {len(changed)} tenants changed, against all pages", few.cpu / full.cpu, 0.15, against(few, full, usual), "<= 0.15")


def against(child, full, usual):
    return f"{child.cpu / full.cpu:.3f} ({child.cpu:.2f} s; {child.cpu / usual.cpu:.2f} of what a usual run makes)"


def figure(child, wall):
    return f"{child.cpu:.1f} s CPU, {wall:.0f} s wall, {child.rss / 1e6:.0f} MB"
