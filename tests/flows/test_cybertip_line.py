"""The client: over TLS except to this machine, with its password, the test environment unless production is said."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from hashlib import md5
from pathlib import Path

import pytest

from havre.cybertip.files import ReportResponse
from havre.errors import Invalid, Refused, Unavailable
from havre.flows import cybertip_line as at
from havre.flows.cybertip_line import PRODUCTION, TEST, NeverLeftError, PerhapsError, tipline_of
from havre.settings import Egress
from tests.cybertip.whole import MINIMAL
from tests.simulators.cybertip import CREDENTIAL, Hotline, cybertip
from tests.simulators.egress import HOST, web

PROXY = Egress("proxy.example", 3128)


@pytest.fixture
def hotline() -> Iterator[Hotline]:
    """The service."""
    with cybertip() as made:
        yield made


def test_it_is_the_test_environment_unless_production_is_said() -> None:
    assert tipline_of("", CREDENTIAL, None).address == TEST
    assert tipline_of("", CREDENTIAL, None, production=True).address == PRODUCTION
    assert tipline_of(PRODUCTION + "/", CREDENTIAL, PROXY, production=True).egress == PROXY
    with pytest.raises(Refused, match="say --production"):
        tipline_of("https://report.cybertip.org:443/other", CREDENTIAL, None)
    with pytest.raises(Refused, match="name one of the two"):
        tipline_of(TEST, CREDENTIAL, None, production=True)


@pytest.mark.parametrize(
    "to",
    [
        *("http://hotline.example/ispws", "ftp://127.0.0.1/", "https://", "hotline.example", "https://a@b.example/"),
        *("https://b.example/?a", "https://b.example/#a", "http://127.0.0.1.example/"),
    ],
)
def test_only_https_is_spoken_except_to_this_machine(to: str) -> None:
    with pytest.raises(Invalid, match="https:// address"):
        tipline_of(to, CREDENTIAL, None)


def test_this_machine_is_spoken_to_without_the_proxy() -> None:
    for host in ("127.0.0.1:8000", "localhost", "[::1]:8000"):
        assert tipline_of(f"http://{host}/ispws", CREDENTIAL, PROXY).egress is None


@pytest.mark.parametrize("credential", ["", "user", "user:", ":password", "user:pass\nword", "user:\x00"])
def test_a_credential_is_one_line(credential: str) -> None:
    with pytest.raises(Invalid, match="user:password"):
        tipline_of("", credential, None)


def test_a_password_is_never_shown() -> None:
    made = tipline_of("", f"{CREDENTIAL}\n", None)
    assert "password" not in repr(made).replace("authorization", "")
    assert made.host == "exttest.cybertip.org"
    assert made.authorization.startswith("Basic ")


def test_status_and_schema(hotline: Hotline) -> None:
    service = tipline_of(hotline.address, CREDENTIAL, None)
    assert at.status(service).response_code == 0
    assert at.schema(service) == hotline.schema
    assert at.status(tipline_of(hotline.address, "somebody:else", None)).response_code == 2000
    gone = replace(service, address="http://127.0.0.1:1/ispws")
    with pytest.raises(NeverLeftError):
        at.status(gone)


def test_what_is_not_answered_may_have_arrived(hotline: Hotline) -> None:
    service = tipline_of(hotline.address, CREDENTIAL, None)
    hotline.faults["/submit"] = ["deaf", "junk", "http 500", ""]
    for _ in range(2):
        with pytest.raises(PerhapsError):
            at.submit(service, MINIMAL)
    assert at.submit(service, MINIMAL) == ReportResponse(response_code=1000, response_description="HTTP 500")
    assert at.submit(service, MINIMAL).report_id is not None
    assert len(hotline.reports) == 3


def test_a_file_whose_end_was_held_back_never_came(hotline: Hotline, tmp_path: Path) -> None:
    service = tipline_of(hotline.address, CREDENTIAL, None)
    number = at.submit(service, MINIMAL).report_id or 0
    path = tmp_path / 'odd "name"\r\n.bin'
    path.write_bytes(bytes(200_000))
    digest = md5(bytes(200_000), usedforsecurity=False).hexdigest()

    def refuses() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        at.upload(service, number, path, digest, refuses)
    with pytest.raises(at.ChangedError):
        at.upload(service, number, path, "0" * 32, refuses)
    assert hotline.reports[number].files == {}
    assert at.upload(service, number, path, digest, lambda: None).hash == digest  # type: ignore[union-attr]
    assert hotline.reports[number].names == ["odd %22name%22%0D%0A.bin"]
    assert list(hotline.reports[number].files.values()) == [bytes(200_000)]


def test_a_file_that_is_refused_before_it_is_read_never_came(hotline: Hotline, tmp_path: Path) -> None:
    service = tipline_of(hotline.address, CREDENTIAL, None)
    number = at.submit(service, MINIMAL).report_id or 0
    (tmp_path / "large").write_bytes(bytes(16 << 20))
    digest = md5(bytes(16 << 20), usedforsecurity=False).hexdigest()
    hotline.faults["/upload"] = ["early", "cut"]
    with suppress(NeverLeftError):  # the end of the connection may come before the answer
        assert at.upload(service, number, tmp_path / "large", digest, pytest.fail).response_code == 4200
    with pytest.raises(NeverLeftError):
        at.upload(service, number, tmp_path / "large", digest, pytest.fail)
    assert hotline.reports[number].files == {}


def test_an_answer_has_a_limit(hotline: Hotline, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(at, "LONGEST_ANSWER", 10)
    with pytest.raises(PerhapsError, match="too long"):
        at.status(tipline_of(hotline.address, CREDENTIAL, None))


def test_it_goes_through_the_proxy_and_to_no_redirection(tmp_path: Path) -> None:
    with web(tmp_path) as outside:
        outside.pages["/ispws/status"] = (302, {"Location": "https://elsewhere.example/"}, b"")
        service = tipline_of(f"https://{HOST}/ispws", CREDENTIAL, outside.egress)
        assert at.status(service).response_code == 4000
        assert outside.tunnels == [f"{HOST}:443"]
        assert outside.asked == [f"{HOST} /ispws/status"]
        with pytest.raises(Unavailable, match=r"no schema \(404\)"):
            at.schema(service)
        outside.refuses = True
        with pytest.raises(NeverLeftError):
            at.status(service)
