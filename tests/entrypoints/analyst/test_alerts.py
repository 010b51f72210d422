"""The page of alerts."""

from pathlib import Path

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from havre.alerts.models import Hit, Question, State
from havre.flows.search_stated import Asked
from havre.flows.standing import keep_asking
from havre.settings import Settings
from tests import films
from tests.cast import Node, node
from tests.entrypoints.analyst.paired import HOSTILE, held
from tests.web import visiting


def told(here: Node, folder: Path) -> tuple[Question, Hit]:
    """A question, and a hit of a hostile name that answers it."""
    question = keep_asking(here.home, here.bram, "<i>alert</i>", Asked("alert"))
    held(here, folder, {HOSTILE: films.whole("rocket")})
    return question, Hit.objects.get()


def test_hits_are_told_handled_and_counted(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        _, hit = told(here, tmp_path / "in")
        browser = visiting(here, here.anke.person)
        page = browser.get("/alerts")
        assert f'data-hit="{hit.pk}"' in page.text
        assert "<i>alert" not in page.text
        assert "<img src=x" not in page.text
        assert "new: </span>1</sup>" in page.text
        assert browser.post(f"/alerts/{hit.pk}/handled", headers={"Accept": "application/json"}).status_code == 204
        after = browser.get("/alerts")
        assert f'data-hit="{hit.pk}"' not in after.text
        assert "<sup>" not in after.text
        assert f'data-hit="{hit.pk}"' in browser.get("/alerts?all=yes").text


def test_another_unit_sees_none_of_it_and_changes_none(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        question, hit = told(here, tmp_path / "in")
        italian = visiting(here, here.chiara.person)
        page = italian.get("/alerts?all=yes")
        assert "alert&lt;" not in page.text
        assert "<sup>" not in page.text
        for address in (f"/alerts/{hit.pk}/handled", f"/alerts/questions/{question.pk}/withdrawn"):
            assert italian.post(address).status_code == 404
        assert Hit.objects.get().handled_at is None
        assert Question.objects.get().state == State.ACTIVE


def test_a_question_is_withdrawn_by_a_post_alone(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        question, _ = told(here, tmp_path / "in")
        browser = visiting(here, here.anke.person)
        browser.get(f"/alerts/questions/{question.pk}/withdrawn")
        assert Question.objects.get().state == State.ACTIVE
        page = browser.post(f"/alerts/questions/{question.pk}/withdrawn", follow=True)
        assert "is asked no more" in page.text
        assert Question.objects.get().state == State.WITHDRAWN


def test_questions_to_the_database_do_not_grow_with_the_hits(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        told(here, tmp_path / "in")
        browser = visiting(here, here.anke.person)
        few = _questions(browser)
        names = ("coins", "coffee", "chelsea", "page")
        held(here, tmp_path / "more", {f"alert {name}.jpg": films.whole(name) for name in names})
        keep_asking(here.home, here.bram, "another", Asked("alert"))
        assert Hit.objects.count() == 5
        assert _questions(browser) == few


def _questions(browser: Client) -> int:
    with CaptureQueriesContext(connection) as asked:
        browser.get("/alerts")
    return len(asked)
