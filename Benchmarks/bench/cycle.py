"""Whole runs over many simulated tenants: the first, which reads a day back, and the third, five minutes after another, which is what cron
knows, for a tenth of the tenants and for all of them, so that growth shows; then rendering alone: what is usually due, all pages, nothing
changed, one tenant in a hundred changed."""
import datetime
import os
import shutil
import subprocess
import time

from . import build, fleet
from .measure import run

# A thousand first runs read 50 million points from a simulator on the same processors. TIDEWATCH_BENCH_TENANTS=10000 takes hours.
TENANTS = int(os.environ.get("TIDEWATCH_BENCH_TENANTS", "1000"))
SCALE = TENANTS / 1000


class Site:
    """A site of so many tenants, and the turns that it takes."""

    def __init__(self, tidewatch, tenants, port, environment):
        self.tidewatch, self.tenants, self.environment = tidewatch, tenants, environment
        self.folder = os.path.join(build.WORK, "cycle")
        shutil.rmtree(self.folder, ignore_errors=True)
        fleet.write(self.folder, tenants, [port])

    def turn(self, stage, moment):
        began = time.monotonic()
        # The first run reads a day back and has no interval to keep; on a busy machine that takes longer than cron would give it.
        child = run([self.tidewatch, "--site", self.folder, stage, "--deadline", "1h", "--now", moment.isoformat().replace("+00:00", "Z")], env=self.environment)
        return child, time.monotonic() - began

    def change(self, tenants, word):
        for number in tenants:
            fleet.rename(self.folder, number, word)


def measure(table):
    tidewatch = build.tidewatch()
    environment = dict(os.environ, AWS_ACCESS_KEY_ID="AKIASIMULATOR0000000", AWS_SECRET_ACCESS_KEY="simulator-secret-key")
    simulator = subprocess.Popen([tidewatch, "simulate", "--port", "0"], stdout=subprocess.PIPE, text=True)
    try:
        port = int(simulator.stdout.readline().split()[1])
        # A few seconds after a full five minutes, as cron would have it.
        now = datetime.datetime.fromtimestamp(time.time() // 300 * 300 + 5, datetime.timezone.utc)
        tenth, _ = runs(table, Site(tidewatch, max(1, TENANTS // 10), port, environment), now)
        whole, site = runs(table, Site(tidewatch, TENANTS, port, environment), now, promised=True)
        growth = f"{TENANTS:,} tenants against {max(1, TENANTS // 10):,}"
        table.row(f"{growth}: CPU", whole.cpu / tenth.cpu, 11, f"{whole.cpu / tenth.cpu:.1f}", "<= 11")
        table.row(f"{growth}: memory", whole.rss / tenth.rss, 1.2, f"{whole.rss / tenth.rss:.2f}", "<= 1.2")
        renders(table, site, now + datetime.timedelta(minutes=5), whole)
    finally:
        simulator.terminate()
        simulator.wait()
    shutil.rmtree(os.path.join(build.WORK, "cycle"))


def runs(table, site, now, promised=False):
    """The usual run's cost, after a first one. Only the promised size is held against its bars."""
    what = f"{site.tenants:,} tenants x {fleet.SERVICES} services"
    first, wall = site.turn("run", now - datetime.timedelta(minutes=10))
    table.fact(f"{what}, first run, 24 h back", figure(first, wall))
    # The second run fills the shadow of each tree for the first time; from the third on, a run is like any other.
    site.turn("run", now - datetime.timedelta(minutes=5))
    usual, wall = site.turn("run", now)
    if not promised:
        table.fact(f"{what}, a usual run", figure(usual, wall))
        return usual, site
    table.row(f"{what}, a usual run: CPU", usual.cpu, 10 * SCALE, figure(usual, wall), f"<= {10 * SCALE:g} s")
    table.row(f"{what}, a usual run: memory", max(first.rss, usual.rss), 128e6, f"{usual.rss / 1e6:.0f} MB, first run {first.rss / 1e6:.0f} MB", "<= 128 MB")
    table.row(f"{what}, a usual run: wall, the simulator on the same processors", wall, 60 * max(SCALE, 0.1), f"{wall:.0f} s", f"<= {60 * max(SCALE, 0.1):g} s")
    return usual, site


def renders(table, site, now, cycle):
    """`now` stays the same: what is not made anew is left alone because nothing in it changed."""
    what = f"{site.tenants:,} tenants x {fleet.SERVICES} services"
    usual, wall = site.turn("render", now)
    table.fact(f"{what}, render and switch what five more minutes make due", figure(usual, wall))
    site.change(range(site.tenants), "Renamed")
    full, wall = site.turn("render", now)
    table.fact(f"{what}, render and switch all pages of all ranges", figure(full, wall))
    site.turn("render", now)
    same, _ = site.turn("render", now)
    table.row(f"{what}, nothing changed, against all pages", same.cpu / full.cpu, 0.25, against(same, full, cycle), "<= 0.25")
    changed = range(0, site.tenants, 100)
    site.change(changed, "Changed")
    few, _ = site.turn("render", now)
    table.row(f"{what}, 1 % of the services changed: render and switch, against the whole run", few.cpu / cycle.cpu, 0.15, against(few, full, cycle), "<= 0.15")


def against(child, full, cycle):
    return f"{child.cpu / full.cpu:.3f} of all pages, {child.cpu / cycle.cpu:.3f} of a usual run ({child.cpu:.2f} s)"


def figure(child, wall):
    return f"{child.cpu:.1f} s CPU, {wall:.0f} s wall, {child.rss / 1e6:.0f} MB"
