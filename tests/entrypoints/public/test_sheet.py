"""One sheet of at most 5 kB and one script; nothing else is read for anybody."""

import pytest
from django.test import Client

from havre.entrypoints.public.sheet import KINDS


def test_the_sheet_is_small_and_loads_nothing(visitor: Client) -> None:
    sheet = visitor.get("/static/public.css")
    assert (sheet.headers["Content-Type"], len(sheet.content) <= 5_000) == ("text/css; charset=utf-8", True)
    assert b"url(" not in sheet.content
    assert b"@import" not in sheet.content


ASKING = ("fetch", "XMLHttp", "WebSocket", "import", "http", "cookie", "Storage", "sendBeacon", "eval", "caches")


@pytest.mark.parametrize("name", ["work.js", "protect.js", "strip.js", "hasher.js"])
def test_no_script_asks_anybody_anything(visitor: Client, name: str) -> None:
    script = visitor.get(f"/static/{name}").content.decode().replace('importScripts("/static/kernel.js")', "")
    assert [word for word in ASKING if word in script] == []


def test_what_makes_hashes_may_connect_to_nothing_and_nothing_else_may_run_webassembly(visitor: Client) -> None:
    policies = {name: visitor.get(f"/static/{name}").headers["Content-Security-Policy"] for name in KINDS}
    assert [name for name, policy in policies.items() if "wasm" in policy] == ["hasher.js"]
    assert "connect-src 'none'" in policies["hasher.js"]


def test_the_kernel_is_served_as_it_was_built(visitor: Client) -> None:
    answer = visitor.get("/static/kernel.wasm")
    assert (answer.headers["Content-Type"], answer.content[:4]) == ("application/wasm", b"\0asm")


@pytest.mark.parametrize("name", ["x.css", "..%2fserver.py", "public.css.map"])
def test_nothing_else_is_served(visitor: Client, name: str) -> None:
    assert visitor.get(f"/static/{name}").status_code == 404
