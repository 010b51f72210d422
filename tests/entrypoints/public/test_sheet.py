"""One sheet of at most 5 kB and one script; nothing else is read for anybody."""

import pytest
from django.test import Client


def test_the_sheet_is_small_and_loads_nothing(visitor: Client) -> None:
    sheet = visitor.get("/static/public.css")
    assert (sheet.headers["Content-Type"], len(sheet.content) <= 5_000) == ("text/css; charset=utf-8", True)
    assert b"url(" not in sheet.content
    assert b"@import" not in sheet.content


def test_the_script_asks_nobody_anything(visitor: Client) -> None:
    script = visitor.get("/static/work.js").content.decode()
    for word in ("fetch", "XMLHttp", "WebSocket", "import", "http", "cookie", "Storage", "sendBeacon", "eval"):
        assert word not in script


@pytest.mark.parametrize("name", ["x.css", "..%2fserver.py", "public.css.map"])
def test_nothing_else_is_served(visitor: Client, name: str) -> None:
    assert visitor.get(f"/static/{name}").status_code == 404
