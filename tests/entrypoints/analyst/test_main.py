"""What the web server calls."""

import pytest

from havre.entrypoints.analyst.main import named
from havre.errors import Invalid


def test_a_home_must_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HAVRE_HOME", raising=False)
    with pytest.raises(Invalid, match="no home was named"):
        named()
