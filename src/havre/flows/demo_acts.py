"""What the people of three countries decide in the ten-hour story; each act is theirs alone, and says what came of it.

Nobody is handed anything: each act finds what it is about where its country may look.
"""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import ExifTags, Image, ImageDraw

from havre.errors import Broken, NotFound, Refused
from havre.exchange.models import About
from havre.flows.check import check as check_all
from havre.flows.claim import take
from havre.flows.clue import draw_clue
from havre.flows.dossier import open_dossier
from havre.flows.home import Home
from havre.flows.intake import take_in
from havre.flows.notices import acknowledge, list_notices
from havre.flows.restrict import restrict
from havre.flows.scenery import scenes
from havre.flows.series import propose
from havre.flows.series_decided import confirm as confirm_series
from havre.flows.theirs import claim_theirs, clue_theirs, identify_theirs, list_theirs, see
from havre.linking.countries import constraint
from havre.restrictions.model import Level, Restriction
from havre.series.clues import Box, Drawn
from havre.series.models import ClueKind, Life, Series, Status
from havre.series.queries import member_media, series_of
from havre.units.acting import Acting

CASE = "2026-31"
HOUSE, HOLDINGS = 6, 3
"""Pictures of the holiday house, and of other places that each of the two other countries holds."""
SEED = 1104
BOX = Box(640, 470, 90, 190)
"""Where the letter box stands, in pixels."""
OBJECT, RECOGNISED = "Red box on the corner of the house", "Pillar box of the Royal Mail"
MAKE, MODEL, SERIAL = ExifTags.Base.Make, ExifTags.Base.Model, ExifTags.Base.BodySerialNumber


@dataclass(frozen=True, slots=True)
class Desk:
    """One country's analyst at work."""

    home: Home
    acting: Acting
    folder: Path
    """Where what is seized in this country lies."""

    @property
    def country(self) -> str:
        """Where the desk stands."""
        return self.acting.unit.country

    @property
    def own(self) -> Series | None:
        """The series that this country confirmed, where it has one."""
        return series_of(self.acting.person).filter(status=Status.CONFIRMED).first()

    @property
    def theirs(self) -> str:
        """The series that another country lets this one see. Raises NotFound where there is none."""
        found = list_theirs(self.home, self.acting)
        if not found:
            raise NotFound("nobody lets this country see a series")
        return str(found[0]["reference"])


Act = Callable[[Desk], str]
"""What somebody decides; in words, what came of it."""


# ---- what the pictures show ----


def draw_house(folder: Path) -> None:
    """Pictures of a holiday house and what is around it, of one camera; the same each time."""
    pictures = [picture for _, picture in scenes(3 * HOUSE, SEED, ("village", "table"))]
    stood = ImageDraw.Draw(pictures[0])
    stood.rectangle((BOX.x, BOX.y, BOX.x + BOX.width, BOX.y + BOX.height), fill=(190, 20, 25), outline=(90, 0, 0))
    stood.rectangle((BOX.x + 20, BOX.y + 40, BOX.x + 70, BOX.y + 50), fill=(20, 10, 10))
    _write(folder, pictures, "6030741")


def draw_holdings(folder: Path, country: str) -> None:
    """Pictures of elsewhere, which a country holds already."""
    _write(folder, [picture for _, picture in scenes(HOLDINGS, SEED + 100 * sum(country.encode()))])


def _write(folder: Path, pictures: Sequence[Image.Image], serial: str = "") -> None:
    folder.mkdir(parents=True)
    for number, picture in enumerate(pictures, start=1):
        exif = Image.Exif()
        exif[MAKE], exif[MODEL] = "Sunrise", "Compact 12"
        if serial:
            exif.get_ifd(ExifTags.IFD.Exif)[SERIAL] = serial
        file = io.BytesIO()
        picture.save(file, "JPEG", quality=90, exif=exif)
        (folder / f"DSC{number:05}.JPG").write_bytes(file.getvalue())


# ---- what people decide ----


def hold(desk: Desk) -> str:
    """Before the story: what this country holds already."""
    draw_holdings(desk.folder, desk.country)
    open_dossier(desk.home, desk.acting, CASE, "a made-up warrant", "demonstration")
    totals = take_in(desk.home, desk.acting, CASE, str(desk.folder), workers=1)
    return f"{totals.found} pictures of elsewhere are held"


def find(desk: Desk) -> str:
    """Pictures surface."""
    draw_house(desk.folder)
    open_dossier(desk.home, desk.acting, CASE, "a made-up warrant", "demonstration")
    return f"{HOUSE} pictures of a holiday house turn up on a memory card; a case is opened"


def upload(desk: Desk) -> str:
    """They are taken in."""
    totals = take_in(desk.home, desk.acting, CASE, str(desk.folder), workers=1, series=False)
    count = totals.outcomes
    return f"{totals.found} pictures are taken in: {count['new']} new, {count['repeat']} seen among them before"


def compare(desk: Desk) -> str:
    """What belongs together is confirmed as a series, and opened to two other countries."""
    found = propose(desk.home, desk.acting)
    series = series_of(desk.acting.person).earliest("number")
    decided = confirm_series(desk.home, desk.acting, series.reference)
    restrict(desk.home, desk.acting, "series", series.reference, Restriction(Level.OPEN, countries=OPENED_TO))
    opened = " and ".join(sorted(OPENED_TO))
    return f"{found.links} links make {decided.media} pictures one series; it is confirmed and opened to {opened}"


OPENED_TO = frozenset({"US", "GB"})


def check(desk: Desk) -> str:
    """Is it held, claimed or identified elsewhere?"""
    found = check_all(desk.home, desk.acting).to_json()["elsewhere"]
    if found:
        return f"the same is held elsewhere: {', '.join(sorted({each['country'] for each in found}))}"
    return "nobody else is known to hold it" if desk.own else "the series is seen, and nothing of it is held here"


def analyse(desk: Desk) -> str:
    """A clue is drawn on an object that nobody here recognises."""
    series = _own(desk)
    medium = min(member_media(desk.acting.person, series, 0, HOUSE), key=lambda each: each.pk)
    drawn = Drawn(OBJECT, ClueKind.SIGN, BOX)
    draw_clue(desk.home, desk.acting, series.reference, medium.pk, drawn, nobody=True)
    return f"a clue is drawn: {OBJECT}; nobody here knows what country that is"


def exchange(desk: Desk) -> str:
    """A specialist recognises the object and says which country it points to."""
    opened = see(desk.home, desk.acting, desk.theirs)
    clue = next(each for each in opened.beside if each["kind"] == "clue")
    points = constraint({"kind": "country", "values": ["GB"], "certainty": "sure"})
    clue_theirs(desk.home, desk.acting, desk.theirs, RECOGNISED, ClueKind.SIGN, [points])
    return f"{clue['body']['name']} is recognised: {RECOGNISED}; that is GB"


def alert(desk: Desk) -> str:
    """The country is alerted with the reasons, acknowledges, and says that it works on it."""
    notice = _waiting(desk, About.COUNTRY)
    acknowledge(desk.home, desk.acting, notice["number"])
    claim_theirs(desk.home, desk.acting, notice["told"]["reference"])
    return f"alerted because of {', '.join(notice['told']['reasons'])}; acknowledged, and claimed"


def leave(desk: Desk) -> str:
    """Others would work on it too, and learn that somebody does."""
    try:
        if desk.own is not None:
            take(desk.home, desk.acting, desk.own.reference)
        else:
            claim_theirs(desk.home, desk.acting, desk.theirs)
    except Refused as error:
        return "leaves it to GB" if "(GB) works on" in str(error) else str(error)
    return "works on it too"


def record(desk: Desk) -> str:
    """The child is identified and safe, recorded once."""
    row = identify_theirs(desk.home, desk.acting, desk.theirs, "GB", safe=True)
    return f"the child is identified by {row.body['country']}, and safe"


def hear(desk: Desk) -> str:
    """Who holds it or worked on it is told, and need not go on."""
    told = _waiting(desk, About.IDENTIFIED)["told"]
    safe = ", the child is safe" if told["safeguarded"] else ""
    return f"is told: identified by {told['by country']}{safe}; the series is {_life(desk)}"


def state(desk: Desk) -> str:
    """What the series is, as this country sees it; one whose children are safe is identified as well."""
    life = _life(desk)
    return str(Life.IDENTIFIED if life == Life.SAFEGUARDED else life)


def safe(desk: Desk) -> str:
    """Whether the child is safe, as far as this country was told."""
    return "yes" if _life(desk) == Life.SAFEGUARDED else "no"


def _life(desk: Desk) -> Life:
    own = desk.own
    return Life(own.life if own is not None else see(desk.home, desk.acting, desk.theirs).told["body"]["life"])


ACTS: Mapping[str, Act] = {
    act.__name__: act
    for act in (hold, find, upload, compare, check, analyse, exchange, alert, leave, record, hear, state, safe)
}


def _own(desk: Desk) -> Series:
    series = desk.own
    if series is None:
        raise Broken(f"no series of {desk.country} is there")
    return series


def _waiting(desk: Desk, about: About) -> dict[str, Any]:
    found = [each for each in list_notices(desk.home, desk.acting) if each["about"] == about]
    if not found:
        raise Broken(f"{desk.country} was not told: {about.label}")
    return found[0]
