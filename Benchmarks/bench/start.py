"""What a start costs: cron pays it 288 times a day."""
import statistics

from . import build
from .measure import run


def measure(table):
    tidewatch = build.tidewatch()
    costs = [run([tidewatch, "--help"]).cpu for _ in range(22)][1:]
    value = statistics.median(costs) * 1000
    table.row("tidewatch --help", value, 15, f"{value:.1f} ms", "<= 15 ms")
