"""Recording points: in bulk against SQLite's C interface, and one new point in each of many series as cron brings them."""
import os
import re
import shutil

from . import build
from .measure import ratio, run

RESOURCES, SIGNALS, POINTS = 580, 6, 288
FLEET = 20_000


def measure(table):
    ours, theirs = build.product("ingest-bench"), build.peer("ingest", "sqlite3")
    folder = os.path.join(build.WORK, "ingest")
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)

    def product(pair):
        # The benchmark makes its points up beforehand and says what recording them cost.
        return figure(run([ours, str(RESOURCES), folder, "blocks"]).out, "bulk, a sample") * RESOURCES * SIGNALS * POINTS / 1e6

    def peer(pair):
        cost = run([theirs, f"{folder}/{pair}.sqlite", str(RESOURCES * SIGNALS), str(POINTS)]).cpu
        os.remove(f"{folder}/{pair}.sqlite")
        return cost

    samples = RESOURCES * SIGNALS * POINTS
    value, own, other = ratio(product, peer)
    table.row(f"bulk ingest of {samples:,} samples against SQLite's C interface", value, 1.5,
              f"{value:.2f} ({own / samples * 1e6:.2f} µs a sample, C {other / samples * 1e6:.2f})", "<= 1.5")
    value = figure(run([ours, str(FLEET), folder, "blocks"]).out, "cycle, window of 1, a new point")
    table.row(f"one new point in each of {FLEET * SIGNALS:,} series", value, 4, f"{value:.2f} µs a point", "<= 4 µs")
    shutil.rmtree(folder)


def figure(text, what):
    """Microseconds; where the benchmark measured it more than once, the worst."""
    found = [float(number) for number in re.findall(rf"^blocks +{re.escape(what)}: ([0-9.]+) µs$", text, re.MULTILINE)]
    if not found:
        raise SystemExit(f"ingest-bench did not print '{what}':\n{text}")
    return max(found)
