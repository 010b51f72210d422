"""The script of the ten-hour story: who acts when, and that what changed is passed on before anybody else acts."""

from datetime import datetime, timedelta

from havre.flows.demo_acts import ACTS
from havre.flows.demo_story import COUNTRIES, SCENES, act, begin_together, desk_of, play
from havre.flows.home import Home
from havre.settings import Settings
from tests.cast import NOON, noon


def test_after_each_act_it_is_passed_on_and_both_are_on_the_clock() -> None:
    done: list[str] = []

    def clock() -> datetime:
        return NOON + timedelta(seconds=done.count("passed on"))

    def ask(country: str, named: str) -> str:
        done.append(f"{country} {named}")
        return named

    told = play(ask, lambda: done.append("passed on"), clock).to_json()
    acted = [f"{each.country} {each.act}" for each in SCENES]
    states = [f"{country} state" for country in COUNTRIES]
    safe = [f"{country} safe" for country in COUNTRIES]
    assert done == [each for some in acted for each in (some, "passed on")] + states + safe
    assert [each["what"] for each in told["steps"]] == [each.act for each in SCENES]
    assert told["steps"][0]["at"] == NOON.isoformat()
    assert (told["clock"]["find"], told["clock"]["check"]) == (1.0, 3.0)
    assert told["series_state"] == dict.fromkeys(COUNTRIES, "state")


def test_every_act_is_one_that_somebody_can_do() -> None:
    assert {each.act for each in SCENES} | {"hold", "state", "safe"} == set(ACTS)


def test_three_units_of_one_node_each_have_their_desk(database: Settings) -> None:
    begin_together(database, noon)
    home = Home(database)
    try:
        desks = [desk_of(home, country, database.home, noon) for country in COUNTRIES]
        assert [desk.country for desk in desks] == list(COUNTRIES)
        assert len({desk.folder for desk in desks}) == len(desks)
        assert act(desks[1], "check") == "the series is seen, and nothing of it is held here"
    finally:
        home.close()
