"""Another's list is asked through the proxy alone, over https, nowhere else, and its secret stands where it must."""

from pathlib import Path

import pytest

from havre.errors import Invalid, Refused, Unavailable
from havre.flows import list_door
from havre.flows.list_door import shown, through, with_token, without_token
from tests.simulators.egress import HOST, web


def test_a_list_is_asked_through_the_proxy_with_its_secret(tmp_path: Path) -> None:
    with web(tmp_path) as there:
        there.pages["/v2/entries?from=1"] = (200, {}, b"told")
        fetch = through(there.egress, shown("ncmec", "user:password"))
        assert fetch(f"https://{HOST}/v2/entries?from=1") == b"told"
        assert there.tunnels == [f"{HOST}:443"]
        assert there.asked == [f"{HOST} /v2/entries?from=1"]


@pytest.mark.parametrize(
    ("status", "headers", "error", "said"),
    [
        (401, {}, Refused, "another token"),
        (404, {}, Invalid, "no such page"),
        (503, {"Retry-After": "17"}, Unavailable, "in 17 seconds"),
        (500, {"Retry-After": "soon"}, Unavailable, "in 60 seconds"),
        (302, {"Location": "https://evil.example/"}, Unavailable, "302"),
    ],
)
def test_what_is_no_answer_says_who_must_act(
    status: int, headers: dict[str, str], error: type[Exception], said: str, tmp_path: Path
) -> None:
    with web(tmp_path) as there:
        there.pages["/"] = (status, headers, b"secret words")
        with pytest.raises(error, match=said) as raised:
            through(there.egress, {})(f"https://{HOST}/")
        assert "secret" not in str(raised.value)
        assert len(there.tunnels) == 1


def test_an_answer_without_end_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_door, "MOST_BYTES", 100)
    with web(tmp_path) as there:
        there.pages["/"] = (200, {}, b"x" * 10_000)
        with pytest.raises(Invalid, match="more than is read"):
            through(there.egress, {})(f"https://{HOST}/")
        there.refuses = True
        with pytest.raises(Unavailable, match="goes on from there"):
            through(there.egress, {})(f"https://{HOST}/")


@pytest.mark.parametrize(
    "address", [f"http://{HOST}/", "ftp://a.example/", "https:///x", "https://127.0.0.1/", "https://node.internal/"]
)
def test_nothing_else_is_asked(address: str, tmp_path: Path) -> None:
    with web(tmp_path) as there:
        with pytest.raises(Refused):
            through(there.egress, {})(address)
        assert there.tunnels == []
    with pytest.raises(Unavailable, match="HAVRE_EGRESS"):
        through(None, {})


def test_a_secret_stands_where_its_list_looks_for_it() -> None:
    assert shown("ncmec", "a:b") == {"Authorization": "Basic YTpi"}
    assert shown("stopncii", "one,two") == {"x-functions-key": "one", "Ocp-Apim-Subscription-Key": "two"}
    assert shown("stopncii", "one")["Ocp-Apim-Subscription-Key"] == "one"
    assert shown("hma", "t") == {"Authorization": "Bearer t"}
    assert shown("hma", "") == shown("threatexchange", "t") == {}
    for wrong in ("a\r\nX: y", "é"):
        with pytest.raises(Invalid):
            shown("ncmec", wrong)


def test_an_address_is_kept_without_its_token() -> None:
    address = "https://a.example/threat_updates/?after=1.2&fields=id"
    assert without_token(with_token(address, "123|x y")) == address
    assert "access_token=123%7Cx+y" in with_token(address, "123|x y")
