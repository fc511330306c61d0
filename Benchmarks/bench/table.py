"""The table that a run prints: work, figure, must, verdict."""


class Table:
    WIDTHS = (62, 40, 12)

    def __init__(self):
        self.over = []
        print(self.line("work", "figure", "must") + "verdict", flush=True)

    def row(self, work, value, limit, figure, must):
        """`value` is held against `limit`; `figure` and `must` are how both read."""
        good = value <= limit
        if not good:
            self.over.append(work)
        print(self.line(work, figure, must) + ("ok" if good else "OVER"), flush=True)

    def note(self, work, reason):
        """A line that this machine cannot measure, with the reason: never passed over in silence."""
        self.over.append(work)
        print(self.line(work, reason, "") + "not measured", flush=True)

    def fact(self, work, figure):
        """A figure without a promise."""
        print(self.line(work, figure, "").rstrip(), flush=True)

    def line(self, *cells):
        return "".join(cell.ljust(width) for cell, width in zip(cells, self.WIDTHS))
