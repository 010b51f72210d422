"""A mail alone changes something only where it names a letter that its contact had, and a receipt comes from there."""

import pytest

from havre.notices.believing import believed, from_them
from havre.notices.models import Letter, Recipient, Transmission
from havre.notices.reading_mail import read_mail
from tests.cast import NOON
from tests.notices.test_reading_mail import delivery, mail

HOST = Recipient(email="Abuse@Host.example", verified_at=NOON)


@pytest.mark.parametrize(
    ("sender", "theirs"),
    [
        ("abuse@host.example", True),
        ("noreply@HOST.example", True),
        ("tickets@desk.host.example", True),
        ("abuse@nothost.example", False),
        ("abuse@host.example.elsewhere.example", False),
        ("abuse@example", False),
        ("host.example", True),  # no mail server sends as a domain alone: it stands for its domain
        ("", False),
    ],
)
def test_a_sender_is_theirs_by_its_domain(sender: str, theirs: bool) -> None:
    assert from_them(sender, HOST) is theirs
    assert from_them(sender, Recipient(email="")) is False


def test_without_a_letter_or_with_one_to_another_address_nothing_is_believed() -> None:
    receipt = read_mail(mail("We have received it", Auto_Submitted="auto-replied"))
    bounce = read_mail(delivery("failed", "5.1.1"))
    own, elsewhere = Transmission(to=HOST.email), Transmission(to="old@x.example")
    for letter in (None, elsewhere):
        assert not believed(receipt, HOST, letter)
        assert not believed(bounce, HOST, letter)
    assert believed(receipt, HOST, own)
    assert believed(bounce, HOST, own)


def test_what_takes_something_back_may_come_back_from_every_address_that_had_it() -> None:
    back = Transmission(to="old@x.example", letter=Letter.RETRACTION)
    assert believed(read_mail(delivery("failed", "5.1.1")), HOST, back)
    assert not believed(read_mail(mail("We have received it", Auto_Submitted="auto-replied")), HOST, back)
