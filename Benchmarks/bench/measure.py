"""CPU (user + system) and peak memory of a child process, and ratios of two children that take turns."""
import os
import statistics
import subprocess
import sys

PAIRS = 5


class Child:
    """What one process cost."""

    def __init__(self, cpu, rss, out, code):
        self.cpu, self.rss, self.out, self.code = cpu, rss, out, code


def run(command, env=None, codes=(0,), cwd=None):
    """Runs a child to its end. Only the child's own cost counts; it fails loudly where the child does."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, env=env, cwd=cwd)
    out = process.stdout.read()
    # wait4 of this one child: getrusage(RUSAGE_CHILDREN) would give the peak of the largest child so far.
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in codes:
        sys.exit(f"{' '.join(command)}: ended with {process.returncode}; nothing was measured")
    return Child(usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, out.decode(), process.returncode)


def ratio(ours, theirs, pairs=PAIRS):
    """Median of pairwise ratios after one warm-up pair. Both are functions from the pair's number to a cost in seconds."""
    ratios, own, other = [], [], []
    for pair in range(pairs + 1):
        a, b = ours(pair), theirs(pair)
        if pair == 0:
            continue
        ratios.append(a / b)
        own.append(a)
        other.append(b)
    return statistics.median(ratios), statistics.median(own), statistics.median(other)
