"""An intake of pictures that are nearly the same, judged together against apart: `python -m bench.alike [FILES]`.

One photograph, cut a little elsewhere, a little brighter or darker, at JPEG qualities 60 to 94, from a seed: what a
burst of a telephone or a film's stills are. Every file meets most of the others. `together` is `havre intake` as it is:
files of a batch read each row of their unit once. `apart` is the same where each reads for itself. Questions to the
database and processor seconds of the judging process, for one file; `identical` is whether every match, stack and
place in the order of triage agrees. On SQLite and on PostgreSQL.
"""

import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import skimage.data
from PIL import Image, ImageEnhance

from bench.postgres import in_memory, server

CHECKOUT = Path(__file__).parent.parent
FILES = 120
SEED = 7
SIZE, CUT = (1000, 667), 40
"""Of the photograph, and by how much less its parts have, in pixels."""
BACKENDS = ("sqlite", "postgresql")


def make_pictures(folder: Path, count: int) -> None:
    """Nearly the same picture, so many times."""
    folder.mkdir()
    random = np.random.default_rng(SEED)
    whole = Image.fromarray(skimage.data.coffee()).convert("RGB").resize(SIZE)
    for number in range(count):
        left, top = (int(at) for at in random.integers(0, CUT, 2))
        part = whole.crop((left, top, left + SIZE[0] - CUT, top + SIZE[1] - CUT))
        part = ImageEnhance.Brightness(part).enhance(float(random.uniform(0.9, 1.1)))
        part.save(folder / f"{number:04}.jpg", "JPEG", quality=int(random.integers(60, 95)))


def measure(count: int = FILES) -> Iterator[dict[str, object]]:
    """A line for each kind of database."""
    with tempfile.TemporaryDirectory(prefix="havre-bench-") as scratch:
        folder = Path(scratch, "alike")
        make_pictures(folder, count)
        for backend in BACKENDS:
            apart, together = (_run(way, backend, folder) for way in ("apart", "together"))
            yield {
                "what": f"intake of one scene, {backend}",
                "size": count,
                "ours": round(together["processor_seconds"] / count, 4),
                "apart": round(apart["processor_seconds"] / count, 4),
                "ratio": round(apart["processor_seconds"] / together["processor_seconds"], 2),
                "identical": together["told"] == apart["told"],
                "questions": round(together["questions"] / count, 1),
                "questions_apart": round(apart["questions"] / count, 1),
                "matches": together["matches"],
            }


def _run(way: str, backend: str, folder: Path) -> dict[str, Any]:
    call = [sys.executable, "-m", "bench.alike", f"--{way}", backend, str(folder)]
    done = subprocess.run(call, check=True, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


# ---- in a process of its own ----


def take(backend: str, folder: Path, *, apart: bool) -> dict[str, object]:
    """One intake of the folder into a fresh home."""
    from havre.settings import Settings
    from havre.start import start

    with ExitStack() as stack:
        home_folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="home-"))) / "home"
        settings = Settings(home=home_folder)
        if backend == "postgresql":
            running = stack.enter_context(server(within=in_memory()))
            running.make("alike")
            settings = Settings(home=home_folder, database=running.address("alike"))
        start(settings)
        return _taken(settings, folder, apart)


def _taken(settings: Any, folder: Path, apart: bool) -> dict[str, object]:
    from django.db import connection

    from havre.flows.begin import begin_node
    from havre.flows.dossier import open_dossier
    from havre.flows.home import Home
    from havre.flows.intake import take_in
    from havre.matches import judge
    from havre.units.acting import Acting

    if apart:
        together = judge.beyond
        judge.beyond = lambda stock, asker, *, founding, **_: together(stock, asker, founding=founding)  # type: ignore
    questions = 0

    def counted(execute: Callable[..., Any], *asked: Any) -> Any:
        nonlocal questions
        questions += 1
        return execute(*asked)

    def clock() -> datetime:
        return datetime.now(UTC)

    acting = Acting(begin_node(settings, "BE", "Bench", "anke", clock, "bench"), clock)
    home = Home(settings)
    open_dossier(home, acting, "bench", "a measurement", "a measurement")
    before = _processor_seconds()
    with connection.execute_wrapper(counted):
        take_in(home, acting, "bench", str(folder), workers=2)
    spent = _processor_seconds() - before
    told = _told()
    home.close()
    digest = sha256(json.dumps(told).encode()).hexdigest()
    return {"processor_seconds": spent, "questions": questions, "told": digest, "matches": len(told[0])}


def _told() -> list[list[list[str]]]:
    """Every match and every stack, as text."""
    from havre.assessments.models import Stacked
    from havre.matches.models import Match

    files = ("item__position", "medium__exhibits__item__position", "kind", "orientation")
    found = ("distance", "quality", "expected_false", "evidence")
    matches = Match.objects.order_by("item__position", "id").values_list(*files, *found)
    stacks = Stacked.objects.order_by("id").values_list("stack__item__position", "stack__heading", "stack__rank")
    return [[[str(each) for each in row] for row in rows] for rows in (matches, stacks)]


def _processor_seconds() -> float:
    spent = resource.getrusage(resource.RUSAGE_SELF)
    return spent.ru_utime + spent.ru_stime


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--apart" | "--together" as way, backend, folder]:
            print(json.dumps(take(backend, Path(folder), apart=way == "--apart")))
        case words:
            for line in measure(*map(int, words)):
                print(json.dumps(line), flush=True)
