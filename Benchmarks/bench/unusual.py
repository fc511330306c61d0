"""What `novel()` says about recorded CloudWatch series, scored as NAB scores: an untuned list of alerts, with its false alarms beside it."""
import calendar
import os
import time

from . import build
from .measure import run
from .nab import STANDARD, Corpus, normalised, score, windowed_gaussian

# One rule for every series, in round numbers: the score is about the same from 5% to 15%, and after two days of learning or one.
RULE = "novel(latency, 14d) > 10%"
FAMILY = "realAWSCloudwatch/"


def measure(table):
    folder = os.path.join(build.ROOT, "..", "shared", "data", "metrics", "nab")
    if not os.path.isdir(folder):
        return table.note("unusual values on NAB's series", f"{folder} is not there")
    corpus = Corpus(folder)
    reproduce(table, corpus)
    bench = build.product("unusual-bench")
    for names, what in [([name for name in corpus.files if name.startswith(FAMILY)], "CloudWatch series"), ([name for name in corpus.files if not name.startswith(FAMILY)], "NAB's other series")]:
        points, rate = judge(corpus, names, alerts(bench, folder, names))
        figure = f"{points:.1f} with {rate:.3f} false alerts a day and series"
        if what == "CloudWatch series":
            table.row(f"unusual values: NAB score on {len(names)} {what}", -points, -60, figure, ">= 60")
            table.row("  false alerts a day and series, outside the label windows", rate, 0.10, figure, "<= 0.10")
        else:
            table.fact(f"  the same rule on {len(names)} of {what}", figure)


def alerts(bench, folder, names):
    """Steps of five minutes in which the rule began to fire, by file."""
    found = {name: [] for name in names}
    for line in run([bench, RULE, os.path.join(folder, "data"), *names]).out.splitlines():
        name, moment = line.split(" ")
        found[name].append(step(moment.replace("T", " ").rstrip("Z")))
    return found


def judge(corpus, names, found):
    total = days = false = windows = 0
    for name in names:
        times = [moment for moment, _ in corpus.rows(name)]
        last = {step(moment): row for row, moment in enumerate(times)}
        rows = [last[at] for at in found[name]]
        total += score(times, corpus.windows[name], rows)
        windows += len(corpus.windows[name])
        # All of them, those of the first days too: whoever is woken up does not ask whether it counts.
        false += sum(1 for row in rows if not any(start <= times[row] <= end for start, end in corpus.windows[name]))
        days += (step(times[-1]) - step(times[0]) + 1) / 288
    return normalised(total, windows), false / days


def step(moment):
    return calendar.timegm(time.strptime(moment, "%Y-%m-%d %H:%M:%S")) // 300


def reproduce(table, corpus):
    """A scorer may be believed that gives the published numbers from the same alerts."""
    published = corpus.published()
    same = 0
    for name in corpus.files:
        threshold, expected = published["windowedGaussian", name]
        rows = corpus.rows(name)
        hits = [row for row, value in enumerate(windowed_gaussian([value for _, value in rows])) if value >= threshold]
        same += abs(score([moment for moment, _ in rows], corpus.windows[name], hits) - expected) < 1e-6
    table.row("NAB's scorer: windowed Gaussian, files with the published score", len(corpus.files) - same, 0, f"{same} of {len(corpus.files)}", "all")
    agree = count = 0
    for group, totals in corpus.published_totals().items():
        names = [name for name in corpus.files if name.startswith(FAMILY) or not group.startswith(FAMILY.rstrip("/"))]
        windows = sum(len(corpus.windows[name]) for name in names)
        for detector, expected in totals["standard"].items():
            if any((detector, name) not in published for name in names):
                continue
            count += 1
            # Of a detector that was never silent the scores say all; `null` says that no alert costs one point a window.
            agree += abs(normalised(sum(published[detector, name][1] for name in names), windows) - expected) < 0.006
    table.row("NAB's scorer: published totals of detectors, by group of series", count - agree, 0, f"{agree} of {count}", "all")
