"""A credential is shown at its own address alone, and stands nowhere in clear; a refused one is trouble, no silence."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from havre.audit.models import Entry
from havre.errors import Invalid, NotFound, Refused
from havre.flows.credentials import barred, bound, keep_credential, let_in, origin, speaking
from havre.flows.draft_notice import retract_notice
from havre.flows.home import durable
from havre.flows.notice_contacts import Contact, add_contact, list_contacts
from havre.flows.notice_hands import BarredError, Hands, Leaving, Parcel, hand_api
from havre.flows.notice_shown import show_notice
from havre.flows.send_notices import send_due
from havre.notices.models import Credential, How, Notice, Outcome, Recipient, State, Transmission
from havre.sealing.http_signature import signed_text
from tests.cast import NOON, Node
from tests.flows.test_notice_hands import PARCEL
from tests.flows.test_send_notices import Post, begun_notice
from tests.notices.standing import HOST, at, contact, routed, taken_down
from tests.sealing.test_http_signature import signature_of
from tests.simulators.egress import Web, web

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
API, SECRET = "https://site.example/notices", "s3cr3t-t0ken~of.platform=="


def platform(here: Node, **given: str) -> Recipient:
    """A host with an address of its own, at which Anke's unit is let in."""
    made = contact(here, **({"api": API, "email": ""} | given))
    keep_credential(here.home, here.anke, HOST, f"{SECRET}\n")
    return made


def reaching(there: Web) -> Hands:
    """Hands of which the one for addresses is real."""

    def take(_parcel: Parcel, leaving: Leaving) -> None:
        leaving()

    return Hands(take, lambda parcel, leaving: hand_api(there.egress, parcel, leaving), take)


def test_a_letter_is_posted_with_the_credential_and_the_nodes_signature(begun: Node, tmp_path: Path) -> None:
    platform(begun)
    notice = begun_notice(begun)
    with web(tmp_path) as there:
        there.pages["/notices"] = (202, {}, b"")
        assert send_due(begun.home, lambda: NOON, reaching(there)).left == 1
        ((headers, body),) = there.taken
        assert there.tunnels == ["site.example:443"]
    assert headers["Authorization"] == f"Bearer {SECRET}"
    assert notice.reference.encode() in body
    words = headers["Signature-Input"].removeprefix("havre=")
    assert begun.home.signer.verifier.accepts(signed_text(API, headers, words), signature_of(headers))
    assert headers["Idempotency-Key"] == Transmission.objects.get().message_id


def test_it_stands_nowhere_in_clear(begun: Node, tmp_path: Path) -> None:
    platform(begun)
    begun_notice(begun)
    with web(tmp_path) as there:
        there.pages["/notices"] = (401, {}, SECRET.encode())
        send_due(begun.home, lambda: NOON, reaching(there))
        assert SECRET in str(there.taken)  # there was something to leak
    (known,) = list_contacts(begun.home, begun.anke)
    kept = [*Entry.objects.values(), *Recipient.objects.values(), *Transmission.objects.values(), vars(known)]
    kept += [*Notice.objects.values(), show_notice(begun.home, begun.anke, Notice.objects.get().reference).to_json()]
    assert SECRET not in str(kept)
    assert SECRET.encode() not in bytes(Credential.objects.get().sealed)
    if connection.vendor == "sqlite":
        files = [file for file in begun.home.settings.home.rglob("*") if file.is_file()]
        assert files
        assert not any(SECRET.encode() in file.read_bytes() for file in files)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_redirection_is_followed_with_it(begun: Node, tmp_path: Path, status: int) -> None:
    platform(begun)
    begun_notice(begun)
    with web(tmp_path) as there:
        there.pages |= {"/notices": (status, {"Location": "https://site.example/other"}, b""), "/other": (200, {}, b"")}
        assert send_due(begun.home, lambda: NOON, reaching(there)).failed == 1
        assert there.asked == ["site.example /notices"]
    assert Transmission.objects.get().outcome == Outcome.BEGUN


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_one_is_trouble_of_the_contact_and_no_silence_until_another_is_given(
    begun: Node, tmp_path: Path, status: int
) -> None:
    platform(begun)
    contact(begun, "The upstream", "upstream")
    begun_notice(begun)
    with web(tmp_path) as there:
        there.pages["/notices"] = (status, {}, b"")
        for hours in (0, 1, 30, 100):
            done = send_due(begun.home, lambda hours=hours: NOON + hours * HOUR, reaching(there))  # type: ignore[misc]
            assert (done.barred, done.raised) == (1, 0)
        notice, known = Notice.objects.get(), Recipient.objects.get(name=HOST)
        assert (notice.state, known.barred_at) == (State.DRAFTED, NOON)
        assert f"answered {status}" in notice.trouble
        there.pages["/notices"] = (200, {}, b"")
        keep_credential(begun.home, at(begun.anke, NOON + 101 * HOUR), HOST, "another")
        assert send_due(begun.home, lambda: NOON + 101 * HOUR, reaching(there)).left == 1
    notice, known = Notice.objects.get(), Recipient.objects.get(name=HOST)
    assert (notice.state, notice.trouble, known.barred_at) == (State.SENT, "", None)


def test_silence_is_counted_from_when_they_can_hear_us_again(begun: Node) -> None:
    known = platform(begun)
    notice = begun_notice(begun)
    with durable():
        barred(begun.home, known, NOON)
        barred(begun.home, known, NOON + HOUR)
        let_in(known, NOON + DAY)
        let_in(known, NOON + 2 * DAY)
    notice.refresh_from_db()
    assert (notice.due_at, Recipient.objects.get().barred_at) == (NOON + DAY, None)


def test_who_has_an_address_for_mail_too_is_mailed_meanwhile(begun: Node, tmp_path: Path) -> None:
    platform(begun, email="abuse@host.example")
    begun_notice(begun)
    with web(tmp_path) as there:
        there.pages["/notices"] = (403, {}, b"")
        left = [send_due(begun.home, lambda m=m: NOON + m * HOUR, reaching(there)).left for m in (0, 1, 2)]  # type: ignore[misc]
    assert sum(left) == 1
    assert Transmission.objects.get(outcome=Outcome.TAKEN).how == How.MAIL


def test_it_is_shown_at_no_other_address_whoever_changes_that(begun: Node) -> None:
    known = platform(begun)
    assert origin("https://Site.Example:8443/a?b") == "https://site.example:8443"
    assert "Authorization" not in speaking(begun.home, known, replace(PARCEL, to="https://other.example/x"), NOON)
    Recipient.objects.update(api="https://evil.example/notices")  # in the database, past every rule
    known.refresh_from_db()
    with pytest.raises(Refused):
        speaking(begun.home, known, replace(PARCEL, to=known.api), NOON)
    Recipient.objects.update(api=API)
    contact(begun, api="https://site.example/v2", email="")
    assert Credential.objects.count() == 0
    assert bound(known).startswith(f"credential of contact {known.pk} at https://")


@pytest.mark.parametrize("secret", ["two words", "a\r\nX: y", "ä", "x" * 5_000, "a\x00b"])
def test_what_is_no_token_is_refused(begun: Node, secret: str) -> None:
    platform(begun)
    with pytest.raises(Invalid, match="bearer token"):
        keep_credential(begun.home, begun.anke, HOST, secret)
    assert Credential.objects.count() == 1
    keep_credential(begun.home, begun.anke, HOST, "")
    assert Credential.objects.count() == 0


def test_another_unit_and_who_has_no_address_keep_none(begun: Node) -> None:
    routed(begun)
    platform(begun)
    with pytest.raises(NotFound):
        keep_credential(begun.home, begun.chiara, HOST, SECRET)
    contact(begun, "By mail")
    with pytest.raises(Invalid, match="no address of its own"):
        keep_credential(begun.home, begun.anke, "By mail", SECRET)


def test_what_an_address_says_that_they_had_before_says_nothing_of_the_one_they_have(begun: Node) -> None:
    platform(begun)
    post, notice = Post(), begun_notice(begun)
    assert post.go(begun.home, NOON).left == 1
    retract_notice(begun.home, begun.anke, notice.reference, "it was wrong")
    Recipient.objects.update(api="https://new.example/notices")
    post.wrong[API] = BarredError("answered 401")
    assert (post.go(begun.home, NOON).barred, Recipient.objects.get().barred_at) == (1, None)
    Recipient.objects.update(barred_at=NOON)
    post.wrong.clear()
    assert (post.go(begun.home, NOON + DAY).left, Recipient.objects.get().barred_at) == (1, NOON)


@pytest.mark.parametrize(
    ("kind", "act", "state", "email", "anew"),
    [
        *(("host", "remove", State.SENT, "", True), ("host", "remove", State.SENT, "a@host.example", False)),
        *(("publication", "remove", State.SENT, "", False), ("publication", "remove", State.DRAFTED, "", True)),
        ("host", "inform", State.ACKNOWLEDGED, "", False),
    ],
)
def test_only_who_heard_nothing_meanwhile_is_told_anew(
    begun: Node, kind: str, act: str, state: State, email: str, anew: bool
) -> None:
    notice = taken_down(begun.anke, NOON)
    Notice.objects.update(act=act, state=state, acknowledged_at=NOON if state == State.ACKNOWLEDGED else None)
    Recipient.objects.filter(pk=notice.recipient_id).update(kind=kind, email=email, api=API, barred_at=NOON)
    waits = {"how": How.API, "to": API, "outcome": Outcome.BEGUN, "due_at": NOON, "begun_at": NOON}
    Transmission.objects.create(notice=notice, number=2, message_id="<2@x>", again_at=NOON + 9 * DAY, **waits)
    with durable():
        let_in(Recipient.objects.get(pk=notice.recipient_id), NOON + DAY)
    notice.refresh_from_db()
    assert notice.due_at == (NOON + DAY if anew else NOON)
    assert Transmission.objects.get(number=2).again_at == NOON + DAY


def test_a_refused_contact_that_is_given_an_address_for_mail_has_its_whole_time(begun: Node) -> None:
    known = platform(begun)
    notice = begun_notice(begun)
    with durable():
        barred(begun.home, known, NOON)
    mailed = Contact(HOST, "host", "BE", "abuse@host.example", API, answers_for=("photos.example",))
    add_contact(begun.home, at(begun.anke, NOON + 9 * DAY), mailed)
    notice.refresh_from_db()
    assert (notice.due_at, Recipient.objects.get().barred_at) == (NOON + 9 * DAY, None)
    assert Credential.objects.count() == 1
