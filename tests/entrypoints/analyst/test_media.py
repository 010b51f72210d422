"""The page of one medium."""

from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape
from django.utils.translation import override

from havre.assessments.facts import Facts
from havre.assessments.say import Saying
from havre.audit.models import Entry
from havre.entrypoints.analyst.media import judged
from havre.flows.assess import judge, undo
from havre.flows.know import know
from havre.settings import Settings
from tests import films
from tests.cast import NOON, node
from tests.entrypoints.analyst.paired import HOSTILE, held, pictures
from tests.pictures import photograph
from tests.sources import lay
from tests.web import visiting


def test_everything_about_a_medium_is_on_its_page(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        media = held(here, tmp_path / "seized", pictures())
        whole, part = media["0.jpg"], next(medium for name, medium in media.items() if name != "0.jpg")
        page = visiting(here, here.bram.person).get(f"/media/{whole.pk}")
        assert page.status_code == 200
        for digest in (whole.sha256, whole.sha1, whole.md5):
            assert bytes(digest).hex() in page.text
        made = whole.fingerprints.get()
        whole_print = bytes(made.orientations).hex()
        assert all(whole_print[at : at + 64] in page.text for at in range(0, 512, 64))
        assert str(tmp_path / "seized" / "0.jpg") in page.text
        assert "A &lt;b&gt;case&lt;/b&gt;" in page.text
        assert f'href="/media/{part.pk}"' in page.text
        assert f"/media/{whole.pk}/compare/" in page.text
        assert page.text.count("data:image/webp;base64,") >= 2
        name = part.exhibits.get().item.path.rpartition("/")[2]
        assert f'href="/media/{part.pk}"><bdi>{escape(name)}</bdi></a>' in page.text
        newest = Entry.objects.order_by("-index")[0]
        assert (newest.verb, newest.thing, newest.person) == ("consultation", f"medium {whole.pk}", "bram")


@pytest.mark.parametrize(("language", "said"), [("en", "not pertinent"), ("fr", "non pertinent")])
def test_what_a_match_is_known_as_is_said_in_the_language(
    database: Settings, tmp_path: Path, language: str, said: str
) -> None:
    with node(database) as here:
        files = dict(pictures())
        known = lay(tmp_path / "known", {"0.jpg": files.pop("0.jpg")})
        know(here.home, here.anke, str(known), "not-pertinent", workers=1)
        (medium,) = held(here, tmp_path / "seized", files).values()
        page = visiting(here, here.anke.person).get(f"/media/{medium.pk}", headers={"Accept-Language": language}).text
        table = page.partition('class="table matches"')[2].partition("</table>")[0]
        assert f"<bdi>{said}</bdi>" in table
        assert "not-pertinent" not in table


def test_a_hostile_name_is_only_text(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        media = held(here, tmp_path / "seized", pictures())
        part = next(medium for name, medium in media.items() if name != "0.jpg")
        page = visiting(here, here.anke.person).get(f"/media/{part.pk}")
        assert HOSTILE not in page.text
        assert "<img src=x" not in page.text
        assert "&lt;img src=x onerror=alert(1)&gt;" in page.text


def test_what_another_unit_holds_looks_like_what_nobody_holds(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        theirs = held(here, tmp_path / "theirs", pictures(), here.chiara)["0.jpg"]
        browser = visiting(here, here.anke.person)
        before = Entry.objects.count()
        with CaptureQueriesContext(
            connection,
        ) as unseen:
            one = browser.get(f"/media/{theirs.pk}")
        with CaptureQueriesContext(connection) as absent:
            none = browser.get("/media/999999")
        assert (one.status_code, none.status_code) == (404, 404)
        assert one.text.replace(f"/media/{theirs.pk}", "/media/N") == none.text.replace("/media/999999", "/media/N")
        assert len(unseen) == len(absent)
        assert Entry.objects.count() == before
        assert browser.get(f"/media/{theirs.pk}/compare/1").status_code == 404
        assert visiting(here, here.chiara.person).get(f"/media/{theirs.pk}").status_code == 200


def test_whoever_only_audits_sees_no_medium(database: Settings, tmp_path: Path) -> None:
    from havre.flows.begin import add_colleague
    from havre.units.models import RoleName
    from havre.units.queries import person_named

    with node(database) as here:
        whole = held(here, tmp_path / "seized", {"0.jpg": films.whole("coffee")})["0.jpg"]
        for number, role in enumerate((RoleName.AUDITOR, RoleName.ADMINISTRATOR)):
            add_colleague(here.home, here.anke, f"dora{number}", "", [role])
            answer = visiting(here, person_named(f"dora{number}")).get(f"/media/{whole.pk}")
            assert answer.status_code == 403
            assert bytes(whole.sha256).hex() not in answer.text


def test_questions_to_the_database_do_not_grow_with_what_it_matches(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        whole = held(here, tmp_path / "first", pictures())["0.jpg"]
        browser = visiting(here, here.anke.person)
        few = _questions(browser, whole.pk)
        more = {f"c{share}.jpg": films.cropped(photograph("coffee"), share / 100) for share in (50, 60, 70, 80)}
        held(here, tmp_path / "second", more)
        assert _questions(browser, whole.pk) == few


def _questions(browser: "object", number: int) -> int:
    from django.test import Client

    assert isinstance(browser, Client)
    browser.get(f"/media/{number}")
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(f"/media/{number}").status_code == 200
    return len(asked)


def test_what_was_judged_of_a_medium_is_told_with_what_was_undone(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        whole = held(here, tmp_path / "seized", pictures())["0.jpg"]
        stack = whole.stacked.stack_id
        bram = here.bram.person
        assert judged(bram, whole.pk) == []
        facts = Facts("6-9", ("nudity",), "camera")
        judge(here.home, here.bram, [stack], "one", Saying("5", Facts()))
        undo(here.home, here.bram, "one")
        judge(here.home, here.bram, [stack], "two", Saying("1", facts))
        judge(here.home, here.anke, [stack], "three", Saying("", Facts(), unsure=True))
        with override("fr"):
            french = judged(bram, whole.pk)
        assert visiting(here, bram).get(f"/media/{whole.pk}").status_code == 200
        assert [(each.by, each.label, each.words, each.facts, each.undone) for each in french] == [
            ("bram", "5", "Non pertinent", "", NOON),
            ("bram", "1", "Images d’abus", "6 à 9 ans, Nudité, Appareil photo", None),
            ("anke", "?", "pas sûr", "", None),
        ]
        assert {each.at for each in french} == {NOON}
        assert [bool(each.category) for each in french] == [False, True, False]
        assert judged(here.chiara.person, whole.pk) == []


def test_what_is_not_judged_leads_to_its_stack_in_triage(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        whole = held(here, tmp_path / "seized", pictures())["0.jpg"]
        browser = visiting(here, here.bram.person)
        link = f'href="/triage?medium={whole.pk}">Judge it in triage</a>'
        assert link in browser.get(f"/media/{whole.pk}").text
        assert f'data-stack="{whole.stacked.stack_id}"' in browser.get(f"/triage?medium={whole.pk}").text
        judge(here.home, here.bram, [whole.stacked.stack_id], "one", Saying("5", Facts()))
        assert "Judge it in triage" not in browser.get(f"/media/{whole.pk}").text


def test_what_was_done_is_told_in_the_language_of_the_page(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        whole = held(here, tmp_path / "seized", {"0.jpg": films.whole("coffee")})["0.jpg"]
        browser = visiting(here, here.bram.person)
        browser.get(f"/media/{whole.pk}")
        browser.cookies["django_language"] = "fr"
        page = browser.get(f"/media/{whole.pk}")
        assert " · regardé</span>" in page.text
        assert "looked at" not in page.text
        assert "not given" not in page.text
