"""The pages in a real Chromium: from a web server and from files, phone to desktop, light and dark."""

import os
import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from engagement_utils.suite.pages.prepare import prepare
from engagement_utils.suite.publish.code import code_page
from engagement_utils.suite.publish.html import report_page
from engagement_utils.suite.publish.index import index_page
from engagement_utils.suite.publish.publisher import Prepared
from tests.suite.publish import fixtures as made
from tests.suite.publish.test_index import campuses, cards

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium: neither $CHROMIUM nor `chromium` on the PATH"),
]
playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra `test`)")

PAGES = ("index.html", "weekday_effects.html", "weekday_effects/code.html", "broken/code.html", "empty.html")
PAGES += ("many.html",)

# the smallest contrast of every text with the ground that is painted behind it, below what WCAG AA asks for
LOW_CONTRAST = """() => {
  const rgb = c => { const m = c.match(/[\\d.]+/g).map(Number); return m.length < 4 || m[3] > 0 ? m : null; };
  const linear = v => { v /= 255; return v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; };
  const lum = c => .2126 * linear(c[0]) + .7152 * linear(c[1]) + .0722 * linear(c[2]);
  const ground = e => {
    for (; e; e = e.parentElement) {
      const c = rgb(getComputedStyle(e).backgroundColor);
      if (c) return c;
    }
    return [255, 255, 255];
  };
  const low = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const e = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !e.checkVisibility()) continue;
    if (e.closest('script, style')) continue;
    const s = getComputedStyle(e);
    const ink = rgb(e instanceof SVGElement ? s.fill : s.color);
    const [a, b] = [lum(ink), lum(ground(e))].sort((x, y) => y - x);
    const size = parseFloat(s.fontSize);
    const least = size >= 24 || (size >= 18.66 && s.fontWeight >= 700) ? 3 : 4.5;
    const contrast = (a + .05) / (b + .05);
    if (contrast < least) low.push([e.tagName, e.textContent.slice(0, 40), contrast.toFixed(2)]);
  }
  return low;
}"""

# names, labels, landmarks, outline and references, as an audit tool checks them
FAULTS = """() => {
  const faults = [];
  const all = s => Array.from(document.querySelectorAll(s));
  const each = (s, fault, said) => all(s).forEach(e => {
    if (fault(e)) faults.push(said + ': ' + e.outerHTML.slice(0, 80));
  });
  const ids = all('[id]').map(e => e.id);
  if (ids.length !== new Set(ids).size) faults.push('an id is there twice');
  if (all('main').length !== 1 || all('h1').length !== 1) faults.push('not one main, one h1');
  if (!document.documentElement.lang || !document.title) faults.push('no language or title');
  let last = 0;
  const jumps = e => { const most = last + 1; last = +e.tagName[1]; return last > most; };
  each('h1, h2, h3, h4, h5, h6', jumps, 'jump');
  each('a[href], button, summary', e => !e.textContent.trim() && !e.ariaLabel, 'nameless');
  each('input', e => !e.labels.length, 'unlabelled');
  each('img', e => !e.alt, 'no alt');
  each('svg', e => e.getAttribute('role') !== 'img' || !e.ariaLabel, 'not described');
  each('[aria-labelledby]', e => !document.getElementById(e.getAttribute('aria-labelledby')), 'no label');
  each('a[href^="#"]', e => !document.getElementById(e.hash.slice(1)), 'leads nowhere');
  each('th', e => !e.scope, 'no scope');
  each('li', e => !['UL', 'OL'].includes(e.parentElement.tagName), 'outside of a list');
  each('nav', e => !e.ariaLabel, 'nameless');
  const scrolls = e => e.scrollWidth > e.clientWidth && e.checkVisibility();
  each('.scroll, pre, .input', e => scrolls(e) && e.tabIndex !== 0, 'not for the keyboard');
  return faults;
}"""


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    run = made.run_directory(folder / "run")
    prepare(run / "executed.ipynb", made.job(), made.PROVENANCE, run)
    site = folder / "site"
    site.mkdir()
    report_page(Prepared("weekday_effects", "", run / "prepared.ipynb", run), site / "weekday_effects.html")
    code_page(run / "executed.ipynb", site / PAGES[2], "Weekday effects", report="weekday_effects")
    error = {
        "output_type": "error",
        "ename": "KeyError",
        "evalue": "'x'",
        "traceback": ["x" * 300, "KeyError"],
    }
    failed = made.run_directory(
        folder / "failed", made.notebook(made.code(error, source="y = 1  # " + "long " * 60))
    )
    code_page(failed / "executed.ipynb", site / PAGES[3], "Broken", note="It raised KeyError in cell 1.")
    index_page(cards(), site / "index.html")
    index_page([], site / "empty.html")
    index_page([*cards(), *campuses()], site / "many.html")
    times = '{"weekday_effects": {"made": "2026-11-22T02:00:00Z", "seconds": 3.1}}'
    (site / "times.js").write_text(f"window.ENGAGEMENT_TIMES = {times};\n", encoding="utf-8")
    return site


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format, *args):  # noqa: A002
        pass


@pytest.fixture(scope="module")
def address(site) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def browser():
    arguments = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
    ]
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser, address):
    """Opens a page at a width in a colour scheme; what a page logs and asks for is in `.log` and `.asked`."""
    contexts = []

    def opened(path: str, width: int = 1280, scheme: str = "light", base: str = address, **options):
        context = browser.new_context(
            viewport={"width": width, "height": 800}, color_scheme=scheme, **options
        )
        contexts.append(context)
        page = context.new_page()
        page.log, page.asked = [], []
        page.on("console", lambda message: page.log.append(message.text))
        page.on("pageerror", lambda error: page.log.append(str(error)))
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto(f"{base}/{path}")
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_silent_complete_and_readable_everywhere(visit, address, path):
    page = visit(path)
    assert page.log == []
    assert [url for url in page.asked if not url.startswith((address, "data:"))] == []
    for width in (1280, 768, 360, 320):
        page.set_viewport_size({"width": width, "height": 800})
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
        page.wait_for_timeout(50)
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert page.evaluate(FAULTS) == []
    for scheme, ground in (("light", "rgb(255, 255, 255)"), ("dark", "rgb(22, 23, 27)")):
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == ground
        assert page.evaluate(LOW_CONTRAST) == []


@pytest.mark.parametrize("path", PAGES[:3])
def test_works_from_the_file_system(visit, site, path):
    page = visit(path, base=site.as_uri())
    assert page.log == []
    assert [url for url in page.asked if not url.startswith((site.as_uri(), "data:"))] == []
    if path in PAGES[:2]:
        assert page.locator("[data-made=weekday_effects]").inner_text().endswith("made 22 Nov 2026")


def test_figures_follow_the_page_into_the_dark(visit):
    page = visit("weekday_effects.html")
    fills = "['#fig-weekday-patch_1 path', '#fig-weekday text']"
    fills += ".map(s => getComputedStyle(document.querySelector(s)).fill)"
    assert page.evaluate(fills) == ["rgb(255, 255, 255)", "rgb(95, 99, 104)"]
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(fills) == ["rgb(22, 23, 27)", "rgb(169, 175, 184)"]


def test_the_readers_choice_of_colours_is_remembered(visit, address):
    page = visit("weekday_effects.html", scheme="dark")
    ground = "getComputedStyle(document.body).backgroundColor"
    page.get_by_role("button", name="Light colours").click()
    assert page.evaluate(ground) == "rgb(255, 255, 255)"
    page.goto(f"{address}/index.html")
    assert page.evaluate(ground) == "rgb(255, 255, 255)"
    page.get_by_role("button", name="Dark colours").click()
    page.reload()
    assert page.evaluate(ground) == "rgb(22, 23, 27)"


def test_without_scripts_everything_is_there_but_the_conveniences(visit):
    page = visit("index.html", java_script_enabled=False)
    assert page.locator("tbody tr").count() == 4
    assert not page.locator("#theme").is_visible()
    assert not page.locator("[data-controls]").is_visible()
    report = visit("weekday_effects.html", java_script_enabled=False)
    assert report.get_by_role("heading", name="Main points").is_visible()
    assert not report.locator("[data-made]").is_visible()


def test_the_familys_table_filters(visit):
    page = visit("index.html")
    rows = page.locator("tbody tr")
    page.get_by_label("Filter").fill("qro")
    assert [row.locator("th").inner_text() for row in rows.all() if row.is_visible()] == ["QRO"]
    assert page.locator("[data-shown]").inner_text() == "1 of 4 shown"
    page.get_by_label("Filter").fill("supported posts")
    assert [row.locator("th").inner_text() for row in rows.all() if row.is_visible()] == [
        "QRO",
        "MTY",
        "CDMX",
    ]
    page.get_by_label("Filter").fill("")
    assert page.locator("[data-shown]").inner_text() == "4 of 4 shown"


def test_the_familys_table_sorts_numbers_as_numbers(visit):
    page = visit("index.html")

    def order(column: str) -> list[str]:
        page.get_by_role("button", name=column, exact=False).first.click()
        return page.locator("tbody tr th").all_inner_texts()

    # CDMX has no score: it stands last either way
    assert order("Mean score") == ["GDL", "QRO", "MTY", "CDMX"]
    assert page.locator("th[aria-sort=ascending]").count() == 1
    assert order("Mean score") == ["MTY", "QRO", "GDL", "CDMX"]
    assert order("Campus") == ["CDMX", "GDL", "MTY", "QRO"]
    assert page.locator("th[aria-sort]").inner_text().startswith("Campus")


def test_one_search_narrows_cards_and_families(visit):
    page = visit("many.html")
    field, said = page.get_by_label("Search all reports"), page.locator("[data-search] [role=status]")

    def members() -> list[str]:
        return [row.locator("th").inner_text() for row in page.locator("tbody tr").all() if row.is_visible()]

    def titles() -> list[str]:
        return [t.inner_text() for t in page.locator("article h2").all() if t.is_visible()]

    assert said.inner_text() == "27 of 27 shown"
    field.fill("queretaro hhh")
    assert members() == ["Querétaro hhh"]
    assert titles() == ["Best hours"]
    assert said.inner_text() == "1 of 27 shown"
    # a fold that was closed opens where something is found in it
    field.fill("")
    page.get_by_text("20 reports, a row each").click()
    assert not page.get_by_role("link", name="Querétaro hhh", exact=True).is_visible()
    field.fill("querétaro")
    assert page.get_by_role("link", name="Querétaro hhh", exact=True).is_visible()
    # both fields hold
    page.get_by_label("Filter").last.fill("rrr")
    assert members() == ["Querétaro rrr"]
    field.fill("nowhere")
    assert titles() == []
    assert said.inner_text() == "0 of 27 shown"


def test_estimates_sort_by_the_keyboard(visit):
    page = visit("many.html")
    family = page.locator("article.family").last
    button = family.get_by_role("button", name="New vs old")
    button.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    shown = family.locator("tbody tr th").all_inner_texts()
    assert shown[0] == "Querétaro sss"
    assert shown[-2:] == ["Querétaro aaa", "Querétaro ttt"]  # the failed one has no estimate
    assert family.locator("th[aria-sort=descending]").inner_text().startswith("New vs old")


def test_the_skip_link_and_the_contents_lead_to_the_text(visit):
    page = visit("weekday_effects.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.get_by_role("navigation", name="Contents").get_by_role("link", name="Data quality").click()
    assert page.get_by_role("heading", name="Data quality").evaluate(
        "e => e.getBoundingClientRect().top < 100"
    )


def test_print_opens_the_tables_meant_for_it_and_stays_light(visit, tmp_path):
    page = visit("weekday_effects.html", scheme="dark")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.locator("details.fold[open]").count() == 2
    assert not page.locator(".bar").is_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details.fold[open]").count() == 0
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")


def test_text_lines_stay_short_and_figures_fill_the_column(visit):
    page = visit("weekday_effects.html", 1600)
    zeros = page.evaluate(
        """() => {
          const zero = document.body.appendChild(document.createElement('span'));
          zero.textContent = '0000000000';
          return Math.max(...Array.from(document.querySelectorAll('main p'), p => {
            zero.style.fontSize = getComputedStyle(p).fontSize;
            zero.style.fontWeight = getComputedStyle(p).fontWeight;
            return p.clientWidth / zero.getBoundingClientRect().width * 10;
          }));
        }"""
    )
    assert zeros <= 70
    figure = page.locator("#fig-weekday").bounding_box()["width"]
    column = page.locator("main article").bounding_box()["width"]
    # the figure is 6.8 of the style's seven inches wide
    assert figure == pytest.approx(column * 6.8 / 7, abs=1)


def test_a_familys_head_is_printed_on_every_page_of_it(visit):
    import pypdfium2

    document = pypdfium2.PdfDocument(visit("many.html").pdf(prefer_css_page_size=True))
    pages = [page.get_textpage().get_text_range() for page in document]
    members = [text for text in pages if "taro" in text]
    assert len(members) > 1
    assert all("Main point" in text and "Status" in text for text in members)
