"""A unit that holds something of everything: what attacks look for, and where they put what they bring."""

import io
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from PIL import ExifTags, Image

from havre.alerts.models import Hit, Question
from havre.audit.models import Entry
from havre.cases.models import Intake
from havre.entrypoints.analyst.node import now
from havre.flows.begin import add_colleague
from havre.flows.clue import draw_clue
from havre.flows.comment import say
from havre.flows.identify import record_offender, record_victim
from havre.flows.search_stated import Asked
from havre.flows.series import propose
from havre.flows.series_decided import confirm
from havre.flows.series_life import name_series
from havre.flows.standing import keep_asking
from havre.linking.countries import constraint
from havre.matches.models import Match
from havre.media.models import Medium
from havre.series.clues import Box, Drawn
from havre.series.models import Clue, Link, Series
from havre.units.acting import Acting
from havre.units.approve import approval_for
from havre.units.models import Approval, Person, RoleName
from havre.units.queries import person_named
from havre.victims.record import Child, Suspect
from tests.cast import Node
from tests.exposures import NIKON, intake
from tests.pictures import landscape

FAR = 7_000
"""The number of a series that only one unit has."""


@dataclass
class Ground:
    """One unit, its people, and the keys of its things by their kind."""

    acting: Acting
    people: dict[str, Person]
    """Somebody of each role alone, and `all`."""
    things: dict[str, list[int]] = field(default_factory=dict)


def photograph(seed: int) -> bytes:
    """A landscape of one camera, with a place."""
    exif = Image.Exif()
    for name, value in NIKON.items():
        exif[ExifTags.Base[name]] = value
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base["BodySerialNumber"]] = "6030741"
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (50.0, 43.0, float(seed)), 3: "W", 4: (1.0, 58.0, 0.0)})
    file = io.BytesIO()
    Image.fromarray(landscape(seed, 200, 300)).save(file, "JPEG", quality=90, exif=exif)
    return file.getvalue()


def laid(here: Node, acting: Acting, folder: Path) -> Ground:
    """This unit takes in pictures, finds a series, draws a clue, asks a question, and so on."""
    home, tag = here.home, acting.person.name
    people = {"all": acting.person}
    for role in RoleName:
        add_colleague(home, here.anke, f"{tag} {role}", acting.unit.name, [role])
        people[role] = person_named(f"{tag} {role}")
    keep_asking(home, acting, "harbour", Asked("jpg"))
    small = io.BytesIO()
    Image.open(io.BytesIO(photograph(1))).resize((225, 150)).save(small, "JPEG", quality=80)
    files = {f"{seed}.jpg": photograph(seed) for seed in (1, 2, 3)} | {"1small.jpg": small.getvalue(), "x.txt": b"text"}
    intake(home, acting, folder, files, case="A")
    propose(home, acting)
    named = Series.objects.filter(unit=acting.unit).order_by("number")[0].reference
    confirm(home, acting, named)
    name_series(home, acting, named, "Blue tiles")
    say(home, acting, named, "seen in a harbour")
    record_victim(home, acting, named, Child("child one", country=acting.unit.country))
    record_offender(home, acting, named, Suspect("suspect one"))
    medium = Medium.objects.filter(unit=acting.unit, member__isnull=False).order_by("id")[0]
    circle = constraint({"kind": "circle", "longitude": -1.98, "latitude": 50.72, "km": 60})
    draw_clue(home, acting, named, medium.pk, Drawn("Route sign", "sign", Box(60, 40, 80, 50), [circle]), nobody=True)
    approval_for(acting.person, "restriction", "Blue tiles", now() - timedelta(hours=1))
    Series.objects.create(unit=acting.unit, number=FAR + acting.unit.pk, created_at=now(), name="Far away")
    return Ground(acting, people, _things(acting))


def _things(acting: Acting) -> dict[str, list[int]]:
    unit = acting.unit
    return {
        "series": list(Series.objects.filter(unit=unit).values_list("number", flat=True)),
        "medium": list(Medium.objects.filter(unit=unit).values_list("pk", flat=True)),
        "match": list(Match.objects.filter(item__intake__case__unit=unit).values_list("pk", flat=True)),
        "link": list(Link.objects.filter(unit=unit).values_list("pk", flat=True)),
        "clue": list(Clue.objects.filter(series__unit=unit).values_list("pk", flat=True)),
        "hit": list(Hit.objects.filter(unit=unit).values_list("pk", flat=True)),
        "question": list(Question.objects.filter(unit=unit).values_list("pk", flat=True)),
        "approval": list(Approval.objects.filter(unit=unit).values_list("pk", flat=True)),
        "person": list(Person.objects.filter(unit=unit).values_list("pk", flat=True)),
        "entry": list(Entry.objects.filter(unit=unit.name).values_list("pk", flat=True)),
        "intake": list(Intake.objects.filter(case__unit=unit).values_list("pk", flat=True)),
    }
