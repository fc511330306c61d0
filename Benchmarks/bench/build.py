"""Builds what is measured: the package in release, the peers with gcc -O2."""
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PLACE = os.path.join(ROOT, ".build", "bench")
PEERS = os.path.join(ROOT, "Benchmarks", "peers")
WORK = os.environ.get("TIDEWATCH_BENCH_FOLDER", os.path.join(PLACE, "work"))


def call(command):
    if subprocess.run(command, cwd=ROOT).returncode != 0:
        sys.exit(f"{' '.join(command)} failed")


def product(name, *flags, scratch=None):
    """The release executable `name`."""
    options = ["-c", "release", "--product", name, *flags]
    if scratch:
        options += ["--scratch-path", os.path.join(ROOT, ".build", scratch)]
    call(["swift", "build", "--quiet", *options])
    folder = subprocess.run(["swift", "build", *options, "--show-bin-path"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    return os.path.join(folder, name)


def tidewatch():
    """The program as `make install` and the packages have it: Swift's library linked in."""
    return product("tidewatch", "--static-swift-stdlib", scratch="release-static")


def python(*packages):
    """A Python with these packages from PyPI, in a folder of its own; nothing where they cannot be had."""
    folder = os.path.join(ROOT, ".build", "bench-python")
    interpreter = os.path.join(folder, "bin", "python3")
    if not os.path.exists(interpreter):
        call([sys.executable, "-m", "venv", folder])
    installed = subprocess.run([interpreter, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages], cwd=ROOT)
    return interpreter if installed.returncode == 0 else None


def packages(*names):
    """Whether these Debian packages are there; where they are not and this user may, they are installed."""
    def missing():
        states = [subprocess.run(["dpkg-query", "-W", "-f", "${Status}", name], capture_output=True, text=True).stdout for name in names]
        return [name for name, state in zip(names, states) if "ok installed" not in state]

    wanted = missing()
    if wanted and os.geteuid() == 0:
        print("installing: " + " ".join(wanted), file=sys.stderr, flush=True)
        environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
        for command in (["update"], ["install", "-y", "--no-install-recommends", *wanted]):
            subprocess.run(["apt-get", "-qq", *command], env=environment, stdout=subprocess.DEVNULL)
    return not missing()


def peer(name, *libraries):
    """The C program Benchmarks/peers/NAME.c."""
    os.makedirs(PLACE, exist_ok=True)
    path = os.path.join(PLACE, name)
    call(["gcc", "-O2", "-Wall", "-Wextra", "-o", path, f"Benchmarks/peers/{name}.c", *[f"-l{library}" for library in libraries]])
    return path
