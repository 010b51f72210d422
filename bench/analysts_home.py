"""A home with many media for 20 analysts: `python -m bench.analysts_home MEDIA`, in the home of HAVRE_HOME.

Rows are written in bulk, as an intake would have left them, without the files: veils are real and sealed one by one;
PREVIEWS of the media have a real sealed preview. Pictures are drawn. Prints what the analysts need, as JSON: cookies of
sessions with two factors, and the numbers of what they open.
"""

import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import md5, sha1, sha256
from io import BytesIO
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from havre.settings import Settings, read_settings
from havre.start import start

if TYPE_CHECKING:
    from havre.assessments.models import Stack
    from havre.cases.models import Intake, Item
    from havre.flows.home import Home
    from havre.matches.models import Knowledge
    from havre.media.models import Medium
    from havre.series.models import Series
    from havre.units.models import Person

ANALYSTS = 20
INTAKES = 4
PICTURES = 200
"""Distinct veils and previews, one for ten media at most; each veil is sealed anew for each medium."""

PREVIEWS = 400
SERIES, A_SERIES = 300, 12
"""How many, and the media of one."""
KNOWN = 2_000
ROUND = 2_000
"""Media written in one transaction."""

SEED = 20
AGENT = "bench"
BEGAN = datetime(2026, 3, 2, 12, tzinfo=UTC)


def clock() -> datetime:
    """The time."""
    return datetime.now(UTC)


def fill(settings: Settings, media: int) -> dict[str, Any]:
    """Begin the home and fill it; what the analysts need."""
    from havre.flows.begin import add_colleague, begin_node
    from havre.flows.home import Home
    from havre.units.acting import Acting
    from havre.units.models import RoleName

    first = Acting(begin_node(settings, "BE", "Federal Police", "analyst-0", clock, "a bench"), clock, "a bench")
    home = Home(settings)
    others = [add_colleague(home, first, f"analyst-{n}", "", [RoleName.ANALYST]) for n in range(1, ANALYSTS)]
    people = [first.person, *others]
    filling = Filling(home, people, media)
    filling.work()
    plan = filling.plan() | {"people": [_signed_in(home, person, filling.cases) for person in people]}
    home.close()
    return plan


def drawn(number: int) -> bytes:
    """A JPEG as long as a preview: a gradient with boxes, from a seed."""
    random = np.random.default_rng(SEED + number)
    corners = random.integers(0, 255, (2, 2, 3)).astype(np.uint8)
    picture = Image.fromarray(corners).resize((640, 480), Image.Resampling.BICUBIC)
    for _ in range(12):
        x, y, colour = int(random.integers(560)), int(random.integers(420)), random.integers(0, 255, 3)
        picture.paste(tuple(int(part) for part in colour), (x, y, x + 80, y + 60))
    grain = random.normal(0, 6, (480, 640, 1))
    noisy = (np.asarray(picture, np.float32) + grain).clip(0, 255).astype(np.uint8)
    out = BytesIO()
    Image.fromarray(noisy).save(out, "JPEG", quality=85)
    return out.getvalue()


@dataclass
class Filling:
    """One home on its way to many media."""

    home: "Home"
    people: "Sequence[Person]"
    media: int
    cases: list[int] = field(default_factory=list)
    intakes: "list[Intake]" = field(default_factory=list)
    known: "list[Knowledge]" = field(default_factory=list)
    stacks: "list[Stack]" = field(default_factory=list)
    previewed: list[int] = field(default_factory=list)
    pairs: list[tuple[int, int]] = field(default_factory=list)
    """Media and a match of each, for comparing."""
    members: list[int] = field(default_factory=list)
    """Media that stand in series, in their order."""

    def work(self) -> None:
        """Everything, in the order in which rows point at one another."""
        from django.db import connection, transaction

        self.random = np.random.default_rng(SEED)
        self.jpegs = [drawn(number) for number in range(min(PICTURES, -(-self.media // 10)))]
        self.at = clock() - timedelta(hours=8)
        self._dossiers()
        self._knowledge()
        for begin in range(0, self.media, ROUND):
            with transaction.atomic():
                self._media(range(begin, min(begin + ROUND, self.media)))
        with transaction.atomic():
            self._series()
            self._tallies()
        for name in ("held", "known"):  # as an intake and a list leave them
            self.home.shelf(self.people[0].unit, name).put_away()
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")

    def plan(self) -> dict[str, Any]:
        """The numbers of what is opened."""
        return {
            "media": self.previewed,
            "pairs": self.pairs[:500],
            "intakes": [intake.pk for intake in self.intakes],
            "series": list(range(1, self._many_series() + 1)),
            "stacks": [stack.pk for stack in self.stacks if stack.tab == "new" and stack.series is None],
            "digests": [self._digest(number).hex() for number in range(0, self.media, max(1, self.media // 200))],
        }

    @staticmethod
    def _digest(number: int) -> bytes:
        return sha256(f"bench {number}".encode()).digest()

    def _many_series(self) -> int:
        return min(SERIES, len(self.members) // A_SERIES)

    def _dossiers(self) -> None:
        from havre.cases.models import Case, Intake

        unit, by = self.people[0].unit, self.people[0]
        for number in range(2):
            given = {
                "basis": "a made-up warrant",
                "purpose": "a bench",
                "retain_until": (self.at + timedelta(900)).date(),
            }
            case = Case.objects.create(unit=unit, reference=f"2026-{number}", opened_at=self.at, opened_by=by, **given)
            self.cases.append(case.pk)
        for number in range(INTAKES):
            about = {"case_id": self.cases[number % 2], "begun_at": self.at, "begun_by": by, "seconds": 3600.0}
            about |= {"listing": bytes(32), "salt": bytes(32), "total": self.media // INTAKES}
            ended = self.at + timedelta(hours=1)
            self.intakes.append(Intake.objects.create(path=f"/seizures/drive-{number}", finished_at=ended, **about))

    def _knowledge(self) -> None:
        from havre.matches.models import Knowledge, Source

        unit, by = self.people[0].unit, self.people[0]
        source = Source.objects.create(
            unit=unit, path="/lists/known", format="folder", scheme="", listing=bytes(32), added_by=by, added_at=self.at
        )
        same = {"source": source, "unit": unit, "label": "pertinent", "pertinent": True, "pdq_quality": 90}
        digests = (sha256(f"known {n}".encode()).digest() for n in range(KNOWN))
        rows = [
            Knowledge(sha256=digest, pdq=self.random.bytes(32), path=f"/lists/known/{n:05}.jpg", **same)
            for n, digest in enumerate(digests)
        ]
        self.known = Knowledge.objects.bulk_create(rows, batch_size=500)

    def _media(self, numbers: range) -> None:
        from havre.media.models import Medium

        media = Medium.objects.bulk_create([self._medium(number) for number in numbers], batch_size=1000)
        self._details(numbers, media)
        items = self._items(numbers, media)
        self._stacked(numbers, media, items)

    def _medium(self, number: int) -> "Medium":
        from havre.media.decode.preview import veil
        from havre.media.models import Medium
        from havre.media.veils import Veils

        unit = self.people[0].unit
        if not hasattr(self, "veils"):
            self.veils = [veil(jpeg) for jpeg in self.jpegs]
            self.seals = Veils(str(unit.pk), self.home.keys.unit(str(unit.pk)))
        name, digest = f"bench {number}".encode(), self._digest(number)
        return Medium(
            unit=unit,
            sha256=digest,
            sha1=sha1(name).digest(),
            md5=md5(name).digest(),
            bytes=2_000_000 + number,
            kind="jpeg",
            family="picture",
            width=4000,
            height=3000,
            frames=1,
            veil=self.seals.sealed(self.veils[number % len(self.veils)], digest),
            held_since=self.at,
        )

    def _details(self, numbers: range, media: "Sequence[Medium]") -> None:
        """Fingerprints, what metadata state, and a few previews."""
        from havre.fingerprints import pdq
        from havre.media.models import Fact, Fingerprint, SealedFile
        from havre.series.origins import Origins, index

        unit = self.people[0].unit
        Fingerprint.objects.bulk_create(
            Fingerprint(
                medium=medium,
                frame=0,
                method=pdq.METHOD,
                version=pdq.VERSION,
                orientations=self.random.bytes(256),
                quality=95,
                partial=False,
            )
            for medium in media
        )
        Fact.objects.bulk_create(
            Fact(medium=medium, name=name, value=value, field=name)
            for number, medium in zip(numbers, media, strict=True)
            for name, value in _facts(number)
        )
        ids = [medium.pk for medium in media]
        index(unit, Origins(unit, self.media).of(ids).values())
        for number, medium in zip(numbers, media, strict=True):
            if number % max(1, self.media // PREVIEWS) == 0:
                SealedFile.objects.create(medium=medium, **self._sealed(number))
                self.previewed.append(medium.pk)

    def _sealed(self, number: int) -> dict[str, Any]:
        unit, jpeg = self.people[0].unit, self.jpegs[number % len(self.jpegs)]
        key, digest = self.home.keys.unit(str(unit.pk)), sha256(jpeg).digest()
        kept = self.home.store.keep(jpeg, digest, unit=str(unit.pk), unit_key=key, purpose="preview")
        return {"purpose": "preview", "blob": kept.blob, "wrapped_key": kept.wrapped_key, "sha256": kept.sha256}

    def _items(self, numbers: range, media: "Sequence[Medium]") -> "list[Item]":
        from havre.cases.models import Item
        from havre.media.models import Exhibit

        items = Item.objects.bulk_create(
            [
                Item(
                    intake=self.intakes[number % INTAKES],
                    position=number // INTAKES,
                    path=f"/seizures/drive-{number % INTAKES}/DCIM/{number // 1000:03}/DSC_{number:06}.jpg",
                    bytes=medium.bytes,
                    modified_at=BEGAN,
                    sha256=medium.sha256,
                    outcome=_outcome(number),
                    stack=_outcome(number) == "new",
                )
                for number, medium in zip(numbers, media, strict=True)
            ],
            batch_size=1000,
        )
        Exhibit.objects.bulk_create(Exhibit(item=i, medium=m) for i, m in zip(items, media, strict=True))
        for number, item in zip(numbers, items, strict=True):
            intake = self.intakes[number % INTAKES]
            setattr(intake, item.outcome, getattr(intake, item.outcome) + 1)
        return items

    def _stacked(self, numbers: range, media: "Sequence[Medium]", items: "Sequence[Item]") -> None:
        """Stacks with their media, and the matches by which files came into them or stand near something known."""
        from havre.assessments.models import Stack, Stacked
        from havre.matches.models import Match

        joined, matches = [], []
        founded: list[Stack] = []
        for number, medium, item in zip(numbers, media, items, strict=True):
            if item.outcome == "repeat" and founded:
                stack = founded[-1]
                stack.files += 1
                matches.append(Match(item=item, kind="near", medium_id=stack.medium_id, distance=8, quality=95))
            else:
                stack = Stack(unit=medium.unit, intake=item.intake, item=item, medium=medium, found="new", files=1)
                founded.append(stack)
                if item.outcome == "near":
                    stack.found = "near"
                    known = self.known[number % KNOWN]
                    matches.append(Match(item=item, kind="near", knowledge=known, distance=12, quality=95))
            joined.append((medium, stack))
            if number < 2 * SERIES * A_SERIES and number % 2 == 0:
                self.members.append(medium.pk)
                stack.series = (len(self.members) - 1) // A_SERIES + 1
        for stack in founded:
            _placed(stack)
        self.stacks += Stack.objects.bulk_create(founded, batch_size=1000)
        Stacked.objects.bulk_create(Stacked(medium=medium, stack=stack) for medium, stack in joined)
        self.pairs += [(match.item.exhibit.medium_id, match.pk) for match in Match.objects.bulk_create(matches)]

    def _series(self) -> None:
        """Proposed and confirmed series, held together by links, with comments, moves and claims."""
        from havre.series.models import Bookmark, Comment, Link, Member, Series, Stated
        from havre.series.regroup import time_firsts

        unit, many = self.people[0].unit, self._many_series()
        stating = Stated.objects.filter(unit=unit, name="camera").count()
        Bookmark.objects.create(unit=unit, media=self.media, stating=stating)  # as reading leaves it
        series = Series.objects.bulk_create(map(self._one_series, range(many)))
        of = [self.members[number * A_SERIES : (number + 1) * A_SERIES] for number in range(many)]
        Member.objects.bulk_create(
            Member(series=one, medium_id=medium, confirmed=one.status == "confirmed")
            for one, media in zip(series, of, strict=True)
            for medium in media
        )
        time_firsts(Series.objects.all())
        Link.objects.bulk_create(
            Link(unit=unit, one_id=a, other_id=b, kind=kind, expected_false=1e-4, media_then=self.media)
            for media in of
            for a, b in pairwise(media)
            for kind in ("camera", "place")
        )
        texts = [(one, n, f"Tiles as in the garden of {n}.") for one in series for n in range(3)]
        Comment.objects.bulk_create(Comment(series=a, text=b, by=self.people[n], at=self.at) for a, n, b in texts)

    def _one_series(self, number: int) -> "Series":
        from havre.series.models import Series

        status = "confirmed" if number % 2 else "proposed"
        by = {"decided_by": self.people[number % ANALYSTS], "decided_at": self.at} if number % 2 else {}
        unit = self.people[0].unit
        return Series(unit=unit, number=number + 1, status=status, created_at=self.at, name=f"Garden {number}", **by)

    def _tallies(self) -> None:
        from havre.assessments.tallies import Counting
        from havre.cases.models import Intake

        counting = Counting(self.people[0].unit)
        for stack in self.stacks:
            counting.came(stack)
        counting.write()
        Intake.objects.bulk_update(self.intakes, ["new", "near", "repeat"])


def _outcome(number: int) -> str:
    return "near" if number % 20 == 7 else "repeat" if number % 5 == 1 else "new"


def _facts(number: int) -> Iterator[tuple[str, str]]:
    camera = number % 400
    yield "taken", f"2025-{number % 12 + 1:02}-{number % 28 + 1:02}T{number % 24:02}:{number % 60:02}:11"
    yield "camera make", "NIKON CORPORATION"
    yield "camera model", f"NIKON D{camera % 40 + 3000}"
    if number % 3 == 0:
        yield "camera serial", f"60{camera:05}"


def _placed(stack: "Stack") -> None:
    """Where it stands: as gather does."""
    from havre.assessments.rank import heading_of, rank_of

    stack.tab = stack.found
    stack.heading = heading_of(stack)
    stack.rank = rank_of(stack)


def _signed_in(home: "Home", person: "Person", cases: Sequence[int]) -> dict[str, str]:
    """A session of a person who showed two factors a moment ago and said why they look."""
    from allauth.usersessions.models import UserSession
    from django.conf import settings as django_conf
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.middleware.csrf import _get_new_csrf_string

    from havre.entrypoints.analyst.node import serve
    from havre.entrypoints.analyst.sessions import begin_session

    serve(home)
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = django_conf.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    proofs = [{"method": "password", "at": time.time()}, {"method": "mfa", "type": "totp", "at": time.time()}]
    session["account_authentication_methods"] = proofs
    session["account_authentication_methods_user"] = str(person.pk)
    session["reasons"] = {str(case): "a bench" for case in cases}
    begin_session(session, AGENT)
    session.save()
    key = str(session.session_key)
    UserSession.objects.create(user=person, ip="127.0.0.1", session_key=key, user_agent=AGENT)
    return {"session": key, "csrf": _get_new_csrf_string()}


if __name__ == "__main__":
    chosen = read_settings(os.environ)
    start(chosen)
    print(json.dumps(fill(chosen, int(sys.argv[1]))))
