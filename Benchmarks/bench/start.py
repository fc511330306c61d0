"""What a start costs: cron pays it 288 times a day."""
import os
import statistics

from . import build
from .measure import run


def measure(table):
    kinds = [("", [], None)]
    # A second build of everything: only on demand.
    if os.environ.get("TIDEWATCH_BENCH_STATIC"):
        kinds.append((", Swift library linked in", ["--static-swift-stdlib"], "release-static"))
    for words, flags, scratch in kinds:
        tidewatch = build.product("tidewatch", *flags, scratch=scratch)
        costs = [run([tidewatch, "--help"]).cpu for _ in range(22)][1:]
        value = statistics.median(costs) * 1000
        table.row(f"tidewatch --help{words}", value, 15, f"{value:.1f} ms", "<= 15 ms")
