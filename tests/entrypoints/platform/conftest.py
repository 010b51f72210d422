"""Two subscribers of a Belgian unit's feed, at the addresses of a process that holds no keys."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, override_settings

from havre.configured import platform_answers
from havre.entrypoints.platform.node import serve
from havre.feeds.models import HashList
from havre.settings import Front, Settings
from tests.cast import introduce
from tests.feeds.published import list_of, reader

Ask = Callable[..., Any]
"""`ask("GET", "feed/…", token)`."""


@pytest.fixture(params=["sqlite"])
def backend(request: pytest.FixtureRequest) -> str:
    """What is asked of the database is tested on both in tests/feeds."""
    return str(request.param)


@pytest.fixture
def listed(database: Settings) -> HashList:
    """A list that One reads; Other reads another."""
    anke = introduce().anke
    found = list_of(anke)
    reader(anke, "One", found, token="one")
    reader(anke, "Other", list_of(anke, "generated"), token="other")
    return found


@pytest.fixture
def ask(listed: HashList, tmp_path: Path) -> Iterator[Ask]:
    """Ask for an address with a token."""
    serve(Front(feeds=tmp_path / "feeds"))
    with override_settings(**platform_answers()):
        client = Client(raise_request_exception=False)

        def asked(method: str, path: str, token: str = "", body: object = None) -> Any:
            given = {"HTTP_AUTHORIZATION": f"Bearer {token}"} if token else {}
            if method == "GET":
                return client.get(f"/{path}", **given)  # type: ignore[arg-type]
            return client.post(f"/{path}", body, content_type="application/json", **given)  # type: ignore[arg-type]

        yield asked
