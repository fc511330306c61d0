"""Service pages as a Hugo site: a page bundle each, with six charts of 288 points that the template draws or that come ready."""
import json
import os
import sys

from .measure import run

HEAD = '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{{ .Title }}</title></head><body><h1>{{ .Title }}</h1>\n'
CHART = ('<figure><figcaption>{{ .title }}</figcaption><svg viewBox="0 0 720 130" role="img" aria-label="{{ .title }}">%s'
         '{{ range .ticks }}<text x="0" y="{{ .y }}">{{ .label }}</text>{{ end }}</svg></figure>\n')
READY = HEAD + "{{ range (.Resources.GetMatch \"data.json\" | transform.Unmarshal).charts }}" + CHART % '<polyline points="{{ .points }}"/>' + "{{ end }}</body></html>\n"
DRAWN = HEAD + ("{{ range (.Resources.GetMatch \"data.json\" | transform.Unmarshal).charts }}{{ $top := 1.0 }}{{ range .values }}{{ if gt . $top }}{{ $top = . }}{{ end }}{{ end }}"
                + CHART.replace("{{ range .ticks }}<text x=\"0\" y=\"{{ .y }}\">{{ .label }}</text>{{ end }}",
                                "{{ range seq 0 4 }}<text x=\"0\" y=\"{{ printf \"%%.1f\" (sub 120.0 (mul 27.5 .)) }}\">{{ printf \"%%.0f\" (div (mul $top .) 4) }}</text>{{ end }}")
                % '<polyline points="{{ range $i, $v := .values }}{{ printf "%.1f,%.1f " (mul $i 2.5) (sub 120.0 (div (mul 110.0 $v) $top)) }}{{ end }}"/>'
                + "{{ end }}</body></html>\n")


class Hugo:
    """Builds the whole site in one process, which is all that Hugo can do."""

    def __init__(self, folder, pages, is_ready):
        self.folder, self.pages = folder, pages
        os.makedirs(f"{folder}/layouts/_default")
        with open(f"{folder}/config.json", "w") as out:
            json.dump({"baseURL": "http://localhost/", "title": "Fleet", "disableKinds": ["taxonomy", "term", "RSS", "sitemap", "404", "home", "section"]}, out)
        with open(f"{folder}/layouts/_default/single.html", "w") as out:
            out.write(READY if is_ready else DRAWN)
        for number, (title, charts) in enumerate(pages):
            place = f"{folder}/content/svc-{number:04d}"
            os.makedirs(place)
            with open(f"{place}/index.md", "w") as out:
                out.write(f"---\ntitle: {title}\n---\n")
            with open(f"{place}/data.json", "w") as out:
                json.dump({"charts": [ready(name, values) if is_ready else {"title": name, "values": values} for name, values in charts]}, out)

    def build(self):
        cost = run(["hugo", "--quiet", "--source", self.folder, "--destination", f"{self.folder}/public"]).cpu
        made = [f"{place}/index.html" for place, _, names in os.walk(f"{self.folder}/public") if "index.html" in names]
        if len(made) != len(self.pages) or any(open(path).read().count("<polyline") != 6 for path in made[:5]):
            sys.exit(f"hugo: {len(made)} pages of {len(self.pages)}; nothing was measured")
        return cost

    def bytes(self):
        return sum(os.path.getsize(f"{place}/index.html") for place, _, names in os.walk(f"{self.folder}/public") if "index.html" in names)


def ready(name, values):
    top = max(1.0, *values)
    return {"title": name, "points": " ".join(f"{index * 2.5:.1f},{120 - 110 * value / top:.1f}" for index, value in enumerate(values)),
            "ticks": [{"y": f"{120 - 27.5 * step:.1f}", "label": f"{top * step / 4:.0f}"} for step in range(5)]}
