"""What the people of the served demonstration do with its series: clues, a confirmed crop, words, steps."""

from collections.abc import Mapping, Sequence

from django.db.models import Count

from havre.cases.models import State
from havre.cases.queries import orders_for
from havre.flows.claim import take
from havre.flows.clue import ask_for_crop, confirm_crop, draw_clue, look_at_crop
from havre.flows.comment import say
from havre.flows.demo_node import REASON
from havre.flows.home import Home
from havre.flows.identify import record_victim
from havre.flows.objects import LETTER_BOX, SIGN, SOCKET
from havre.flows.reveal import reason_given, veil
from havre.flows.seizure import ROOM, STREET, holiday_name
from havre.flows.series_decided import confirm
from havre.flows.series_life import name_series, stamp_step
from havre.linking.countries import Certainty, Constraint
from havre.series.clues import Box, Drawn
from havre.series.models import Clue, ClueKind, Series, Step
from havre.series.queries import held_media, member_media, series_of
from havre.units.acting import Acting, Clock
from havre.units.queries import person_named
from havre.victims.models import ChildAge
from havre.victims.record import Child

NAME = "The baker's sign"
SAID = (
    "The sign is French and the socket has a pin for earth: Belgium or France. In France letter boxes are yellow.",
    "Agreed. The hills look like the Ardennes too, but that is a hint, no more.",
)
CHILD = Child("Otter", age=ChildAge.UPTO_10)

RED_BOXES = ("BE", "DK", "GB", "IT", "PL", "PT")
"""Countries of Europe whose letter boxes are red."""

CLUES: Sequence[tuple[int, Drawn]] = (
    (STREET, Drawn("Baker's sign", ClueKind.LANGUAGE, Box(*SIGN), (Constraint("language", ("fr",)),))),
    (STREET, Drawn("Red letter box", ClueKind.BRAND, Box(*LETTER_BOX), (Constraint("country", RED_BOXES),))),
    (ROOM, Drawn("Socket on the wall", ClueKind.PLUG, Box(*SOCKET), (Constraint("plug", ("E",), Certainty.SURE),))),
    (
        STREET,
        Drawn(
            "Spruces on low hills",
            ClueKind.PLANT,
            None,
            (Constraint("circle", (), Certainty.HINT, longitude=5.5, latitude=50.0, km=300.0),),
        ),
    ),
)
"""What is drawn on which picture of the holiday. Of the first a crop is made and confirmed, of the second it waits."""

MOST = 200
"""Members among which those pictures are looked for: more than the drive has."""


def work_on_demo(home: Home, clock: Clock) -> bool:
    """What its people do with the largest series that the drive brought; False where it has brought none yet."""
    anke, bram = (Acting(person_named(name), clock, REASON) for name in ("anke", "bram"))
    if orders_for(anke.person).filter(state__in=[State.WAITING, State.RUNNING]).exists():
        return False
    brought = series_of(anke.person).filter(decided_at=None)
    largest = brought.annotate(count=Count("members")).order_by("-count", "number").first()
    if largest is None:
        return False
    named = largest.reference
    name_series(home, anke, named, NAME)
    confirm(home, bram, named)
    take(home, anke, named)
    stamp_step(home, anke, named, Step.CHECK)
    for acting, words in zip((anke, bram), SAID, strict=True):
        say(home, acting, named, words)
    record_victim(home, anke, named, CHILD)
    _follow_clues(home, anke, bram, largest)
    stamp_step(home, anke, named, Step.ANALYSE)
    return True


def _follow_clues(home: Home, anke: Acting, bram: Acting, series: Series) -> None:
    pictures, clues = _holiday(anke, series), list[Clue]()
    for number, drawn in CLUES:
        if number in pictures:
            clues.append(draw_clue(home, anke, series.reference, pictures[number], drawn, nobody=True))
    for clue in clues[:2]:
        ask_for_crop(home, anke, series.reference, clue.pk, nobody=True)
    for clue in clues[:1]:
        _looked(home, bram, series, clue)
        confirm_crop(home, bram, series.reference, clue.pk, nobody=True)


def _looked(home: Home, acting: Acting, series: Series, clue: Clue) -> None:
    reasons = dict([reason_given(acting, clue.medium_id, REASON)])
    look_at_crop(home, acting, series.reference, clue.pk, "demonstration", reasons)
    veil(acting, clue.medium_id, "demonstration")


def _holiday(acting: Acting, series: Series) -> Mapping[int, int]:
    """The members that show what tells the country, by their number among the pictures of the holiday."""
    members = [medium.pk for medium in member_media(acting.person, series, 0, MOST)]
    paths = {medium: held.path for medium, held in held_media(acting.person, members).items()}
    names = {f"/{holiday_name(number)}.JPG": number for number in (ROOM, STREET)}
    return {names[end]: medium for medium, path in paths.items() for end in names if path.endswith(end)}
