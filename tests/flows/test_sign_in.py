"""The log keeps who signed in, with what, and every lock-out."""

import json

from havre.audit.models import Entry
from havre.flows.sign_in import NOBODY, lock_out, sign_in, sign_out, told
from havre.settings import Settings
from havre.units.models import Attempt
from havre.units.tries import begin_try
from tests.cast import NOON, node, noon


def _last() -> tuple[str, str, object]:
    entry = Entry.objects.order_by("-index")[0]
    return entry.person, entry.thing, json.loads(entry.detail)


def test_signing_in_and_out_is_written_down(database: Settings) -> None:
    with node(database) as here:
        begin_try("bram", "192.0.2.7", NOON)
        sign_in(here.home, here.bram, ["password"], "192.0.2.7")
        assert Attempt.objects.count() == 1
        sign_in(here.home, here.bram, ["password", "code"], "192.0.2.7")
        assert not Attempt.objects.exists()
        detail = {"act": "signed in", "with": ["password", "code"], "address": "192.0.2.7"}
        assert _last() == ("bram", "person bram", detail)
        sign_out(here.home, here.bram)
        assert _last() == ("bram", "person bram", {"act": "signed out"})
        told(here.home, here.bram, "sessions ended", count=2)
        assert _last() == ("bram", "person bram", {"act": "sessions ended", "count": 2})


def test_a_lock_out_is_written_down_without_a_name_that_may_be_a_password(database: Settings) -> None:
    with node(database) as here:
        lock_out(here.home, "Bram ", "192.0.2.7", noon)
        assert _last() == ("bram", "person bram", {"act": "locked out", "address": "192.0.2.7"})
        lock_out(here.home, "my secret typed in the wrong field", "192.0.2.7", noon)
        assert _last() == (NOBODY, NOBODY, {"act": "locked out", "address": "192.0.2.7"})
