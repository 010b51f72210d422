"""What the served demonstration's unit did in earlier years: series, how long each step took, children by pseudonym.

Written as it would stand there by now; the log begins with the demonstration, and says nothing of it but the intake.
"""

import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import cycle, pairwise
from pathlib import Path

import numpy as np
from django.db.models import QuerySet
from PIL import Image

from havre.assessments.facts import NOTHING
from havre.assessments.models import Stack
from havre.assessments.say import Saying
from havre.cases.models import Case
from havre.flows.assess import judge
from havre.flows.demo_node import REASON
from havre.flows.dossier import open_dossier
from havre.flows.home import Home
from havre.flows.intake import take_in
from havre.flows.source import holding
from havre.media.models import Medium
from havre.restrictions.visible import owned_by
from havre.series.decide import decide
from havre.series.models import Life, Member, Move, Series, Stamp, Step, Word
from havre.series.moves import FORWARD
from havre.units.acting import Acting, Clock
from havre.units.queries import person_named
from havre.victims.models import ChildAge, Sex, Victim

CASE = "2025-04"
SAFE = ("Blue tiles", "Red bus", "Striped curtain", "Paper lantern", "Green door", "Tin robot", "Corner shop")
OPEN = {
    "Wall clock": Life.LOCATED,
    "Yellow kite": Life.INVESTIGATED,
    "Round window": Life.INVESTIGATED,
    "Chess board": Life.UNIDENTIFIED,
    "Garden gate": Life.UNIDENTIFIED,
}
LIVES = {**dict.fromkeys(SAFE, Life.SAFEGUARDED), **OPEN}
"""Of each series, the oldest first, how far it came. A picture of each is held."""

COMPARISON = "4"
"""The label of what is kept for comparison: one person says so."""

HOURS = (0, 2, 3, 9, 31, 52, 70, 120)
"""After which the eight steps were done in the first series; in later ones sooner."""
APART = timedelta(days=45)
"""One series after the other began."""

COUNTS = (
    (ChildAge.UPTO_2, Sex.FEMALE, "BE", 2, 3),
    (ChildAge.UPTO_6, Sex.FEMALE, "BE", 4, 5),
    (ChildAge.UPTO_6, Sex.MALE, "FR", 3, 4),
    (ChildAge.UPTO_10, Sex.FEMALE, "FR", 8, 5),
    (ChildAge.UPTO_10, Sex.MALE, "BE", 5, 3),
    (ChildAge.UPTO_13, Sex.FEMALE, "BE", 7, 6),
    (ChildAge.UPTO_13, Sex.MALE, "NL", 3, 4),
    (ChildAge.UPTO_17, Sex.MALE, "", 2, 3),
)
"""Children by age, sex and country: how many are identified, and how many are not."""


def remember(home: Home, clock: Clock, folder: Path) -> None:
    """Take in the pictures of earlier series, benign ones, and write down what became of them."""
    anke = Acting(person_named("anke"), clock, REASON)
    drawn = folder / "earlier years"
    _draw(drawn)
    open_dossier(home, anke, CASE, "a made-up warrant of earlier years", "demonstration")
    take_in(home, anke, CASE, str(drawn), workers=1)
    _judged(home, anke)
    with holding(anke.unit):
        series = list(_series(anke))
        Victim.objects.bulk_create(_victims(anke, len(series)))
        for victim, of in zip(owned_by(anke.unit, Victim.objects).order_by("id"), cycle(series)):
            victim.series.add(of)


def _draw(folder: Path) -> None:
    """Samples of colour: quick to draw, and no two alike."""
    folder.mkdir(parents=True)
    random = np.random.default_rng(2025)
    for number, name in enumerate(LIVES, start=1):
        grid = random.integers(0, 256, (6, 8, 3), dtype=np.uint8)
        file = io.BytesIO()
        Image.fromarray(grid).resize((320, 240), Image.Resampling.BICUBIC).save(file, "JPEG", quality=85)
        (folder / f"{number:02} {name}.jpg").write_bytes(file.getvalue())


def _judged(home: Home, acting: Acting) -> None:
    """What they show was judged then: nobody meets them in triage."""
    stacks = owned_by(acting.unit, Stack.objects).filter(media__medium__in=_held(acting))
    judge(home, acting, sorted(stacks.values_list("pk", flat=True)), "earlier years", Saying(COMPARISON, NOTHING))


def _held(acting: Acting) -> "QuerySet[Medium]":
    case = owned_by(acting.unit, Case.objects).get(reference=CASE)
    found = owned_by(acting.unit, Medium.objects).filter(exhibits__item__intake__case=case)
    return found.order_by("exhibits__item__path")


def _series(acting: Acting) -> Iterator[Series]:
    """The series, each confirmed, timed, and, but for the last, its child safe."""
    media = _held(acting).values_list("pk", flat=True)
    for number, (medium, (name, life)) in enumerate(zip(media, LIVES.items(), strict=True), start=1):
        began = acting.now() - APART * (len(LIVES) + 1 - number)
        compared = began + _after(Step.COMPARE, number)
        row = Series.objects.create(
            unit=acting.unit,
            number=_next(acting),
            name=name,
            life=life,
            created_at=compared,
            found_at=began,
            uploaded_at=began + _after(Step.UPLOAD, number),
        )
        Member.objects.create(series=row, medium_id=medium, confirmed=True)
        decide(row, Word.CONFIRMED, [[medium]], acting.person, compared, REASON)
        _timed(acting, row, began, number)
        yield row


def _next(acting: Acting) -> int:
    last = owned_by(acting.unit, Series.objects).order_by("-number").first()
    return 1 if last is None else last.number + 1


def _after(step: Step, number: int) -> timedelta:
    return timedelta(hours=HOURS[list(Step).index(step)] * (1.4 - 0.1 * min(number, 9)))


def _timed(acting: Acting, series: Series, began: datetime, number: int) -> None:
    """What people said of its steps, and how its life went."""
    life, by = Life(series.life), acting.person
    done = list(Step)[3:] if life == Life.SAFEGUARDED else list(Step)[3 : 3 + FORWARD.index(life)]
    Stamp.objects.bulk_create(Stamp(series=series, step=step, at=began + _after(step, number), by=by) for step in done)
    at = began + _after(done[-1] if done else Step.COMPARE, number)
    lives = FORWARD[: FORWARD.index(life) + 1]
    Move.objects.bulk_create(
        Move(series=series, was=was, became=became, at=at, by=by) for was, became in pairwise(lives)
    )


def _victims(acting: Acting, series: int) -> Iterator[Victim]:
    """Every child of COUNTS, spread over the years of the series."""
    number = 0
    for age, sex, country, identified, others in COUNTS:
        for known in [True] * identified + [False] * others:
            number += 1
            at = acting.now() - APART * (1 + number % series)
            yield Victim(
                unit=acting.unit,
                pseudonym=f"Bird {number}",
                age=age,
                sex=sex,
                country=country,
                recorded_by=acting.person,
                recorded_at=at,
                identified_by=(country or "BE") if known else "",
                identified_at=at if known else None,
                safeguarded_at=at if known else None,
            )
