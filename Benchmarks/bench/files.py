"""Whole runs over many tenants whose numbers lie in files, so that the processors are the product's alone: a first run, the third, then
rendering the same moment again, unchanged and with 1 % of the tenants changed. Every number changes in every run, so that all pages are due."""
import datetime
import os
import shutil
import time

from . import build
from .cycle import SCALE, TENANTS, figure
from .fleet import SERVICES
from .measure import run

STEP, POINTS = 300, 25


def measure(table):
    tidewatch, folder = build.tidewatch(), os.path.join(build.WORK, "files")
    shutil.rmtree(folder, ignore_errors=True)
    end = int(time.time()) // STEP * STEP - 4 * STEP
    what = f"{TENANTS:,} tenants x {SERVICES} from files"
    costs = []
    for _ in range(3):
        write(folder, end)
        costs.append(turn(tidewatch, folder, "run", end))
        end += STEP
    (first, first_wall), (usual, wall) = costs[0], costs[2]
    table.fact(f"{what}, first run", figure(first, first_wall))
    table.row(f"{what}, a usual run: CPU", usual.cpu, 10 * SCALE, figure(usual, wall), f"<= {10 * SCALE:g} s")
    table.row(f"{what}, largest process", max(first.rss, usual.rss), 128e6, f"{max(first.rss, usual.rss) / 1e6:.0f} MB", "<= 128 MB")
    # Five more minutes, read and not yet rendered; the moment stays the same from here on.
    write(folder, end)
    turn(tidewatch, folder, "collect", end)
    due, wall = turn(tidewatch, folder, "render", end)
    table.fact(f"{what}, render five minutes later", figure(due, wall))
    same, wall = turn(tidewatch, folder, "render", end)
    table.fact(f"{what}, render again, unchanged", figure(same, wall))
    changed = range(0, TENANTS, 100)
    write(folder, end, changed, more=1)
    turn(tidewatch, folder, "collect", end, *[word for number in changed for word in ("--tenant", name(number))])
    few, _ = turn(tidewatch, folder, "render", end)
    table.row(f"{what}, render again, {len(changed)} changed, against a run", few.cpu / usual.cpu, 0.15, f"{few.cpu / usual.cpu:.3f} ({few.cpu:.2f} s)", "<= 0.15")
    shutil.rmtree(folder)


def turn(tidewatch, folder, stage, end, *options):
    """One stage two minutes after the newest number."""
    now = datetime.datetime.fromtimestamp(end + 120, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    began = time.monotonic()
    child = run([tidewatch, "--site", folder, stage, "--deadline", "1h", "--now", now, *options])
    return child, time.monotonic() - began


def name(number):
    return f"tenant-{number:05d}"


def write(folder, end, numbers=range(TENANTS), more=0):
    os.makedirs(f"{folder}/tenants", exist_ok=True)
    with open(f"{folder}/tidewatch.yaml", "w") as out:
        out.write("title: Load\ninterval: 5m\n")
    series = ", ".join(f"{short}{service}: 'queue(\"q{service}\").{signal}'" for service in range(SERVICES) for short, signal in (("a", "oldest_age"), ("v", "visible")))
    services = "".join(f"  - {{id: s{service}, resources: [{{kind: queue, name: q{service}}}]}}\n" for service in range(SERVICES))
    for number in numbers:
        tenant = name(number)
        os.makedirs(f"{folder}/numbers/{tenant}", exist_ok=True)
        with open(f"{folder}/tenants/{tenant}.yaml", "w") as out:
            out.write(f"id: {tenant}\ntitle: Tenant {number}\nsources: {{disk: {{files: {{path: numbers/{tenant}, files: [{{path: n.csv, format: csv, series: {{{series}}}}}]}}}}}}\n"
                      f"services:\n{services}")
        with open(f"{folder}/numbers/{tenant}/n.csv", "w") as out:
            out.write("time,series,value\n")
            for moment in range(end - (POINTS - 1) * STEP, end + 1, STEP):
                step, last = moment // STEP, more if moment == end else 0
                for service in range(SERVICES):
                    out.write(f"{moment},a{service},{(step * 7 + number * 3 + service) % 50 + last}\n{moment},v{service},{(step * 11 + number + service * 5) % 40 + last}\n")
