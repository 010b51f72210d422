"""A try to prove who one is, counted."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import RequestFactory
from django.utils.translation import override

from havre.audit.models import Entry
from havre.entrypoints.analyst.node import now, serve
from havre.entrypoints.analyst.trying import tried, wait
from havre.settings import Settings
from havre.units.models import Attempt
from havre.units.tries import Locked
from tests.cast import node


def test_the_last_try_locks_and_is_written_down_once(database: Settings) -> None:
    with node(database) as here:
        serve(here.home)
        request, judged = RequestFactory().get("/"), []
        before = Entry.objects.count()
        for number in range(5):
            assert not tried(request, "bram", lambda number=number: judged.append(number))  # type: ignore[misc]
        with override("en"), pytest.raises(ValidationError, match="Try again in 15 minutes"):
            tried(request, "bram", lambda: judged.append(5))
        assert judged == [0, 1, 2, 3, 4]
        assert Entry.objects.count() == before + 1
        assert json.loads(Entry.objects.order_by("-index")[0].detail)["act"] == "locked out"


def test_a_proof_that_holds_is_given_back_and_does_not_count(database: Settings) -> None:
    with node(database) as here:
        serve(here.home)
        assert tried(RequestFactory().get("/"), "bram", lambda: "shown") == "shown"
        assert not Attempt.objects.exists()


@pytest.mark.parametrize(("seconds", "words"), [(1, "in 1 minute,"), (61, "in 2 minutes,"), (899, "in 15 minutes,")])
def test_when_to_try_again(seconds: int, words: str) -> None:
    with override("en"):
        assert words in wait(Locked(now() + timedelta(seconds=seconds)))
