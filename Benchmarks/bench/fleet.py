"""A site of many tenants for load: each an account of the simulator's with twenty services of one queue."""
import os
import re

SERVICES = 20


def write(folder, tenants, ports, backfill="24h"):
    """`ports` are the hosts that the tenants live on, in turn."""
    os.makedirs(f"{folder}/tenants")
    with open(f"{folder}/tidewatch.yaml", "w") as out:
        out.write("title: Load\nbase_url: http://localhost:8080/\ninterval: 5m\n"
                  "receivers:\n  - name: nobody\n    webhook: {url: \"http://127.0.0.1:9/\", format: alertmanager, allow_private: true}\n"
                  "route:\n  receiver: nobody\n")
    for number in range(tenants):
        account, name = f"9{number:011d}", name_of(number)
        services = "".join(
            f"  - id: svc-{index:02d}\n    title: Service {index}\n    resources:\n      - {{kind: queue, name: svc-{index:02d}-queue}}\n"
            for index in range(1, SERVICES + 1))
        with open(f"{folder}/tenants/{name}.yaml", "w") as out:
            out.write(f"id: {name}\ntitle: Tenant {number}\ntimezone: UTC\nsources:\n  prod:\n    aws:\n      region: eu-central-1\n"
                      f"      role_arn: arn:aws:iam::{account}:role/tidewatch-read\n      external_id: {name}-external-id\n"
                      f"      backfill: {backfill}\n      endpoint_url: \"http://127.0.0.1:{ports[number % len(ports)]}\"\nservices:\n{services}")


def rename(folder, number, word):
    """Every service of the tenant gets another title, which stands on each of its pages."""
    path = f"{folder}/tenants/{name_of(number)}.yaml"
    with open(path) as file:
        text = file.read()
    with open(path, "w") as file:
        file.write(re.sub(r"title: [A-Za-z]+ (\d+)\n    resources", rf"title: {word} \1\n    resources", text))


def name_of(number):
    return f"tenant-9{number:011d}"
