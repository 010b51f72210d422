"""Somebody asks for mail, and for none."""

from tests.conftest import Havre


def test_asked_for_and_stopped(havre: Havre) -> None:
    assert havre("init", "--country", "BE", "--unit", "Police", "--person", "anke").exit == 0
    assert havre("mail", "ask", "anke@unit.example", "--json").json == {"address": "anke@unit.example", "server": False}
    wrong = havre("mail", "ask", "anke")
    assert (wrong.exit, "no address" in wrong.stderr) == (1, True)
    assert havre("mail", "show", "--json").json["address"] == "anke@unit.example"
    assert havre("mail", "stop", "--json").json["address"] is None
