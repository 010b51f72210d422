"""A unit that holds something of everything: what attacks look for, and where they put what they bring."""

import io
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db.models import F
from PIL import ExifTags, Image

from havre.alerts.models import Hit, Question
from havre.audit.models import Entry
from havre.cases.models import Case, Intake, Order, Upload
from havre.corrections.models import Challenge
from havre.entrypoints.analyst.node import now
from havre.exchange.board import put
from havre.exchange.models import About, Notice, PassedOver
from havre.exchange.rules import reference
from havre.feeds.models import (
    Audience,
    Benign,
    Feed,
    HashList,
    Published,
    Purpose,
    State,
    Subscriber,
    Subscription,
    Version,
    Vote,
)
from havre.feeds.models import Entry as Listed
from havre.flows.alerts import Wanted, ask_alert
from havre.flows.answer_reporter import answer_reporter
from havre.flows.begin import add_colleague
from havre.flows.clue import draw_clue
from havre.flows.comment import say
from havre.flows.home import Home
from havre.flows.identify import record_offender, record_victim
from havre.flows.judge_page import Word, judge_page
from havre.flows.know import know
from havre.flows.mail import ask_mail
from havre.flows.ordering import order_files
from havre.flows.partners import add_partner
from havre.flows.receive_report import receive
from havre.flows.restrict import restrict
from havre.flows.route_page import find, way_for
from havre.flows.search_stated import Asked
from havre.flows.series import propose
from havre.flows.series_decided import confirm
from havre.flows.series_life import move_series, name_series
from havre.flows.site import add_address, add_fact, add_site, declare, link
from havre.flows.site_capture import import_capture
from havre.flows.standing import keep_asking
from havre.flows.stray_mail import keep_stray
from havre.flows.uploading import File, announced
from havre.hosting.rows import Answered, Registered
from havre.hotline.models import Findings, Judgement, Page, Receipt, Report
from havre.hotline.telling import Told
from havre.linking.countries import constraint
from havre.matches.models import Knowledge, Match, MatchWord
from havre.media.models import Medium, WorkUnit
from havre.notices.models import Notice as Takedown
from havre.notices.models import Recipient
from havre.platforms.models import Edition, Request, Stray
from havre.restrictions.groups import changed, found
from havre.restrictions.model import Level, Owner, Restriction
from havre.restrictions.models import Group, Restricted
from havre.selfservice.models import Finding, Protected, Submission
from havre.series.clues import Box, Drawn
from havre.series.models import Clue, Comment, Life, Link, Series
from havre.sites.family import Declared
from havre.sites.models import Site, SiteFact
from havre.sites.say import SaidAddress, SaidFact
from havre.triggers.models import Alert, AlertHit
from havre.units.acting import Acting
from havre.units.approve import approval_for
from havre.units.models import Approval, Person, RoleName
from havre.units.queries import person_named
from havre.victims.record import Child, Suspect
from tests.captures import listed
from tests.cast import Node
from tests.corrections.standing import challenged
from tests.exposures import NIKON, intake
from tests.hosting.loaded import block, loaded
from tests.notices.standing import taken_down
from tests.pictures import landscape
from tests.sources import lay

FAR = 7_000
"""The number of a series that only one unit has."""


@dataclass
class Ground:
    """One unit, its people, and the keys of its things by their kind."""

    acting: Acting
    people: dict[str, Person]
    """Somebody of each role alone, and `all`."""
    things: dict[str, list[Any]] = field(default_factory=dict)


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
    know(
        home,
        acting,
        str(lay(folder.with_name(f"{folder.name} known"), {"3.jpg": photograph(3)})),
        "pertinent",
        workers=1,
    )
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
    move_series(home, acting, named, Life.LOCATED)
    ask_alert(home, acting, Wanted("a holiday house", [("series", "Blue tiles"), ("camera", "6030741")], 5))
    ask_mail(home, acting, f"desk@{acting.unit.country.lower()}.example")
    _worded(acting)
    medium = Medium.objects.filter(unit=acting.unit, member__isnull=False).order_by("id")[0]
    circle = constraint({"kind": "circle", "longitude": -1.98, "latitude": 50.72, "km": 60})
    draw_clue(home, acting, named, medium.pk, Drawn("Route sign", "sign", Box(60, 40, 80, 50), [circle]), nobody=True)
    approval_for(acting.person, "restriction", "Blue tiles", now() - timedelta(hours=1))
    month = Restriction(Level.OPEN, countries=frozenset({"AQ"}), retain_until=now() + timedelta(days=30))
    restrict(home, acting, "series", named, month)
    announced(home, acting, order_files(home, acting, "A").pk, [File("sent.jpg", 5_000)])
    Series.objects.create(unit=acting.unit, number=FAR + acting.unit.pk, created_at=now(), name="Far away")
    _told_by_others(acting)
    _in_a_group(acting)
    _reported(home, acting)
    challenged(home, acting, taken_down(acting, now()))
    _of_sites(home, acting, folder)
    keep_stray(home, acting, "other", f"From: somebody\n\nfor {acting.unit.name}")
    add_partner(home, acting, f"partner of {acting.unit.name}")
    _of_hosting(acting)
    _protected(acting)
    _of_lists(acting)
    return Ground(acting, people, _things(acting))


def _told_by_others(acting: Acting) -> None:
    """A series that another node let this unit alone see, and a notice of it."""
    ref = UUID(int=acting.unit.pk << 100)
    alone = Restriction(Level.OPEN, countries=frozenset({acting.unit.country}))
    body = {"name": f"for {acting.unit.name}", "life": "unidentified", "media": 1, "contact": "desk"}
    row = put(Owner("ee" * 8, "Peer", "ZZ"), "series", ref, body, alone, 1, now())
    Notice.objects.create(
        unit=acting.unit, about=About.COUNTRY, shared=row, at=now(), told={"reference": reference(row)}
    )


def _in_a_group(acting: Acting) -> None:
    """A task force of the unit, with a word of it."""
    until = now() + timedelta(days=30)
    made = found(f"force-{acting.unit.pk}", "Harbour force", "find them", acting.person, now(), until)
    changed(made)


def _reported(home: Home, acting: Acting) -> None:
    """A page that two people reported and one judged, routed once and found out about; a report without any."""
    about = f"for {acting.unit.name}"
    told = Told((f"https://{acting.unit.country.lower()}.example/page",), about, about, about, contact=about)
    report, _code = receive(home, acting, told)
    receive(home, acting, Told(seen=about))
    answer_reporter(home, acting, report.number, about)
    page = Page.objects.get(unit=acting.unit)
    find(home, acting, page.pk, Findings.ON_PAGE, about, about)
    judge_page(home, acting, page.pk, Word("actionable", reason=about))
    Judgement.objects.filter(page=page).update(undone_because=about)
    way_for(home, acting, page).routing.save()
    Report.objects.filter(unit=acting.unit).update(number=F("number") + FAR + acting.unit.pk * 10)


def _worded(acting: Acting) -> None:
    """A word on what is known, work that failed, a file that cannot be compared."""
    medium, known = Medium.objects.filter(unit=acting.unit).latest("pk"), Knowledge.objects.filter(unit=acting.unit)[0]
    about = {"unit": acting.unit, "medium": medium, "knowledge": known, "kind": "near", "person": acting.person}
    MatchWord.objects.create(**about, same=False, reason="another wall", at=now())
    WorkUnit.objects.update_or_create(unit=acting.unit, medium=medium, defaults={"error": "it failed"})
    PassedOver.objects.create(unit=acting.unit, medium=medium, why="no bar tells it apart", at=now())


def _of_sites(home: Home, acting: Acting, folder: Path) -> None:
    """Dossiers of two sites that share what captures of them hold."""
    add_site(home, acting, "Quay")
    add_address(home, acting, "Quay", SaidAddress("quay.example", source="a forum"))
    add_fact(home, acting, "Quay", SaidFact("operator", "somebody", source="an officer"))
    link(home, acting, "Quay", "A")
    declare(home, acting, "Quay", Declared(acting.now().date(), "https://vk.com/x"), "a telephone")
    for name in ("Quay", "Mole"):
        file = listed(
            folder.with_name(f"{folder.name} {name}.csv"), [1], source="https://vk.com/x", host=f"{name}.example"
        )
        import_capture(home, acting, str(file), name)


def _of_hosting(acting: Acting) -> None:
    """What the operator loaded of the unit's own host alone: of others' hosts the same is told to everybody."""
    host, who, at = f"{acting.unit.country.lower()}.example", acting.person, now() - timedelta(days=1)
    number = f"192.0.2.{acting.unit.pk}"
    loaded(who, "answers", at, Answered(host, "A", number, at), scope=host)
    loaded(who, "records", at, block(f"{number}/32", acting.unit.country, holder="a holder"), scope=number)
    loaded(who, "records", at, Registered(host, "a registrar", ("ns.example",)), scope=host)


def _protected(acting: Acting) -> None:
    """Hashes that somebody sent, which no list takes, and something of the unit that looks like them."""
    about, number = f"for {acting.unit.name}", FAR + acting.unit.pk * 10
    receipt = Receipt.objects.create(
        unit=acting.unit, digest=bytes([acting.unit.pk]) * 32, sealing=bytes(32), made_at=now()
    )
    allowed = {"platforms": True, "tell": True, "who": "me"}
    when = {"at": now(), "taken_at": now()}
    sent = Submission.objects.create(unit=acting.unit, number=number, receipt=receipt, **when, **allowed)
    refused = {"state": "refused", "because": about, "md5": "ab" * 16, "sha256": "cd" * 32}
    file = Protected.objects.create(submission=sent, kind="picture", since=now(), **refused)
    medium = Medium.objects.filter(unit=acting.unit).order_by("pk")[0]
    Finding.objects.create(file=file, medium=medium, distance=4, at=now())


def _of_lists(acting: Acting) -> None:
    """A feed, as rows: an entry that waits for a second person, one that is disputed, one taken back and not heard."""
    unit, who, at, own = acting.unit, acting.person, now() - timedelta(days=2), FAR + acting.unit.pk * 10
    feed = Feed.objects.create(unit=unit, made_by=who, made_at=at, version=1, numbers=own + 3, signed_at=at)
    on = HashList.objects.create(feed=feed, name="baseline", purpose=Purpose.BASELINE, version=1)
    about, medium = f"for {unit.name}", Medium.objects.filter(unit=unit).order_by("pk")[0]
    of = {"listed": on, "unit": unit, "medium": medium, "kind": "picture", "signals": [], "proposed_at": at}
    states = (State.PROPOSED, State.CHALLENGED, State.RETRACTED)
    rows = [Listed(number=own + step, state=state, because=about, **of) for step, state in enumerate(states)]
    _waiting, disputed, _gone = Listed.objects.bulk_create(rows)
    names = {"ref": f"ref {unit.pk}", "token": bytes([unit.pk] * 32), "audience": Audience.PLATFORM}
    reader = Subscriber.objects.create(feed=feed, name=f"platform {about}", since=at, added_by=who, **names)
    Subscription.objects.create(subscriber=reader, listed=on, since=at)
    said = {"up": False, "reason": about, "at": at, "challenged_at": at}
    Vote.objects.create(subscriber=reader, entry=disputed, **said)
    Version.objects.create(feed=feed, number=1, at=at)
    Published.objects.create(
        listed=on, number=own + 2, version=1, changed=int(at.timestamp()), retracted=True, line="{}"
    )
    Benign.objects.create(feed=feed, source=about, md5=bytes(16))


def _things(acting: Acting) -> dict[str, list[Any]]:
    unit = acting.unit
    told = Notice.objects.filter(unit=unit).select_related("shared")
    return {
        "listed": list(Listed.objects.filter(unit=unit).values_list("number", flat=True)),
        "subscriber": list(Subscriber.objects.filter(feed__unit=unit).values_list("pk", flat=True)),
        "shared": [reference(notice.shared) for notice in told if notice.shared is not None],
        "notice": [notice.pk for notice in told],
        "takedown": list(Takedown.objects.filter(unit=unit).values_list("reference", flat=True)),
        "stray": list(Stray.objects.filter(unit=unit).values_list("pk", flat=True)),
        "recipient": list(Recipient.objects.filter(unit=unit).values_list("pk", flat=True)),
        "challenge": list(Challenge.objects.filter(unit=unit).values_list("pk", flat=True)),
        "request": list(Request.objects.filter(unit=unit).values_list("reference", flat=True)),
        "register": list(Edition.objects.filter(unit=unit).values_list("pk", flat=True)),
        "group": list(Group.objects.filter(led_by=unit).values_list("code", flat=True)),
        "site": list(Site.objects.filter(unit=unit).values_list("pk", flat=True)),
        "statement": list(SiteFact.objects.filter(site__unit=unit).values_list("pk", flat=True)),
        "series": list(Series.objects.filter(unit=unit).values_list("number", flat=True)),
        "medium": list(Medium.objects.filter(unit=unit).values_list("pk", flat=True)),
        "match": list(Match.objects.filter(item__intake__case__unit=unit).values_list("pk", flat=True)),
        "link": list(Link.objects.filter(unit=unit).values_list("pk", flat=True)),
        "clue": list(Clue.objects.filter(series__unit=unit).values_list("pk", flat=True)),
        "comment": list(Comment.objects.filter(series__unit=unit).values_list("pk", flat=True)),
        "case": list(Case.objects.filter(unit=unit).values_list("pk", flat=True)),
        "hit": list(Hit.objects.filter(unit=unit).values_list("pk", flat=True)),
        "restricted": list(Restricted.objects.filter(unit=unit).values_list("pk", flat=True)),
        "alert": list(Alert.objects.filter(unit=unit).values_list("pk", flat=True)),
        "alert_hit": list(AlertHit.objects.filter(unit=unit).values_list("pk", flat=True)),
        "question": list(Question.objects.filter(unit=unit).values_list("pk", flat=True)),
        "approval": list(Approval.objects.filter(unit=unit).values_list("pk", flat=True)),
        "person": list(Person.objects.filter(unit=unit).values_list("pk", flat=True)),
        "entry": list(Entry.objects.filter(unit=unit.name).values_list("pk", flat=True)),
        "order": list(Order.objects.filter(case__unit=unit).values_list("pk", flat=True)),
        "upload": list(Upload.objects.filter(order__case__unit=unit).values_list("pk", flat=True)),
        "page": list(Page.objects.filter(unit=unit).values_list("pk", flat=True)),
        "submission": list(Submission.objects.filter(unit=unit).values_list("number", flat=True)),
        "report": list(Report.objects.filter(unit=unit).values_list("number", flat=True)),
        "intake": list(Intake.objects.filter(case__unit=unit).values_list("pk", flat=True)),
    }
