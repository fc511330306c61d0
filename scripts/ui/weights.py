"""What a page costs its reader: bytes, time until it is there, and whether it moves while it comes."""
import statistics

# In bytes, uncompressed.
BUDGETS = {"": 60_000, "services": 80_000, "traces": 180_000}
FLEET, STYLE, SCRIPTS, OTHER = 120_000, 20_000, 6_000, 120_000
# Seconds until the largest thing is painted, on a line of 1.6 Mbit/s and 150 ms with a processor four times as slow.
PAINT = 1.5
SLOW = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.75e6 / 8}
TIMES = """() => new Promise(done => {
  let paint = 0, shift = 0;
  new PerformanceObserver(list => { for (const e of list.getEntries()) paint = e.startTime; }).observe({type: 'largest-contentful-paint', buffered: true});
  new PerformanceObserver(list => { for (const e of list.getEntries()) if (!e.hadRecentInput) shift += e.value; }).observe({type: 'layout-shift', buffered: true});
  setTimeout(() => done([paint / 1000, shift]), 60);
})"""


def budget(path):
    tenant, *rest = path.parts[:-1]
    if tenant == "fleet":
        return FLEET
    return BUDGETS.get(rest[0] if rest else "", OTHER) if path.name == "index.html" else OTHER


def weigh(root, report):
    """Every page and asset on disk against its budget."""
    for page in sorted(root.rglob("*.html")):
        path, size = page.relative_to(root), page.stat().st_size
        if size > budget(path):
            report(path, "weight", f"{size} bytes, {budget(path)} allowed")
    for folder in sorted(root.glob("*/assets")):
        for suffix, most in ((".css", STYLE), (".js", SCRIPTS)):
            size = sum(file.stat().st_size for file in folder.glob("tidewatch*" + suffix))
            if not size or size > most:
                report(folder.relative_to(root), "weight", f"{size} bytes of {suffix}, {most} allowed")


def time(browser, base, built, pages, report):
    """How long pages take on a slow line. A machine that is busy with something else is slow once, a heavy page always: the best of three counts."""
    paints = []
    with browser.new_context(viewport={"width": 360, "height": 740}) as context:
        page = context.new_page()
        # Fresh: the banner of a page that is out of date is meant to be seen.
        page.clock.set_fixed_time(built)
        client = context.new_cdp_session(page)
        client.send("Network.enable")
        client.send("Network.setCacheDisabled", {"cacheDisabled": True})
        client.send("Network.emulateNetworkConditions", SLOW)
        client.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        for path in pages:
            tries = []
            for _ in range(3):
                page.goto(f"{base}/{path}", wait_until="load")
                tries.append(page.evaluate(TIMES))
                if tries[-1][0] <= PAINT:
                    break
            paint, shift = min(tries)[0], max(shift for _, shift in tries)
            paints.append(paint)
            if not 0 < paint <= PAINT:
                report(path, "slow line", f"largest paint after {paint:.2f} s, {PAINT} s allowed")
            if shift >= 0.005:
                report(path, "slow line", f"things moved by {shift:.3f} while it came, 0.00 allowed")
    return statistics.median(paints), max(paints)
