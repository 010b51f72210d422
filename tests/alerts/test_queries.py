"""Questions and hits of the own unit alone."""

from pathlib import Path

import pytest

from havre.alerts.models import Hit
from havre.alerts.queries import (
    active_questions,
    count_new_hits,
    hit_for,
    hits_for,
    new_hits,
    question_for,
    questions_for,
)
from havre.errors import NotFound
from havre.flows.search_stated import Asked
from havre.flows.standing import handle, keep_asking, withdraw_question
from havre.settings import Settings
from tests import films
from tests.cast import node
from tests.entrypoints.analyst.paired import held


def test_another_unit_sees_neither_questions_nor_hits(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        question = keep_asking(here.home, here.bram, "rockets", Asked("rocket"))
        held(here, tmp_path / "in", {"rocket.jpg": films.whole("rocket")})
        (hit,) = Hit.objects.all()
        anke, chiara = here.anke.person, here.chiara.person
        assert question_for(anke, question.pk) == question
        assert hit_for(anke, hit.pk) == hit
        assert (count_new_hits(anke), count_new_hits(chiara)) == (1, 0)
        assert [list(rows(chiara)) for rows in (questions_for, active_questions, hits_for, new_hits)] == [[]] * 4
        for ask in (question_for, hit_for):
            with pytest.raises(NotFound):
                ask(chiara, question.pk)
        with pytest.raises(NotFound):
            withdraw_question(here.home, here.chiara, question.pk)
        with pytest.raises(NotFound):
            handle(here.home, here.chiara, hit.pk)


def test_what_was_handled_is_not_new(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        keep_asking(here.home, here.bram, "rockets", Asked("rocket"))
        held(here, tmp_path / "in", {"rocket.jpg": films.whole("rocket")})
        (hit,) = new_hits(here.bram.person)
        handled = handle(here.home, here.bram, hit.pk)
        assert handle(here.home, here.anke, hit.pk).handled_by == handled.handled_by == here.bram.person
        assert count_new_hits(here.anke.person) == 0
        assert list(hits_for(here.anke.person)) == [hit]
