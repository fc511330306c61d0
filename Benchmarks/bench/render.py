"""Whole tenants of service pages with six charts of 288 points, against a C program that reads, formats and writes the same bytes."""
import os
import shutil
import sys

from . import build, ready
from .measure import ratio, run

TENANTS, PAGES = 50, 1000
START, PERIOD, POINTS = 1_795_082_400, 300, 288


def measure(table):
    ours, theirs = build.product("render-bench"), build.peer("render", "sqlite3", "m")
    folder = os.path.join(build.WORK, "render")
    shutil.rmtree(folder, ignore_errors=True)
    run([ours, "prepare", folder, str(TENANTS)])
    peers = folder + "/peer"
    os.makedirs(peers)

    def product(step):
        run([ours, "advance", folder, str(TENANTS), str(step)])
        cost = run([ours, "render", folder, str(TENANTS), str(step)]).cpu
        ready.write(folder + "/live", folder + "/ready")
        return cost

    def peer(step):
        cost = run([theirs, folder + "/rows.sqlite", folder + "/ready", peers, str(START + (POINTS + step) * PERIOD)]).cpu
        compare(folder + "/live", peers + "/live")
        return cost

    # Two turns first, so that both sides have a shadow to overwrite.
    for step in range(2):
        product(step), peer(step)
    value, own, other = ratio(lambda pair: product(pair + 2), lambda pair: peer(pair + 2))
    size = sum(os.path.getsize(f"{folder}/live/{tenant}/{name}") for tenant in os.listdir(folder + "/live") for name in ready.files(f"{folder}/live/{tenant}"))
    table.row(f"render {PAGES:,} service pages ({size / 1e6:.0f} MB) against C with ready strings", value, 1.5,
              f"{value:.2f} ({own / PAGES * 1e6:.0f} µs a page, C {other / PAGES * 1e6:.0f})", "<= 1.5")
    shutil.rmtree(folder)


def compare(ours, theirs):
    """Every byte of every file, outside of what is timed."""
    pages = 0
    for tenant in sorted(os.listdir(ours)):
        names = ready.files(f"{ours}/{tenant}")
        if names != ready.files(f"{theirs}/{tenant}"):
            sys.exit(f"render: {ours}/{tenant} and {theirs}/{tenant} hold different files")
        for name in names:
            pages += name.startswith("services/") and name.endswith(".html")
            with open(f"{ours}/{tenant}/{name}", "rb") as a, open(f"{theirs}/{tenant}/{name}", "rb") as b:
                left, right = a.read(), b.read()
            if left != right:
                at = next((i for i, (x, y) in enumerate(zip(left, right)) if x != y), min(len(left), len(right)))
                sys.exit(f"render: {tenant}/{name} differs from byte {at}:\n  {left[max(0, at - 60):at + 60]}\n  {right[max(0, at - 60):at + 60]}")
    if pages != PAGES:
        sys.exit(f"render: {pages} service pages instead of {PAGES}")
