"""Nobody is written to before a person has called them; what comes from outside brings no header."""

from pathlib import Path

import pytest

from havre.errors import Invalid, NotFound, Refused
from havre.flows.notice_contacts import Contact, add_contact, checked, import_contacts, list_contacts, verify_contact
from havre.notices.models import Recipient
from tests.cast import NOON, Node

HOST = Contact("Example Hosting", "host", "nl", "abuse@host.example", answers_for=("AS64500", " Example  Hosting "))


def test_a_contact_is_unverified_until_somebody_says_so(begun: Node) -> None:
    made = add_contact(begun.home, begun.anke, HOST)
    assert (made.verified_at, made.country, made.answers_for) == (None, "NL", ["as64500", "example hosting"])
    found = verify_contact(begun.home, begun.bram, "Example Hosting")
    assert (found.verified_at, found.verified_by) == (NOON, begun.bram.person)


def test_changed_it_must_be_verified_again_and_said_again_it_stays(begun: Node) -> None:
    add_contact(begun.home, begun.anke, HOST)
    verify_contact(begun.home, begun.anke, HOST.name)
    assert add_contact(begun.home, begun.anke, HOST).verified_at == NOON
    changed = add_contact(begun.home, begun.anke, Contact(HOST.name, "host", "NL", "other@host.example"))
    assert (changed.verified_at, changed.doubt) == (None, "it was changed")


def test_another_unit_has_contacts_of_its_own(begun: Node) -> None:
    add_contact(begun.home, begun.anke, HOST)
    assert list_contacts(begun.home, begun.chiara) == []
    with pytest.raises(NotFound):
        verify_contact(begun.home, begun.chiara, HOST.name)
    add_contact(begun.home, begun.chiara, HOST)
    assert Recipient.objects.count() == 2


@pytest.mark.parametrize(
    "email",
    [
        *("abuse", "a@b", "a@b.example, c@d.example", "a@b.example;c@d.example", "A <a@b.example>", "a@b@c.example"),
        *(
            "a@b.example\r\nBcc: x@y.example",
            "a@b.example\nSubject: x",
            "a@b.example\x00",
            "é@b.example",
            "a b@c.example",
        ),
        *("a b@c.example", '"a"@b.example', "a@[127.0.0.1]", "a:b@c.example", "x" * 250 + "@b.example"),
    ],
)
def test_no_address_brings_a_header_or_a_second_reader(email: str) -> None:
    with pytest.raises(Invalid, match="no address for mail"):
        checked(Contact("A", "host", email=email))


@pytest.mark.parametrize(
    "api",
    [
        *("http://host.example/x", "https://", "https://localhost/x", "https://127.0.0.1/x", "https://[::1]/x"),
        *(
            "https://user:secret@host.example/",
            "https://host.example/#x",
            "ftp://host.example/",
            "https://host.example/ x",
        ),
        *("https://host.example/ x", "https://2130706433/"),
        *("https://host.example:0/", "https://host.example:x/", "https://host.example/\r\nX: y"),
    ],
)
def test_an_address_for_notices_is_https_of_a_named_host(api: str) -> None:
    with pytest.raises(Invalid, match="begins with https"):
        checked(Contact("A", "platform", api=api))


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (Contact("", "host"), "needs a name"),
        (Contact("a\x1b[31m", "host"), "needs a name"),
        (Contact("A", "friend"), "one of"),
        (Contact("A", "host", "Belgium"), "two letters"),
        (Contact("A", "host", language="xx"), "letters are written in"),
        (Contact("A", "host", answers_for=("a\x00b",)), "answers for"),
    ],
)
def test_what_is_wrong_is_said(said: Contact, why: str) -> None:
    with pytest.raises(Invalid, match=why):
        checked(said)


def test_a_file_gives_back_its_bad_rows_and_verifies_nobody(begun: Node, tmp_path: Path) -> None:
    file = tmp_path / "contacts.csv"
    file.write_text(
        "name,kind,country,email,takes_hashes,answers_for,strange\n"
        "One,host,NL,one@host.example,yes,AS1;AS2,x\n"
        "Two,friend,NL,two@host.example,,,\n"
        'Three,cdn,,"a@b.example\nBcc: c@d.example",,,\n'
        "Four,police,BE,,,,\n"
    )
    done = import_contacts(begun.home, begun.anke, file)
    assert (done.added, done.changed, done.same, [row for row, _why in done.wrong]) == (2, 0, 0, [3, 4])
    one = Recipient.objects.get(name="One")
    assert (one.takes_hashes, one.answers_for, one.verified_at) == (True, ["as1", "as2"], None)
    assert import_contacts(begun.home, begun.anke, file).same == 2


def test_a_file_that_is_none_is_refused(begun: Node, tmp_path: Path) -> None:
    file = tmp_path / "contacts.csv"
    with pytest.raises(Invalid, match="cannot be read"):
        import_contacts(begun.home, begun.anke, file)
    file.write_text("who,what\nA,host\n")
    with pytest.raises(Invalid, match="names the columns"):
        import_contacts(begun.home, begun.anke, file)


def test_whoever_only_audits_changes_nobody(begun: Node) -> None:
    begun.bram.person.roles.all().delete()
    with pytest.raises(Refused, match="may not"):
        add_contact(begun.home, begun.bram, HOST)
