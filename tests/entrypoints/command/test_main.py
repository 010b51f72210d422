"""Options stand anywhere, errors are one sentence, and a fault of Havre says that it is one."""

import pytest
from django.conf import settings as django_conf
from hypothesis import given
from hypothesis import strategies as st

from havre.entrypoints.command import main
from havre.entrypoints.command.main import forward, run
from havre.errors import HavreError, NotFound, Refused, Unavailable
from havre.settings import Settings
from tests.cast import node
from tests.conftest import Havre

WORDS = st.sampled_from(["intake", "A", "--items", "x", "--json", "--as", "anke", "--home=/h", "--reason", "--", "-x"])


def test_options_for_every_command_may_stand_behind_it() -> None:
    assert forward(["case", "list", "--json"]) == ["--json", "case", "list"]
    assert forward(["case", "list", "--as", "anke", "--reason=x"]) == ["--as", "anke", "--reason=x", "case", "list"]
    assert forward(["--home", "/h", "intake", "A", "--json", "x"]) == ["--home", "/h", "--json", "intake", "A", "x"]


def test_what_follows_two_dashes_is_left_alone() -> None:
    assert forward(["intake", "A", "--", "--json"]) == ["intake", "A", "--", "--json"]


def test_an_option_without_its_value_stays_for_the_command_line_to_refuse() -> None:
    assert forward(["case", "list", "--as"]) == ["--as", "case", "list"]


@given(st.lists(WORDS, max_size=8))
def test_no_word_is_lost_and_putting_forward_twice_is_putting_forward_once(words: list[str]) -> None:
    once = forward(words)
    assert sorted(once) == sorted(words)
    if "--" not in words and words[-1:] not in (["--as"], ["--reason"]):
        assert forward(once) == once


def failing(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> int:
    def command(_: list[str]) -> None:
        raise error

    monkeypatch.setattr(main, "whole", lambda: command)
    with pytest.raises(SystemExit) as ended:
        run([])
    return int(ended.value.code or 0)


@pytest.mark.parametrize("error", [NotFound("no case"), Refused("not you"), Unavailable("no disk")])
def test_an_error_for_a_person_is_its_sentence(
    error: HavreError, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert failing(error, monkeypatch) == 1
    assert capsys.readouterr() == ("", f"{error}\n")


def test_a_fault_of_havre_shows_no_trace_unless_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("HAVRE_TRACE", raising=False)
    assert failing(KeyError("a secret"), monkeypatch) == 1
    out, err = capsys.readouterr()
    assert (out, err.startswith("this is a fault of Havre (KeyError)"), "secret" in err) == ("", True, False)
    monkeypatch.setenv("HAVRE_TRACE", "1")
    with pytest.raises(KeyError):
        run([])


def test_whoever_stops_a_command_is_told_that_nothing_is_lost(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert failing(KeyboardInterrupt(), monkeypatch) == 130
    assert "the same command goes on from there" in capsys.readouterr().err


def test_help_needs_no_home(havre_without_home: Havre) -> None:
    shown = havre_without_home("--help")
    assert shown.exit == 0
    assert {"init", "intake", "case", "fingerprint"} <= set(shown.stdout.split())


def test_the_command_line_speaks_english_wherever_it_runs(database: Settings, havre: Havre) -> None:
    with node(database):
        pass
    refused = havre("case", "close", "A-1", "--as", "anke", LANG="fr_FR.UTF-8", LC_ALL="fr_FR.UTF-8", LANGUAGE="fr")
    assert (refused.exit, refused.stderr) == (1, "there is no case 'A-1': open it with `havre case open`\n")
    assert django_conf.LANGUAGE_CODE == "en"
