"""The table that a run prints: work, figure, must, verdict; and at its end what was not met."""


class Table:
    WIDTHS = (74, 52, 26)

    def __init__(self):
        self.over = []
        print(self.line("work", "figure", "must") + "verdict", flush=True)

    def row(self, work, value, limit, figure, must):
        """`value` is held against `limit`; `figure` and `must` are how both read."""
        good = value <= limit
        if not good:
            self.over.append(f"{work}: {figure}, must be {must}")
        print(self.line(work, figure, must) + ("ok" if good else "OVER"), flush=True)

    def note(self, work, reason, must=""):
        """A line that this machine cannot measure, with the reason: never passed over in silence."""
        self.over.append(f"{work}: not measured, {reason}")
        print(self.line(work, reason, must) + "NOT MEASURED", flush=True)

    def fact(self, work, figure):
        """A figure without a promise."""
        print(self.line(work, figure, "").rstrip(), flush=True)

    def end(self):
        """What is not met: for people to read. Only a run that is broken ends with another code than 0."""
        print("\nNot met:\n" + "\n".join("  " + line for line in self.over) if self.over else "\nEverything is met.")

    def line(self, *cells):
        return "".join(cell.ljust(width) for cell, width in zip(cells, self.WIDTHS))
