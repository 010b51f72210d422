"""A mail alone changes something only where it names a letter that its contact had, and a receipt comes from there."""

import pytest

from havre.notices.believing import believed, from_them
from havre.notices.models import Notice, Recipient, Transmission
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


def test_a_letter_of_another_notice_or_to_another_address_makes_nothing_believed() -> None:
    about = Notice(pk=1, recipient=HOST)
    receipt = read_mail(mail("We have received it", Auto_Submitted="auto-replied"))
    bounce = read_mail(delivery("failed", "5.1.1"))
    own = Transmission(notice=about, to=HOST.email)
    for letter in (
        None,
        Transmission(notice=Notice(pk=2), to=HOST.email),
        Transmission(notice=about, to="old@x.example"),
    ):
        assert not believed(receipt, about, letter)
        assert not believed(bounce, about, letter)
    assert believed(receipt, about, own)
    assert believed(bounce, about, own)
