"""A backtest of the built-in rules over thirty days of a tenant of twenty services, as the command that people type."""
import os
import shutil

from . import build
from .measure import run

END = "2026-11-20T10:05:00Z"
SERVICES = 20


def measure(table):
    tidewatch, writer = build.tidewatch(), build.product("backtest-bench")
    folder = os.path.join(build.WORK, "backtest")
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(f"{folder}/tenants")
    os.makedirs(f"{folder}/state")
    with open(f"{folder}/tidewatch.yaml", "w") as site:
        site.write("title: Backtest\ninterval: 5m\nreceivers:\n  - {name: hook, webhook: {url: 'https://hook.example.com/', secret: whsec_c2VjcmV0LXNlY3JldC1zZWNyZXQ=, format: slack}}\n")
    with open(f"{folder}/tenants/acme.yaml", "w") as tenant:
        tenant.write("id: acme\nsources: {prod: {aws: {region: eu-central-1}}}\nservices:\n" + "".join(f"  - {{id: svc-{number}}}\n" for number in range(SERVICES)))
    run([writer, f"{folder}/state/acme.sqlite", END])
    child = run([tidewatch, "--site", folder, "backtest", "--since", "30d", "--now", "2026-11-20T10:08:00Z", "--json"])
    table.row(f"backtest of the built-in rules, 30 days of {SERVICES} services", child.cpu, 2, f"{child.cpu:.2f} s CPU, {child.rss / 1e6:.0f} MB", "<= 2 s")
    shutil.rmtree(folder)
