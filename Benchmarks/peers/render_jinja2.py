#!/usr/bin/env python3
"""The script that one would write in a day: reads rows from SQLite, makes SVG with f-strings, lays out with Jinja2, replaces files.
Usage: render_jinja2.py ROWS FOLDER SERVICES START END"""
import os
import sqlite3
import sys

import jinja2

PAGE = jinja2.Environment(autoescape=True).from_string(
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{{ title }}</title></head><body><h1>{{ title }}</h1>\n'
    '{% for name, chart in charts %}<figure><figcaption>{{ name }}</figcaption>{{ chart|safe }}</figure>\n{% endfor %}</body></html>\n')
# Of the six series of a queue, sorted by name: deleted, empty_receives, in_flight, oldest_age, sent, visible.
CHARTS = [("Queue depth", [5]), ("Oldest message age", [3]), ("Sent and deleted", [4, 0])]


def chart(series):
    top = max(1.0, *(value for values in series for value in values))
    lines = "".join(f'<polyline points="{" ".join([f"{index * 2.5:.1f},{120 - 110 * value / top:.1f}" for index, value in enumerate(values)])}"/>' for values in series)
    ticks = "".join(f'<text x="0" y="{120 - 27.5 * step:.1f}">{top * step / 4:.0f}</text>' for step in range(5))
    return f'<svg viewBox="0 0 720 130" role="img">{lines}{ticks}</svg>'


def main(rows, folder, services, start, end):
    database = sqlite3.connect(rows)

    def read(series):
        return [value for value, in database.execute("SELECT value FROM points WHERE series = ? AND time >= ? AND time < ? ORDER BY time", (series, start, end))]

    os.makedirs(folder, exist_ok=True)
    for service in range(services):
        queues = [(f"queue-{number % 40:02d}", number * 6) for number in (service * 2, service * 2 + 1)]
        charts = [(f"{queue}: {name}", chart([read(first + signal) for signal in signals])) for queue, first in queues for name, signals in CHARTS]
        path = f"{folder}/svc-{service:04d}.html"
        with open(path + ".new", "w") as out:
            out.write(PAGE.render(title=f"Service {service}", charts=charts))
        os.rename(path + ".new", path)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6]))
