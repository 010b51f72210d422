"""What leaves the server before, while and after a picture is revealed."""

from base64 import urlsafe_b64decode
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from havre.audit.models import Entry, Head
from havre.care.models import Reveal
from havre.sealing.ticket import open_with
from havre.settings import Settings
from havre.units.found import add_person
from havre.units.models import RoleName
from tests.cast import NOON, node
from tests.previews import preview, revealed, unpacked, with_media
from tests.web import visiting


def test_a_preview_is_sealed_anew_and_opens_with_the_key_of_its_reveal(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        medium = with_media(here, tmp_path / "seized")[0]
        client = visiting(here, here.bram.person)
        (one,), (two,) = (unpacked(client.get(f"/media/{medium.pk}/sealed")) for _ in range(2))
        assert one.body != two.body
        assert one.ticket != two.ticket
        plain = preview(here, medium)
        assert plain[:2] == b"\xff\xd8"
        assert plain[20:60] not in one.body
        answer = revealed(client, medium.pk, one.ticket, reason="  the warrant of March ")
        assert answer.headers["Cache-Control"] == "no-store"
        key = urlsafe_b64decode(answer.json()["key"])
        assert open_with(key, one.body, medium.pk) == plain
        last = Entry.objects.order_by("-index").first()
        assert last is not None
        assert (last.verb, last.thing, last.reason) == ("consultation", f"medium {medium.pk}", "the warrant of March")


def test_the_reason_is_asked_once_a_case_and_session(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        first, second, _ = with_media(here, tmp_path / "seized")
        client = visiting(here, here.bram.person)
        got = unpacked(client.get(f"/sealed?media={first.pk},{second.pk}"))
        assert [each.medium for each in got] == [first.pk, second.pk]
        before = Entry.objects.count()
        asked = revealed(client, first.pk, got[0].ticket)
        assert (asked.status_code, asked.json()) == (409, {"ask": "reason", "case": "A"})
        assert Entry.objects.count() == before
        assert client.post(f"/media/{first.pk}/reason", {"reason": "a"}).status_code == 400
        assert client.post(f"/media/{first.pk}/reason", {"reason": "a warrant"}).status_code == 204
        assert revealed(client, first.pk, got[0].ticket).status_code == 200
        assert revealed(client, second.pk, got[1].ticket).status_code == 200
        again = visiting(here, here.bram.person)
        other = unpacked(again.get(f"/media/{first.pk}/sealed"))[0]
        assert revealed(again, first.pk, other.ticket).status_code == 409


def test_no_log_no_key(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        medium = with_media(here, tmp_path / "seized")[0]
        client = visiting(here, here.bram.person)
        got = unpacked(client.get(f"/media/{medium.pk}/sealed"))[0]
        client.post(f"/media/{medium.pk}/reason", {"reason": "a warrant"})
        Head.objects.all().delete()
        answer = revealed(client, medium.pk, got.ticket)
        assert answer.status_code == 500
        assert "key" not in answer.json()
        assert Reveal.objects.count() == 0


def test_a_ticket_opens_nothing_in_another_session_or_for_another_medium(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        first, second, _ = with_media(here, tmp_path / "seized")
        one, other = visiting(here, here.bram.person), visiting(here, here.bram.person)
        got = unpacked(one.get(f"/media/{first.pk}/sealed"))[0]
        before = Entry.objects.count()
        assert revealed(other, first.pk, got.ticket, reason="a warrant").status_code == 400
        assert revealed(one, second.pk, got.ticket, reason="a warrant").status_code == 400
        assert revealed(one, first.pk, "nonsense", reason="a warrant").status_code == 400
        assert Entry.objects.count() == before


@pytest.mark.parametrize("act", ["reveal", "veil", "reason", "sealed"])
def test_the_media_of_another_unit_are_as_absent_as_those_nobody_has(
    database: Settings, tmp_path: Path, act: str
) -> None:
    with node(database) as here:
        medium = with_media(here, tmp_path / "seized")[0]
        ticket = unpacked(visiting(here, here.bram.person).get(f"/media/{medium.pk}/sealed"))[0].ticket
        chiara = visiting(here, here.chiara.person)
        asks = chiara.get if act == "sealed" else chiara.post
        values = {"ticket": ticket, "reason": "a warrant", "hold": "one"}
        seen, absent = (asks(f"/media/{number}/{act}", values) for number in (medium.pk, 999_999))
        assert (seen.status_code, seen.content) == (absent.status_code, absent.content) == (404, absent.content)
        assert chiara.get(f"/sealed?media={medium.pk}").content == b""


@pytest.mark.parametrize("role", [RoleName.AUDITOR, RoleName.ADMINISTRATOR])
def test_who_never_sees_media_is_refused(database: Settings, tmp_path: Path, role: RoleName) -> None:
    with node(database) as here:
        medium = with_media(here, tmp_path / "seized")[0]
        client = visiting(here, add_person("dirk", here.bram.unit, NOON, [role]))
        assert client.get(f"/media/{medium.pk}/sealed").status_code == 403
        assert client.get(f"/sealed?media={medium.pk}").status_code == 403
        for act in ("reveal", "veil", "reason"):
            assert client.post(f"/media/{medium.pk}/{act}", {"ticket": "", "reason": "a warrant"}).status_code == 403


def test_preparing_many_takes_as_many_queries_as_preparing_one(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        media = with_media(here, tmp_path / "seized", 6)
        client = visiting(here, here.bram.person)
        counts = []
        for some in (media[:1], media):
            with CaptureQueriesContext(
                connection,
            ) as asked:
                client.get("/sealed?media=" + ",".join(str(medium.pk) for medium in some))
            counts.append(len(asked))
        assert counts[0] == counts[1]
        assert client.get("/sealed?media=" + ",".join(["1"] * 17)).status_code == 400
        assert client.get("/sealed?media=1;2").status_code == 400
