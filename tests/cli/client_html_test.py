"""HTML reports: what pt-client writes, and results that no loopback gives, in real Chromium."""

import base64
import hashlib
import json
import os
import pathlib
import re
import tempfile
import unittest

import browser
import programs
from programs import run_client

PYTHON = "/usr/bin/python3"

PAGES = os.environ["PT_HTML_PAGES"]
MIB = 1 << 20
SHIFT = 8

# Of each text that is seen: WCAG 2.2's contrast (success criterion 1.4.3) with what is behind it, and of each
# graphic of a verdict (1.4.11). Gives the worst of both, and how many there were.
CONTRAST = """(() => {
    const numbers = (colour) => colour.match(/[0-9.]+/g).map(Number);
    const light = (colour) => {
        const [r, g, b] = numbers(colour).slice(0, 3).map((c) => c / 255).map(
            (c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ratio = (one, other) => {
        const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
        return (high + 0.05) / (low + 0.05);
    };
    const behind = (element) => {
        for (let at = element; at; at = at.parentElement) {
            const box = at.closest("svg") && at.matches("text.name, text.address")
                ? at.parentElement.querySelector("rect.box") : null;
            const colour = box ? getComputedStyle(box).fill : getComputedStyle(at).backgroundColor;
            if ((numbers(colour)[3] ?? 1) === 1 && colour !== "none") { return colour; }
        }
    };
    const worst = { text: 99, graphic: 99, texts: 0, graphics: 0 };
    for (const element of document.body.querySelectorAll("*:not(script, title)")) {
        const style = getComputedStyle(element);
        if ([...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim())) {
            const colour = element.closest("svg") ? style.fill : style.color;
            worst.text = Math.min(worst.text, ratio(colour, behind(element)));
            ++worst.texts;
        }
        const graphic = element.matches(".mark:not(.is-no-result)") ? getComputedStyle(element, "::before").backgroundColor
            : element.matches("path") ? style.stroke : null;
        if (graphic) {
            worst.graphic = Math.min(worst.graphic, ratio(graphic, behind(element)));
            ++worst.graphics;
        }
    }
    return worst;
})()"""


class Html(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)

    def written(self, done, name):
        """A page that a program wrote, as a file."""
        self.assertEqual(done.stderr, "")
        path = self.folder / f"{name}.html"
        path.write_text(done.stdout, encoding="ascii")
        return path

    def page(self, kind):
        return self.written(programs.run(PAGES, kind), kind)


class Text(Html):
    """Without a browser."""

    def test_hashes_of_the_policy(self):
        text = self.page("paths").read_text()
        policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)[1]
        self.assertIn("default-src 'none'", policy)
        self.assertNotIn("unsafe", policy)
        for element in ("style", "script"):
            content = re.search(rf"<{element}>(.*?)</{element}>", text, re.S)[1]
            digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
            self.assertIn(f"{element}-src 'sha256-{digest}'", policy)

    def test_nothing_is_loaded(self):
        text = self.page("paths").read_text()
        self.assertEqual(re.findall(r'(?:src|href)="(?!#|data:,)', text), [])
        self.assertNotIn("url(", text)

    def test_size(self):
        for kind, limit in (("every", MIB // 16), ("random", 2 * MIB)):
            self.assertLess(self.page(kind).stat().st_size, limit, kind)

    # Debian's own Python: another one that comes first does not see Debian's modules.
    @programs.needs(programs.works(PYTHON, "-c", "import html5lib"),
                    "needs the Python module html5lib: install python3-html5lib")
    def test_valid(self):
        for kind in ("paths", "hosts", "every", "hostile", "diff", "none"):
            check = "import html5lib, sys; html5lib.HTMLParser(strict=True).parse(open(sys.argv[1]).read())"
            done = programs.run(PYTHON, "-c", check, str(self.page(kind)))
            self.assertEqual((done.returncode, done.stderr), (0, ""), kind)

    def test_bytes(self):
        for kind in ("hostile", "diff"):
            text = self.page(kind).read_text(encoding="ascii")
            self.assertEqual([c for c in set(text) if ord(c) < 32 and c != "\n"], [])
            self.assertNotIn("<img", text)
            self.assertEqual(text.count("<script"), 1)

    def test_closed_output(self):
        with open("/dev/full", "w", encoding="ascii") as full:
            done = programs.subprocess.run([programs.CLIENT, "127.0.0.1", "9", "--output", "html"], stdout=full,
                                           stderr=programs.subprocess.PIPE, text=True, check=False)
        self.assertEqual(done.returncode, 3)
        self.assertIn("could not be written to standard output", done.stderr)


@unittest.skipUnless(browser.PROGRAM or browser.is_packaged(), "Chromium is no package of this distribution")
@programs.needs(browser.PROGRAM, "needs Chromium: install chromium (Debian)")
class InChromium(Html):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.browser = browser.Browser()
        cls.addClassCleanup(cls.browser.close)

    def visit(self, path, **settings):
        """Opens a page that must load nothing and complain of nothing."""
        seconds = self.browser.visit(path, **settings)
        self.assertEqual(self.browser.complaints(), [])
        self.assertEqual([url for url in self.browser.requests() if url not in (f"file://{path}", "data:,")], [])
        return seconds

    def texts(self, selector):
        return self.browser.value(f"[...document.querySelectorAll({json.dumps(selector)})].map((e) => e.textContent)")

    def test_scan_of_loopback(self):
        closed = programs.closed_port()
        with programs.Server("tcp/0", "udp/0") as server, programs.tcp_listener() as (_, mute):
            done = run_client("127.0.0.1", f"tcp/{server.tcp},{closed},{mute}", f"udp/{server.udp}", "--output", "html",
                              "--timeout", "1s")
            tcp, udp = server.tcp, server.udp
        self.assertEqual(done.returncode, 1)
        path = self.written(done, "scan")
        for script in (True, False):
            self.visit(path, script=script)
            self.assertEqual(self.texts("h1"), ["Ports of 127.0.0.1"])
            self.assertRegex(self.texts(".summary")[0], r"^4 ports: 2 open, 1 answered, 1 closed\. Scan of \S+Z, .* from 127\.0\.0\.1\.$")
            rows = dict(zip(self.texts("#ports ~ .place tbody th"), self.texts("#ports ~ .place tbody .mark")))
            self.assertEqual(rows, {f"tcp/{tcp}": "open", f"tcp/{closed}": "closed", f"tcp/{mute}": "answered",
                                    f"udp/{udp}": "open"})
            self.assertEqual(len(self.texts(".packet-path svg")), 4)

    def test_check(self):
        with programs.Server("tcp/0") as server:
            policy = self.folder / "policy.yaml"
            policy.write_text("version: 1\ntests:\n"
                              f"- {{name: 'a <b>&\"', to: 127.0.0.1, open: tcp/{server.tcp}}}\n"
                              f"- {{name: two, to: 127.0.0.1, blocked: tcp/{server.tcp}}}\n")
            done = run_client("check", str(policy), "--output", "html")
            self.assertEqual(done.returncode, 1)
            self.visit(self.written(done, "check"))
            self.assertEqual(self.texts("h2"), ["Tests", 'a <b>&"', "two"])
            self.assertEqual(self.texts("thead")[1], "OutcomeHostPortsExpectedFoundWhy")
            (row,) = self.texts("section:last-of-type tbody tr")
            self.assertRegex(row, rf"^failed127\.0\.0\.1tcp/{server.tcp}blockedopen: echo receivednot as expected$")
            self.assertEqual(len(self.texts(".packet-path")), 1)  # of what failed

    def test_diff(self):
        with programs.Server("tcp/0") as server:
            port = f"tcp/{server.tcp}"
            before = run_client("127.0.0.1", port, "--output", "json")
        after = run_client("127.0.0.1", port, "--output", "json")
        for name, done in (("before", before), ("after", after)):
            (self.folder / f"{name}.json").write_text(done.stdout)
        done = run_client("diff", str(self.folder / "before.json"), str(self.folder / "after.json"), "--output", "html")
        self.assertEqual(done.returncode, 1)
        self.visit(self.written(done, "diff"))
        self.assertEqual(self.texts("h2"), ["Changed"])
        self.assertEqual(self.texts("thead"), ["HostPortsNumberBeforeAfterRemarks"])
        self.assertIn("openecho received", self.texts("tbody tr")[0])

    def test_hostile_texts_stay_text(self):
        for kind in ("hostile", "diff"):
            for script in (True, False):
                self.visit(self.page(kind), script=script)
                self.assertEqual(self.browser.value("document.images.length + document.links.length"), 0)
                self.assertEqual(self.browser.value("document.scripts.length"), 1)
                self.assertIn("<script>fetch('http://192.0.2.1/')</script>", self.texts("h1")[0])

    def test_contrast(self):
        for kind in ("paths", "every", "hosts", "diff"):
            for dark in (False, True):
                self.visit(self.page(kind), dark=dark)
                found = self.browser.value(CONTRAST)
                self.assertGreater(min(found["texts"], found["graphics"]), 3)
                self.assertGreaterEqual(found["text"], 4.5, (kind, dark))
                self.assertGreaterEqual(found["graphic"], 3, (kind, dark))

    def test_schemes_differ(self):
        colours = set()
        for dark in (False, True):
            self.visit(self.page("paths"), dark=dark)
            colours.add(self.browser.value("getComputedStyle(document.body).backgroundColor"))
        self.assertEqual(len(colours), 2)

    def test_narrow(self):
        for kind in ("paths", "every", "hosts", "hostile", "diff"):
            for width in (320, 400, 1280):
                self.visit(self.page(kind), width=width)
                self.assertEqual(self.browser.value("document.documentElement.scrollWidth"), width, kind)

    def test_addresses_fit_their_boxes(self):
        self.visit(self.page("paths"))
        wide = """[...document.querySelectorAll("svg.path text")].filter((text) => {
            const box = text.getBBox(); return box.x + box.width > text.ownerSVGElement.viewBox.baseVal.width;
        }).map((text) => text.textContent)"""
        self.assertEqual(self.browser.value(wide), [])

    def test_every_port_opens_within_a_second(self):
        self.visit(self.page("none"))  # what the first page takes is Chromium's own
        for kind in ("every", "random"):
            path = self.page(kind)
            self.assertLess(min(self.visit(path) for _ in range(3)), 1, kind)

    def test_map(self):
        self.visit(self.page("every"))
        self.assertEqual(self.texts("figcaption")[:2], [f"{p} ports of db.example (192.0.2.7)" for p in ("TCP", "UDP")])
        self.assertEqual(self.texts(".port-map:first-of-type tbody tr"),
                         ["open2,770tcp/22,443,30000-32767", "rejected16,384tcp/49152-65535",
                          "filtered46,381tcp/1-21,23-442,444-29999,32768-49151", "no result1tcp/0"])
        said = "document.querySelector('.under-pointer').textContent"
        self.browser.value("document.querySelector('svg.map').focus()")
        self.assertEqual(self.browser.value(said), "tcp/0: no result")
        for keys, expected in ((["ArrowRight"] * 22, "tcp/22: open"), (["ArrowLeft"], "tcp/21: filtered"),
                               (["ArrowUp"], "tcp/21: filtered"), (["ArrowDown"], "tcp/277: filtered")):
            for key in keys:
                self.browser.press(key)
            self.assertEqual(self.browser.value(said), expected)
        for _ in range(20):
            self.browser.press("ArrowDown", SHIFT)
        self.assertEqual(self.browser.value(said), "tcp/65301: rejected")
        x, y = self.browser.value("""(() => { const map = document.querySelector("svg.map"); map.scrollIntoView();
            const point = new DOMPoint(443 % 256 + .5, 1.5).matrixTransform(map.getScreenCTM());
            return [point.x, point.y]; })()""")
        self.browser.move(x, y)
        self.assertEqual(self.browser.value(said), "tcp/443: open")

    def test_keyboard_reaches_what_scrolls(self):
        self.visit(self.page("every"))
        reached = set()
        for _ in range(40):
            self.browser.press("Tab")
            reached.update(self.browser.value("[...document.activeElement.classList]"))
            style = self.browser.value("""(() => { const at = getComputedStyle(document.activeElement);
                return document.activeElement === document.body ? "3px" : at.outlineWidth; })()""")
            self.assertEqual(style, "3px")
        self.assertLessEqual({"scroll", "ranges", "map"}, reached)

    def test_structure(self):
        for kind in ("paths", "every", "hosts", "diff"):
            self.visit(self.page(kind), script=False)
            self.assertEqual(self.browser.value("document.documentElement.lang"), "en")
            for landmark in ("header", "main", "footer"):
                self.assertEqual(len(self.texts(f"body > {landmark}")), 1)
            self.assertEqual(self.texts("th:not([scope])"), [])
            self.assertEqual(self.texts("svg:not([role=img][aria-labelledby])"), [])
            self.assertEqual(self.browser.value("""[...document.querySelectorAll("[aria-labelledby], [aria-describedby]")]
                .flatMap((e) => [e.getAttribute("aria-labelledby"), e.getAttribute("aria-describedby")])
                .filter((id) => id && !document.getElementById(id))"""), [])
            ids = self.browser.value("[...document.querySelectorAll('[id]')].map((e) => e.id)")
            self.assertEqual(len(ids), len(set(ids)))

    def test_matrix(self):
        self.visit(self.page("hosts"))
        self.assertEqual(self.texts("#matrix ~ .scroll thead th"),
                         ["Host", "tcp/22", "tcp/80", "tcp/443", "tcp/5432", "tcp/8000", "tcp/8001"])
        self.assertEqual(len(self.texts("#matrix ~ .scroll tbody tr")), 50)

    def test_prints(self):
        self.visit(self.page("every"), dark=True)
        self.assertTrue(self.browser.pdf().startswith(b"%PDF-"))


if __name__ == "__main__":
    unittest.main()
