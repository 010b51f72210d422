"""One letter by its way, under a name that nobody else can guess; what is unsure is decided by one rule."""

from datetime import timedelta

import pytest

from havre.flows.home import Home
from havre.flows.one_letter import NotWantedError, Sent, domain, leaving, message_id, new_message_id, perhaps, way_to
from havre.flows.send_notices import OF_NOTICE
from havre.notices.models import How, Letter, Outcome, Recipient, Transmission
from tests.cast import NOON, Node
from tests.notices.standing import taken_down

API = "https://api.host.example/notices"


@pytest.mark.parametrize(
    ("api", "email", "barred", "way"),
    [
        *((API, "a@b.example", False, (How.API, API)), (API, "a@b.example", True, (How.MAIL, "a@b.example"))),
        *((API, "", True, (How.API, API)), ("", "a@b.example", False, (How.MAIL, "a@b.example"))),
        ("", "", False, (How.FILE, "")),
    ],
)
def test_a_contact_is_reached_by_its_own_address_then_by_mail_then_by_hand(
    api: str, email: str, barred: bool, way: tuple[str, str]
) -> None:
    assert way_to(Recipient(api=api, email=email, barred_at=NOON if barred else None)) == way


def test_the_name_of_a_letter_holds_chance_and_that_of_one_that_follows_the_same_domain(begun: Node) -> None:
    home = Home(begun.home.settings)
    first, second = (new_message_id(home, "HN-1", 1) for _time in range(2))
    assert first != second
    assert domain(home) == "havre.invalid"
    assert message_id("HN-1", 2, first) == first.replace(".1@", ".2@")


def test_what_takes_something_back_or_lies_in_a_folder_is_done_again_and_nothing_else() -> None:
    again = {"outcome": Outcome.BEGUN, "again_at": NOON}
    over = {"outcome": Outcome.PERHAPS, "at": NOON - timedelta(hours=1)}
    for letter in Letter:
        for how in How:
            row = Transmission(letter=letter, how=how, begun_at=NOON - timedelta(hours=1))
            assert perhaps(row, NOON) == (again if letter == Letter.RETRACTION or how == How.FILE else over)


def test_what_has_left_leaves_no_second_time(begun: Node) -> None:
    notice = taken_down(begun.anke, NOON)
    made = Transmission.objects.get(notice=notice)
    with pytest.raises(NotWantedError):
        leaving(begun.home, begun.anke, made, OF_NOTICE, NOON)
    assert Sent(left=2).to_json()["left"] == 2
