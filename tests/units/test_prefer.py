"""How a person likes the pages."""

import pytest

from havre.errors import Invalid
from havre.settings import Settings
from havre.units.prefer import prefer
from havre.units.queries import preference_of
from tests.cast import introduce


def test_what_a_person_likes_is_remembered(database: Settings) -> None:
    cast = introduce()
    assert (preference_of(cast.anke).theme, preference_of(cast.anke).language) == ("system", "")
    prefer(cast.anke, theme="dark")
    prefer(cast.anke, language="nl")
    assert (preference_of(cast.anke).theme, preference_of(cast.anke).language) == ("dark", "nl")
    assert preference_of(cast.bram).theme == "system"
    with pytest.raises(Invalid, match="a theme is one of"):
        prefer(cast.anke, theme="<script>")
