"""How a person likes the pages."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from havre.errors import Invalid
from havre.settings import Settings
from havre.units.prefer import prefer
from havre.units.queries import preference_of, preference_then, working_person
from tests.cast import introduce


def test_what_a_person_likes_is_remembered(database: Settings) -> None:
    cast = introduce()
    assert (preference_of(cast.anke).theme, preference_of(cast.anke).language) == ("system", "")
    prefer(cast.anke, theme="dark")
    prefer(cast.anke, language="nl")
    assert (preference_of(cast.anke).theme, preference_of(cast.anke).language) == ("dark", "nl")
    prefer(cast.anke, zone="Europe/Brussels")
    assert (preference_of(cast.anke).theme, preference_of(cast.anke).zone) == ("dark", "Europe/Brussels")
    assert preference_of(cast.bram).theme == "system"
    with pytest.raises(Invalid, match="a theme is one of"):
        prefer(cast.anke, theme="<script>")
    for wrong in ("Brussels", "localtime", "/etc/localtime", "Europe/Brüssel"):
        with pytest.raises(Invalid, match="a time zone is UTC or one of a place"):
            prefer(cast.anke, zone=wrong)
    assert prefer(cast.anke, zone="").zone == ""


def test_who_asks_for_a_page_is_read_with_what_they_like(database: Settings) -> None:
    cast = introduce()
    prefer(cast.anke, zone="Europe/Brussels")
    found, other = working_person(cast.anke.pk), working_person(cast.bram.pk)
    assert found is not None
    assert other is not None
    with CaptureQueriesContext(connection) as asked:
        assert (preference_then(found).zone, preference_then(other).zone) == ("Europe/Brussels", "")
    assert len(asked) == 0
