"""Services as Munin keeps them: a host each with six plugins, two days of numbers in its own twelve archives."""
import os
import subprocess
import sys

from .measure import run

PLACE = "/usr/share/munin"
ARCHIVES = [f"RRA:{kind}:0.5:{size}" for kind in ("AVERAGE", "MIN", "MAX") for size in ("1:576", "6:432", "24:540", "288:450")]
CHARTS = 6


class Munin:
    """The stage that draws and writes pages, as munin-cron runs it: graphs of a day and of a week, then all pages."""

    def __init__(self, folder, services, start, end, period):
        self.conf = f"{folder}/munin.conf"
        for name in ("db/fleet", "html", "log", "run", "conf.d"):
            os.makedirs(f"{folder}/{name}")
        hosts = [f"svc-{number:03d}" for number in range(services)]
        with open(self.conf, "w") as out:
            # Of children that it does not wait for, nobody would count the cost.
            out.write(f"dbdir {folder}/db\nhtmldir {folder}/html\nlogdir {folder}/log\nrundir {folder}/run\nincludedir {folder}/conf.d\ntmpldir /etc/munin/templates\n"
                      "staticdir /etc/munin/static\ngraph_strategy cron\nhtml_strategy cron\nmax_html_jobs 0\n")
            out.write("".join(f"[fleet;{host}]\n    address 127.0.0.1\n" for host in hosts))
        with open(f"{folder}/db/datafile", "w") as out:
            out.write("version 2.0.73\n")
            for host in hosts:
                for chart in range(CHARTS):
                    name = f"fleet;{host}:chart_{chart}"
                    out.write(f"{name}.graph_title Chart {chart}\n{name}.graph_vlabel messages\n{name}.graph_category queue\n{name}.graph_order value\n"
                              f"{name}.value.label messages\n{name}.value.type GAUGE\n{name}.value.update_rate 300\n")
        # Under its own name it would be taken for an old one, and removed.
        with open(f"{folder}/db/storable", "wb") as out:
            subprocess.run([f"{PLACE}/munin-datafile2storable", f"{folder}/db/datafile"], stdout=out, check=True)
        os.rename(f"{folder}/db/storable", f"{folder}/db/datafile.storable")
        commands = []
        for number, host in enumerate(hosts):
            for chart in range(CHARTS):
                file = f"{folder}/db/fleet/{host}-chart_{chart}-value-g.rrd"
                commands.append(f"create {file} --start {start - period} --step {period} DS:42:GAUGE:600:U:U {' '.join(ARCHIVES)}")
                points = [f"{time}:{(time // period * (number + 7) + chart) % 97}" for time in range(start, end + 1, period)]
                commands.append(f"update {file} {' '.join(points)}")
        said = subprocess.run(["rrdtool", "-"], input="\n".join(commands) + "\nquit\n", capture_output=True, text=True, check=True).stdout
        if "ERROR" in said:
            sys.exit("munin: " + next(line for line in said.splitlines() if "ERROR" in line))
        # Munin refuses to work for root.
        self.user = ["setpriv", "--reuid=munin", "--regid=munin", "--clear-groups"] if os.geteuid() == 0 else []
        if self.user:
            subprocess.run(["chown", "-R", "munin:munin", folder], check=True)
        # What it finds wrong belongs to another stage, but the pages ask for it.
        subprocess.run(self.user + [f"{PLACE}/munin-limits", "--config", self.conf], check=True)
        self.folder, self.graphs, self.pages = folder, services * CHARTS * 2, services

    def stage(self):
        """CPU of one turn, in munin-cron's order: the pages name the graphs that are then drawn. Those of a month and a year are left from the first turn."""
        for path in self.files(("-day.png", "-week.png")):
            os.remove(path)
        cost = sum(run(self.user + command, cwd="/").cpu for command in ([f"{PLACE}/munin-html", "--config", self.conf], [f"{PLACE}/munin-graph", "--config", self.conf, "--cron"]))
        graphs, pages = len(self.files(("-day.png", "-week.png"))), len(self.files(".html"))
        # A stage that drew nothing would be quick.
        if graphs != self.graphs or pages < self.pages:
            sys.exit(f"munin: {graphs} graphs of {self.graphs}, {pages} pages of {self.pages}; nothing was measured")
        return cost

    def files(self, ends):
        return [f"{folder}/{name}" for folder, _, names in os.walk(f"{self.folder}/html") for name in names if name.endswith(ends)]
