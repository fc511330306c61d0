"""A site whose every foreign text attacks: nothing of it may run, even without a content security policy."""
from ui.looks import SIDEWAYS, WIDTHS

# Not eval: the browser's driver asks the page through it, and what an attack would evaluate rings one of these.
ALARMS = """
window.alarms = [];
for (const name of ['alert', 'confirm', 'prompt', 'print', 'open']) window[name] = (...a) => { alarms.push(`${name}(${String(a[0]).slice(0, 60)})`); };
"""
# Our pages have one script file and handlers in it alone; every link leads to a page, a place on one, or a document of the web.
INTRUDERS = """() => {
  const found = [];
  for (const e of document.querySelectorAll('*')) {
    for (const a of e.attributes) {
      if (/^on/i.test(a.name)) found.push(`<${e.tagName}> has ${a.name}`);
      if (['href', 'src', 'action', 'formaction', 'xlink:href', 'data', 'srcdoc'].includes(a.name) && !['http:', 'https:', 'mailto:'].includes(new URL(a.value, document.baseURI).protocol) && !(e.rel === 'icon')) found.push(`<${e.tagName}> ${a.name}="${a.value.slice(0, 60)}"`);
      if (a.name === 'style') found.push(`<${e.tagName}> has a style`);
    }
    // A document may show a picture of its own site, and no other.
    if (e.tagName === 'IMG' && (new URL(e.src, document.baseURI).origin !== location.origin || e.attributes.length > 3 || e.srcset)) found.push(`<IMG> ${e.outerHTML.slice(0, 80)}`);
    if (/^(iframe|object|embed|form|base|marquee|video|audio|math|animate|set|foreignobject|isindex|applet|frameset|template)$/i.test(e.tagName)) found.push(`<${e.tagName}>`);
  }
  const scripts = document.scripts;
  if (scripts.length !== 1 || !/assets\\/tidewatch\\.[0-9a-f]+\\.js$/.test(scripts[0].src)) found.push(`${scripts.length} scripts`);
  return found.slice(0, 5);
}"""


def check(browser, base, pages, report):
    """Opens every page without the policy, presses and points at everything, and listens for alarms."""
    with browser.new_context() as context:
        context.add_init_script(ALARMS)
        page = context.new_page()
        heard = []
        page.on("dialog", lambda d: (heard.append(f"a dialog: {d.message[:60]}"), d.dismiss()))
        page.on("pageerror", lambda e: heard.append(f"script: {e}"))
        page.on("request", lambda r: heard.append(f"asks another host: {r.url[:80]}") if not r.url.startswith((base, "data:image/svg")) else None)
        for path in pages:
            page.set_viewport_size({"width": 1440, "height": 900})
            page.goto(f"{base}/{path}", wait_until="load")
            if page.evaluate("document.querySelector('meta[http-equiv=\"Content-Security-Policy\"]') !== null"):
                report(path, "hostile names", "the policy is still on: this check shows nothing")
            page.evaluate("document.querySelectorAll('main *').forEach(e => { for (const k of ['mouseover', 'focus', 'pointerenter', 'error', 'toggle']) e.dispatchEvent(new Event(k)); })")
            for fault in page.evaluate(INTRUDERS):
                report(path, "hostile names", fault)
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                excess = page.evaluate(SIDEWAYS)
                if excess:
                    report(path, f"{width} px hostile names", excess)
            for alarm in page.evaluate("alarms") + heard:
                report(path, "hostile names", f"a script ran: {alarm}")
            heard.clear()
