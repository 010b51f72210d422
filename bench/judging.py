"""A stack judged by its key until the next one is painted: `python -m bench.judging [STACKS [MEDIA]]`.

A real browser on the loopback, `havre serve` with a home of MEDIA media (10,000) on the embedded database, all on two
cores. A key is pressed 0.1 s after the next stack is there; a stack counts from the moment the key went down, as the
browser stamped it, to the first task after the frame in which another stack is current, on the stage too, its veil
decoded. What is judged is saved meanwhile, and the grid fetches further stacks: `saved_after` is how long the last of
it took.
"""

import json
import os
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from bench.analysts import environment_of, filled, milliseconds, serving
from bench.analysts_home import AGENT
from bench.intake import few_cores

STACKS = 200
MEDIA = 10_000
PORT = 8124
CORES = 2
PAUSE_MS = 100
BAR_MS = 100.0
BROWSER = "/usr/bin/chromium"

WATCH = """(() => {
  window.took = [];
  addEventListener("keydown", (event) => {
    const before = document.querySelector(".tile[data-current]"), begun = event.timeStamp;
    const frame = () => requestAnimationFrame(() => {
      const now = document.querySelector(".tile[data-current]"), stage = document.querySelector("#stage .veil");
      const staged = stage.dataset.medium === now.dataset.medium && stage.querySelector("img").complete;
      if (now === before || !staged) { frame(); return; }
      const after = new MessageChannel();
      after.port1.onmessage = () => { took.push(performance.now() - begun); after.port1.close(); };
      after.port2.postMessage(0);
    });
    if (/^Digit/.test(event.code)) frame();
  }, true);
})()"""


def measure(stacks: int, media: int) -> dict[str, object]:
    """Half, 95 and 99 of 100 stacks, and the worst."""
    with tempfile.TemporaryDirectory(prefix="havre-bench-") as scratch, few_cores(CORES):
        environment = environment_of(Path(scratch, "home"), "")
        me = filled(environment, media)["people"][0]
        with serving(environment, PORT), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
            context = browser.new_context(user_agent=AGENT, viewport={"width": 1366, "height": 768})
            address = f"http://localhost:{PORT}"
            named = {"havre": me["session"], "csrftoken": me["csrf"]}
            context.add_cookies([{"name": name, "value": value, "url": address} for name, value in named.items()])
            context.add_init_script(WATCH)
            page = context.new_page()
            page.goto(f"{address}/triage")
            page.wait_for_selector(".tile[data-current]")
            took = sorted(_judged(page, stacks))
            begun = time.perf_counter()
            page.wait_for_selector("#unsaved", state="hidden", timeout=60_000)
            saved = time.perf_counter() - begun
            browser.close()
    seconds = [each / 1000 for each in took]
    figures = milliseconds(seconds) | {"most": round(took[-1], 1)}
    return {
        "what": f"{stacks} stacks judged by keyboard, {media:,} media held",
        "milliseconds": figures,
        "later_than_100": sum(each >= BAR_MS for each in took),
        "saved_after": round(saved, 2),
        "holds": figures["p95"] < BAR_MS,
        "machine_load": [round(each, 1) for each in os.getloadavg()],
    }


def _judged(page: Page, stacks: int) -> list[float]:
    """Each key with what it took, in milliseconds."""
    for number in range(stacks):
        page.wait_for_timeout(PAUSE_MS)
        page.keyboard.press("45"[number % 2])
        until = time.monotonic() + 30
        while page.evaluate("took.length") <= number:
            if time.monotonic() > until:
                raise RuntimeError(f"after {number} stacks no other became current")
    return [float(each) for each in page.evaluate("took")]


if __name__ == "__main__":
    given = [int(each) for each in sys.argv[1:]]
    print(json.dumps(measure(given[0] if given else STACKS, given[1] if len(given) > 1 else MEDIA)))
