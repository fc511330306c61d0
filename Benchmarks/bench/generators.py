"""Whole tenants of service pages against others who make such pages: Munin, Hugo, and a script with Jinja2. Their pages have six charts of 288 points
and nothing else; the product's are what it publishes, with tables, rules and a file of numbers beside each, so the bytes of both are said."""
import os
import shutil
import sqlite3

from . import build
from .hugo import Hugo
from .measure import ratio, run
from .munin import Munin
from .render import PERIOD, POINTS, START

SERVICES = 20


def measure(table):
    ours = build.product("render-bench")
    folder = os.path.join(build.WORK, "generators")
    for line in (munin, hugo_drawn, hugo_ready, jinja2):
        shutil.rmtree(folder, ignore_errors=True)
        line(table, ours, folder)
    shutil.rmtree(folder, ignore_errors=True)


class Product:
    """As many services as asked for, each turn with five minutes more."""

    def __init__(self, program, folder, services):
        self.program, self.folder, self.tenants = program, folder + "/product", str(services // SERVICES)
        run([program, "prepare", self.folder, self.tenants])
        # Two turns first, so that there is a shadow to overwrite.
        self.render(0), self.render(1)

    def render(self, step):
        run([self.program, "advance", self.folder, self.tenants, str(step)])
        return run([self.program, "render", self.folder, self.tenants, str(step)]).cpu

    def bytes(self):
        return sum(os.path.getsize(f"{place}/{name}") for place, _, names in os.walk(self.folder + "/live") for name in names)


def munin(table, program, folder):
    services, work = 100, "render 100 services against Munin's graphs (day, week) and pages"
    if not build.packages("munin"):
        return table.note(work, "Munin could not be installed (apt-get install munin)", "<= 0.005")
    product = Product(program, folder, services)
    # Two days, in a place that Munin's own user can reach.
    peer = Munin(os.path.join("/tmp", f"tidewatch-bench-munin-{os.getpid()}"), services, START - 2 * 86_400, START, PERIOD)
    try:
        turn(table, work, 0.005, "<= 0.005", product, lambda _: peer.stage(), services)
    finally:
        shutil.rmtree(peer.folder)


def hugo_drawn(table, program, folder): hugo(table, program, folder, 200, False, "render 200 pages against Hugo, whose template draws", 0.025)
def hugo_ready(table, program, folder): hugo(table, program, folder, 1_000, True, "render 1,000 pages against Hugo with ready strings", 0.2)


def hugo(table, program, folder, services, is_ready, work, limit):
    if not build.packages("hugo"):
        return table.note(work, "Hugo could not be installed (apt-get install hugo)", f"<= {limit}")
    product = Product(program, folder, services)
    peer = Hugo(folder + "/hugo", pages(product, services), is_ready)
    turn(table, work, limit, f"<= {limit}", product, lambda _: peer.build(), services, peer.bytes)


def pages(product, services):
    """The numbers that the product reads, for those who do not read SQLite."""
    database = sqlite3.connect(product.folder + "/rows.sqlite")

    def read(series): return [value for value, in database.execute("SELECT value FROM points WHERE series = ? ORDER BY time LIMIT ?", (series, POINTS))]
    return [(f"Service {service}", [(f"Chart {signal} of {queue}", read((service * 2 + queue) * 6 + signal)) for queue in range(2) for signal in (5, 3, 4)]) for service in range(services)]


def jinja2(table, program, folder):
    services, work, python = 1_000, "render 1,000 pages against Jinja2 with SVG from strings", build.python("jinja2")
    if not python:
        return table.note(work, "Jinja2 could not be installed (pip install jinja2)", "<= 0.15")
    product, out = Product(program, folder, services), folder + "/jinja2"

    def peer(step):
        end = START + (POINTS + step) * PERIOD
        return run([python, os.path.join(build.PEERS, "render_jinja2.py"), product.folder + "/rows.sqlite", out, str(services), str(end - POINTS * PERIOD), str(end)]).cpu
    turn(table, work, 0.15, "<= 0.15", product, peer, services, lambda: sum(os.path.getsize(f"{out}/{name}") for name in os.listdir(out)))


def turn(table, work, limit, must, product, peer, services, size=None):
    value, own, other = ratio(lambda pair: product.render(pair + 2), peer)
    kilobytes = f", {product.bytes() / services / 1e3:.0f} and {size() / services / 1e3:.0f} kB" if size else ""
    table.row(work, value, limit, f"{value:.3f} ({own / services * 1e3:.2f} ms a service, peer {other / services * 1e3:.2f}{kilobytes})", must)
