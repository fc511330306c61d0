"""Threshold rules with `for: 15m`: a day of steps against promtool, which also checks that the same ones fire; and the newest steps of a cycle."""
import os
import re
import shutil
import sys

from . import build
from .measure import ratio, run

RULES, STEPS = 200, 288
TENANTS, PER_TENANT = 1000, 120


def measure(table):
    ours = build.product("rules-bench")
    folder = os.path.join(build.WORK, "rules")
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    work = f"{RULES} threshold rules x {STEPS} evaluations against promtool"
    promtool = shutil.which("promtool")
    if promtool is None:
        table.note(work, "promtool is missing: apt-get install prometheus", "<= 0.05")
    else:
        series = [(f"queue-{rule:03d}", 700 + rule % 5 * 40, [value(rule, step) for step in range(STEPS)]) for rule in range(RULES)]
        with open(folder + "/series", "w") as out:
            out.writelines(f"{name} {limit} {' '.join(map(str, values))}\n" for name, limit, values in series)
        firing = set(run([ours, "day", folder + "/series"]).out.split())
        if not 0 < len(firing) < RULES:
            sys.exit(f"rules: {len(firing)} of {RULES} rules fire, which proves nothing")
        prometheus(folder, series, firing)
        # promtool reads its files from where it stands, and ends with 1 where other alerts fire than ours.
        share, own, other = ratio(lambda _: run([ours, "day", folder + "/series"]).cpu,
                                  lambda _: run([promtool, "test", "rules", "test.yaml"], cwd=folder).cpu, pairs=3)
        count = RULES * STEPS
        table.row(work, share, 0.05, f"{share:.4f} ({own / count * 1e6:.2f} µs each, promtool {other / count * 1e6:.0f})", "<= 0.05")
    out = run([ours, "cycle", str(TENANTS)]).out
    cost = float(re.search(r"cycle, a rule: ([0-9.]+) µs", out)[1])
    table.row(f"{TENANTS * PER_TENANT:,} rules in one cycle, values in memory", cost, 2, f"{cost:.2f} µs a rule", "<= 2 µs")
    shutil.rmtree(folder)


def value(rule, step):
    """Mostly calm; busy for a while, some of it at the end. Busy is above every limit: what comes and goes is held as flapping, which promtool
    does not know."""
    mixed = (rule * 2_654_435_761 + step * 40_503) % 1_000
    busy = (step + rule * 7) % 96 < 20
    return mixed % 300 + (900 if busy else 100)


def prometheus(folder, series, firing):
    with open(folder + "/rules.yaml", "w") as out:
        out.write("groups:\n- name: bench\n  rules:\n")
        out.writelines(f"  - {{alert: {name}, expr: '{metric(name)} > {limit}', for: 15m}}\n" for name, limit, _ in series)
    with open(folder + "/test.yaml", "w") as out:
        out.write("rule_files: [rules.yaml]\nevaluation_interval: 5m\ntests:\n- interval: 5m\n  input_series:\n")
        out.writelines(f"  - {{series: {metric(name)}, values: '{' '.join(map(str, values))}'}}\n" for name, _, values in series)
        out.write("  alert_rule_test:\n")
        for name, _, _ in series:
            expected = "[{}]" if name in firing else "[]"
            out.write(f"  - {{eval_time: {(STEPS - 1) * 5}m, alertname: {name}, exp_alerts: {expected}}}\n")


def metric(name):
    return name.replace("-", "_")
