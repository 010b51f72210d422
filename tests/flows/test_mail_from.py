"""Mail is taken from a pipe, files or a mailbox elsewhere; it stays there until it is kept here."""

import io
import mailbox as boxes
from dataclasses import replace
from pathlib import Path

import pytest

from havre.errors import Invalid, Unavailable
from havre.flows.home import Home
from havre.flows.mail_from import READ, connect, from_files, from_pipe, take_from_imap
from havre.flows.read_mail import MailRead
from havre.notices.models import Response
from havre.platforms.models import ReadMail
from havre.settings import Imap
from tests.cast import Node
from tests.notices.test_reading_mail import mail
from tests.platforms.written import contact, notice
from tests.simulators.imap import mailbox


def with_box(begun: Node, where: Imap | None) -> Home:
    """The same home with a mailbox."""
    return Home(replace(begun.home.settings, imap=where), begun=begun.home.begun)


def three(begun: Node) -> list[bytes]:
    """An answer, something that belongs nowhere, and no mail at all."""
    about = notice(begun.anke.person, contact(begun.anke.person))
    return [mail("gone", Subject=about.reference), mail("cheap watches"), b"\x00\xff"]


def test_what_is_unread_elsewhere_is_read_kept_and_then_marked_there(begun: Node) -> None:
    with mailbox(*three(begun), folder='An "swers') as box:
        home = with_box(begun, replace(box.where, folder='An "swers'))
        box.folder = '"An \\"swers"'
        assert take_from_imap(home, begun.anke) == MailRead(placed=1, stray=2)
        assert box.seen == {11, 12, 13}
        assert take_from_imap(home, begun.anke) == MailRead()
        box.seen.clear()  # somebody marks all of them unread
        assert take_from_imap(home, begun.anke) == MailRead(before=3)
    assert Response.objects.count() == 1


@pytest.mark.parametrize("breaks_at", ["UID FETCH 12", "UID STORE 12", "UID STORE 11"])
def test_a_connection_that_breaks_loses_nothing_and_reads_nothing_twice(begun: Node, breaks_at: str) -> None:
    with mailbox(*three(begun)) as box:
        home = with_box(begun, box.where)
        box.breaks_at = breaks_at
        with pytest.raises(Unavailable, match="the rest waits there"):
            take_from_imap(home, begun.anke)
        kept = ReadMail.objects.count()
        assert kept >= len(box.seen)
        box.breaks_at = ""
        take_from_imap(home, begun.anke)
        assert box.seen == {11, 12, 13}
    assert ReadMail.objects.count() == 3
    assert Response.objects.count() == 1


def test_a_mail_that_cannot_be_kept_now_stays_unread_and_costs_no_other(
    begun: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(home: Home, acting: object, raw: bytes, done: MailRead) -> None:
        if b"watches" in raw:
            raise Unavailable("the disk is full")
        done.stray += 1

    monkeypatch.setattr("havre.flows.mail_from.take_mail", fails)
    with mailbox(*three(begun)) as box:
        assert take_from_imap(with_box(begun, box.where), begun.anke) == MailRead(stray=2, trouble=1)
        assert box.seen == {11, 13}


def test_a_mail_of_fifty_megabytes_is_not_fetched_whole(begun: Node) -> None:
    with mailbox(b"Subject: x\n\n" + b"y" * (50 << 20)) as box:
        assert take_from_imap(with_box(begun, box.where), begun.anke) == MailRead(stray=1)
        assert box.handed_out == READ < 5 << 20


def test_a_wrong_password_or_folder_a_server_that_is_not_there_and_none_at_all_are_said(begun: Node) -> None:
    with mailbox() as box:
        for wrong in (replace(box.where, password="x"), replace(box.where, folder="Other"), replace(box.where, port=9)):
            with pytest.raises(Unavailable):
                take_from_imap(with_box(begun, wrong), begun.anke)
    with pytest.raises(Invalid, match="HAVRE_IMAP"):
        take_from_imap(with_box(begun, None), begun.anke)
    with pytest.raises(Invalid, match="imaps"):
        connect(Imap("mail.example", 143, False, "INBOX", "u", "p"))
    with pytest.raises(ConnectionRefusedError):
        connect(Imap("127.0.0.1", 9, True, "INBOX", "u", "p"))


def test_a_pipe_is_one_mail_read_to_its_end() -> None:
    stream = io.BytesIO(b"Subject: x\n\n" + b"y" * (READ + 100_000))
    (raw,) = from_pipe(stream)
    assert (len(raw), stream.read()) == (READ, b"")
    with pytest.raises(Invalid):
        list(from_pipe(io.BytesIO(b" \n")))


def test_an_mbox_a_maildir_a_folder_and_a_file_are_read(tmp_path: Path) -> None:
    texts = [mail("one"), mail("two")]
    mbox = boxes.mbox(tmp_path / "box")
    maildir = boxes.Maildir(tmp_path / "dir")
    (tmp_path / "eml").mkdir()
    for number, raw in enumerate(texts):
        mbox.add(raw)
        maildir.add(raw)
        (tmp_path / "eml" / f"{number}.eml").write_bytes(raw)
    mbox.close()
    (tmp_path / "eml" / "other.txt").write_text("x")
    (tmp_path / "eml" / "link.eml").symlink_to("/etc/hostname")
    for name in ("box", "dir", "eml"):
        found = list(from_files(tmp_path / name))
        assert [b"one" in each or b"two" in each for each in found] == [True, True]
    assert list(from_files(tmp_path / "eml" / "0.eml")) == [texts[0]]
    with pytest.raises(Invalid):
        list(from_files(tmp_path / "none"))
