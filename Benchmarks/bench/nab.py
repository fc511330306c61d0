"""NAB's scorer: a list of alerts against labelled windows, as https://github.com/numenta/NAB (sweeper.py, scorer.py) counts them."""
import csv
import json
import math
import os

STANDARD = {"tp": 1.0, "fn": 1.0, "fp": 0.11}


class Corpus:
    """The recorded series and, apart from them, the labels: only the scorer opens those."""

    def __init__(self, folder):
        self.folder = folder
        with open(os.path.join(folder, "labels", "combined_windows.json")) as file:
            labels = json.load(file)
        self.files = sorted(name for name in labels if os.path.exists(os.path.join(folder, "data", name)))
        self.windows = {name: [(start[:19], end[:19]) for start, end in labels[name]] for name in self.files}

    def rows(self, name):
        with open(os.path.join(self.folder, "data", name)) as file:
            return [(time, float(value)) for time, value in list(csv.reader(file))[1:]]

    def published(self):
        """Per detector and file: the threshold that was optimised for it, and its score under the standard profile."""
        with open(os.path.join(self.folder, "results", "standard_scores_per_file.csv")) as file:
            rows = list(csv.DictReader(file))
        return {(row["Detector"], row["File"]): (float(row["Threshold"]), float(row["Score"])) for row in rows}

    def published_totals(self):
        with open(os.path.join(self.folder, "results", "standard_scores_subset.json")) as file:
            return json.load(file)


def scaled_sigmoid(position):
    return -1.0 if position > 3 else 2 / (1 + math.exp(5 * position)) - 1


def score(times, windows, alerts, weights=STANDARD):
    """`alerts`: row numbers. The first 15 % of a series (750 rows at most) is for learning and does not count."""
    learning = min(math.floor(0.15 * len(times)), 0.15 * 5000)
    index = {}
    for row, time in enumerate(times):
        index.setdefault(time, row)
    spans = [(index[start], index[end]) for start, end in windows]
    best, total = {}, 0.0
    for row in sorted(alerts):
        if row < learning:
            continue
        inside = next((span for span in spans if span[0] <= row <= span[1]), None)
        if inside:
            width = inside[1] - inside[0] + 1
            value = scaled_sigmoid(-(inside[1] - row + 1) / width) * weights["tp"] / scaled_sigmoid(-1.0)
            best[inside] = max(best.get(inside, value), value)
        else:
            before = [span for span in spans if span[1] < row]
            value = -1.0
            if before:
                start, end = before[-1]
                value = scaled_sigmoid((row - end) / (end - start))
            total += value * weights["fp"]
    return total + sum(best.values()) - weights["fn"] * (len(spans) - len(best))


def normalised(total, windows):
    """0 is a detector that never speaks, 100 one that speaks at the first row of each window and nowhere else."""
    return 100 * (total + windows) / (2 * windows)


def windowed_gaussian(values):
    """NAB's own simple detector, to have rows to score: the scores that it wrote carry twelve digits, as Python 2 printed them."""
    size, step = 6400, 100
    window, waiting, scores, mean, deviation = [], [], [], 0.0, 1.0
    total = squares = 0.0
    for value in values:
        tail = 0.5 * math.erfc(abs(value - mean) / deviation / math.sqrt(2))
        scores.append(float(f"{1 - tail:.12g}") if window else 0.0)
        if len(window) < size:
            window.append(value)
            total, squares = total + value, squares + value * value
        else:
            waiting.append(value)
            if len(waiting) < step:
                continue
            window, waiting = window[step:] + waiting, []
            total, squares = math.fsum(window), math.fsum(v * v for v in window)
        mean = total / len(window)
        deviation = math.sqrt(max(0.0, squares / len(window) - mean * mean)) or 0.000001
    return scores
