"""`havre notices look|unclear|looking`: off without a proxy, for a reason, and what is unclear is listed."""

import pytest

from havre.media.outside.signs import Saw, Why
from havre.notices.models import BY_FETCHER, Look
from havre.settings import Settings
from tests.cast import NOON, node
from tests.conftest import Havre
from tests.notices.standing import taken_down


@pytest.mark.parametrize("backend", ["sqlite"])
def test_what_the_fetcher_could_not_tell_is_listed_and_nothing_is_asked_without_a_proxy(
    database: Settings, havre: Havre
) -> None:
    with node(database) as here:
        assert havre("--as", "anke", "notices", "unclear").stdout == "Nothing is unclear.\n"
        notice = taken_down(here.anke, NOON)
        seen = {"saw": Saw.UNCLEAR, "why": Why.LOGIN, "status": 200}
        Look.objects.create(page=notice.page, gone=False, by=here.anke.person, at=NOON, how=BY_FETCHER, **seen)
        (shown,) = havre("--as", "anke", "notices", "unclear", "--json").json
        assert (shown["notice"], shown["why"], shown["status"]) == (notice.reference, "login", 200)
        assert "say why" in havre("--as", "anke", "notices", "look", notice.reference).stderr
        for words in (("look", notice.reference, "--reason", "a test"), ("looking", "on")):
            refused = havre("--as", "anke", "notices", *words)
            assert (refused.exit, "HAVRE_EGRESS" in refused.stderr) == (1, True)
        assert havre("--as", "anke", "notices", "looking", "off", "--json").json == {"on": False}
