"""Which part of a system an incident comes from: PetShop's recorded issues, whose cause is known to the scorer alone, and peers that rank the same parts."""
import csv
import json
import math
import os
import random
import subprocess
import sys

from . import build
from .measure import run

STEPS = 4
# How many steps tell what a call costs otherwise: an hour, as for live incidents.
BEFORE = 12
METRICS = [("latency", "Average"), ("availability", "Average")]


def measure(table):
    folder = os.path.join(build.ROOT, "..", "shared", "data", "metrics", "petshop")
    if not os.path.isdir(folder):
        return table.note("causes of PetShop's issues", f"{folder} is not there")
    issues = recorded(folder)
    history = os.path.join(folder, "high_traffic", "noissue", "metrics.csv")
    ours = build.product("cause-bench")
    # The causes stay here: the program is told where the numbers are, which part alerts, by what, and when.
    asked = subprocess.run([ours, "issues", history, str(BEFORE)], input="".join("\t".join(issue[:5]) + "\n" for issue in issues), capture_output=True, text=True)
    if asked.returncode != 0:
        sys.exit(f"cause-bench: ended with {asked.returncode}: {asked.stderr}")
    ranks = [line.split("\t") for line in asked.stdout.split("\n")[:-1] if not line.startswith("  ")]
    if len(ranks) != len(issues):
        sys.exit(f"cause-bench: {len(ranks)} answers to {len(issues)} questions")
    causes = [issue[5] for issue in issues]
    for count, must in [(1, 0.80), (3, 0.95)]:
        share = within(ranks, causes, count)
        table.row(f"causes of PetShop's {len(issues)} issues: named among the first {count}", -share, -must, f"{share:.2f}", f">= {must:.2f}")
    for name, rank in [("graph traversal", traversal), ("ranked correlation", correlation), ("random", chance)]:
        found = [rank(issue, history) for issue in issues]
        table.fact(f"  {name}, top 1 and top 3", f"{within(found, causes, 1):.2f} and {within(found, causes, 3):.2f}")
    for metric, _ in METRICS:
        silent, all_ = map(int, run([ours, "quiet", history, str(BEFORE), os.path.join(folder, "high_traffic", "graph.csv"), issues[0][2], metric, str(STEPS)]).out.split())
        table.row(f"  silent in fault-free stretches of {STEPS * 5} min, {metric}", -silent / all_, -0.80, f"{silent} of {all_}, {silent / all_:.2f}", ">= 0.80")


def recorded(folder):
    """Graph, numbers, part that alerts, its metric, time of the alert, and the true cause."""
    found = []
    for scenario in sorted(os.listdir(folder)):
        for split in ["test", "train"]:
            place = os.path.join(folder, scenario, split)
            for name in sorted(os.listdir(place)) if os.path.isdir(place) else []:
                with open(os.path.join(place, name, "target.json")) as file:
                    truth = json.load(file)
                target = truth["target"]
                found.append((os.path.join(folder, scenario, "graph.csv"), os.path.join(place, name, "metrics.csv"), target["node"], target["metric"], str(target["timestamp"]), truth["root_cause"]["node"]))
    return found


def within(ranks, causes, count):
    return sum(cause in rank[:count] for rank, cause in zip(ranks, causes)) / len(causes)


# Peers. They see the same graph, numbers and alert, and rank all parts that the alerting one reaches.

def callees(path):
    with open(path) as file:
        rows = list(csv.reader(file))
    return {row[0]: [name for name, cell in zip(rows[0][1:], row[1:]) if float(cell or 0)] for row in rows[1:]}


def reached(graph, target):
    found = [target]
    for name in found:
        found += [callee for callee in graph.get(name, []) if callee not in found]
    return found


tables = {}


def numbers(path):
    """Times, and the values of each part's metric."""
    if path not in tables:
        with open(path) as file:
            rows = list(csv.reader(file))
        steps = [row for row in rows[3:] if row and row[0].replace(".", "").isdigit()]
        tables[path] = [float(row[0]) for row in steps], {
            (name, metric): [float(row[column]) if row[column] else math.nan for row in steps]
            for column, (name, metric, statistic) in enumerate(zip(*rows[:3])) if (metric, statistic) in METRICS}
    return tables[path]


def anomaly(issue, history, name):
    """How many standard deviations of the past the worst step of the incident lies off its mean."""
    times, now = numbers(issue[1])
    past = [value for value in numbers(history)[1].get((name, issue[3]), []) if not math.isnan(value)]
    values = [value for time, value in zip(times, now.get((name, issue[3]), [])) if time + 300 > float(issue[4]) and not math.isnan(value)]
    if not past or not values:
        return 0.0
    mean = sum(past) / len(past)
    deviation = math.sqrt(sum((value - mean) ** 2 for value in past) / len(past)) or 1e-9
    return max((value - mean) * (1 if issue[3] == "latency" else -1) / deviation for value in values)


def traversal(issue, history):
    """Unusual parts that call no unusual part, the deepest first; then the other unusual ones."""
    graph = callees(issue[0])
    parts = reached(graph, issue[2])
    unusual = [name for name in parts if anomaly(issue, history, name) > 3]
    ends = [name for name in unusual if not any(callee in unusual for callee in graph.get(name, []))]
    return ends[::-1] + [name for name in unusual if name not in ends]


def correlation(issue, history):
    """By how closely a part's metric goes with the target's, over the steps around the alert."""
    graph, (_, now) = callees(issue[0]), numbers(issue[1])
    target = now[issue[2], issue[3]]

    def closeness(name):
        pairs = [(a, b) for a, b in zip(target, now.get((name, issue[3]), [])) if not math.isnan(a) and not math.isnan(b)]
        if len(pairs) < 3:
            return 0.0
        first, second = [sum(side) / len(pairs) for side in zip(*pairs)]
        above = sum((a - first) * (b - second) for a, b in pairs)
        below = math.sqrt(sum((a - first) ** 2 for a, _ in pairs) * sum((b - second) ** 2 for _, b in pairs))
        return above / below if below else 0.0

    return sorted((name for name in reached(graph, issue[2]) if name != issue[2]), key=closeness, reverse=True)


def chance(issue, history):
    parts = reached(callees(issue[0]), issue[2])
    random.Random(issue[1].split("petshop")[-1]).shuffle(parts)
    return parts
