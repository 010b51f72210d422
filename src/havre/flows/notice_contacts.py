"""The directory of contacts: who is written to and how; nobody before a person has called them and says so."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from havre.errors import Invalid, Refused
from havre.flows.at_page import WORKING
from havre.flows.credentials import let_in
from havre.flows.home import Home, consulted, durable, log, seal_log, take_turn
from havre.flows.notice_hands import is_address, must_be_outside
from havre.notices.letters import LANGUAGES
from havre.notices.models import Credential, Kind, Recipient
from havre.notices.queries import contact_for, contacts_of
from havre.units.acting import Acting

LONGEST = 200
MOST_ANSWERED = 500
MOST_ROWS = 100_000
COLUMNS = ("name", "kind", "country", "email", "api", "language", "takes_hashes", "answers_for")


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody as a person or a file has them."""

    name: str
    kind: str
    country: str = ""
    email: str = ""
    api: str = ""
    language: str = "en"
    takes_hashes: bool = False
    answers_for: tuple[str, ...] = ()


@dataclass
class Imported:
    """What became of the rows of a file."""

    added: int = 0
    changed: int = 0
    same: int = 0
    wrong: list[tuple[int, str]] = field(default_factory=list)
    """The number of each row that was left out, with why."""


def checked(said: Contact) -> dict[str, object]:
    """The columns of a contact. Raises Invalid with what is wrong, for whoever typed it."""
    name = " ".join(said.name.split())
    if not name or len(name) > LONGEST or not name.isprintable():
        raise Invalid(_("a contact needs a name of at most %(most)s characters") % {"most": LONGEST})
    if said.kind not in Kind.values:
        raise Invalid(_("a contact is one of: %(kinds)s") % {"kinds": ", ".join(Kind.values)})
    country = said.country.strip().upper()
    if country and not (len(country) == 2 and country.isascii() and country.isalpha()):
        raise Invalid(_("a country is two letters, as in BE"))
    if said.language not in LANGUAGES:
        raise Invalid(_("letters are written in: %(languages)s") % {"languages": ", ".join(LANGUAGES)})
    email, api = said.email.strip(), said.api.strip()
    if email and not is_address(email):
        raise Invalid(_("that is no address for mail"))
    if api and not _is_api(api):
        raise Invalid(_("a platform's address for notices begins with https:// and names a host"))
    return {
        "name": name,
        "kind": said.kind,
        "country": country,
        "email": email,
        "api": api,
        "language": said.language,
        "takes_hashes": said.takes_hashes,
        "answers_for": sorted(_answered(said.answers_for)),
    }


def _answered(names: Iterable[str]) -> set[str]:
    found = {" ".join(each.split()).casefold() for each in names} - {""}
    if len(found) > MOST_ANSWERED or any(len(each) > LONGEST or not each.isprintable() for each in found):
        raise Invalid(_("what a contact answers for is networks, holders, registrars, sites and hosts by name"))
    return found


def _is_api(text: str) -> bool:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    host = parts.hostname or ""
    try:
        must_be_outside(host)
    except (Invalid, Refused):
        return False
    plain = text.isascii() and text.isprintable() and " " not in text and len(text) <= 500
    return plain and parts.scheme == "https" and "@" not in parts.netloc and not parts.fragment and port != 0


def add_contact(home: Home, acting: Acting, said: Contact) -> Recipient:
    """Somebody new, or somebody known who is reached otherwise now; then they have to be verified again."""
    acting.must_be(*WORKING, to="change contacts")
    with durable():
        take_turn()
        made, _what = _put(home, acting, said)
    seal_log(home, acting)
    return made


def _put(home: Home, acting: Acting, said: Contact) -> tuple[Recipient, str]:
    """The row, and whether it was added, changed or the same."""
    values = checked(said)
    found = contacts_of(acting.person).filter(name=values["name"]).select_for_update().first()
    if found is None:
        made = Recipient.objects.create(unit=acting.unit, added_at=acting.now(), added_by=acting.person, **values)
        log(home, acting, "change", f"contact {made.pk}", {"act": "contact added", "kind": made.kind})
        return made, "added"
    changed = sorted(name for name, value in values.items() if getattr(found, name) != value)
    if not changed:
        return found, "same"
    if {"api", "email"} & set(changed):
        # They are reached otherwise now; what they could not hear of at the old address is not held against them.
        let_in(found, acting.now())
        found.barred_at = None
    for name in changed:
        setattr(found, name, values[name])
    found.verified_at, found.verified_by, found.doubt = None, None, _("it was changed")
    if "api" in changed:
        # What was meant for another address is shown at none.
        Credential.objects.filter(recipient=found).delete()
    found.save()
    log(home, acting, "change", f"contact {found.pk}", {"act": "contact changed", "columns": changed})
    return found, "changed"


def verify_contact(home: Home, acting: Acting, name: str) -> Recipient:
    """This person has reached them by a way they knew before: letters may go there."""
    acting.must_be(*WORKING, to="verify contacts")
    with durable():
        take_turn()
        found = contact_for(acting.person, name)
        found.verified_at, found.verified_by, found.doubt = acting.now(), acting.person, ""
        found.save(update_fields=["verified_at", "verified_by", "doubt"])
        log(home, acting, "change", f"contact {found.pk}", {"act": "contact verified"})
    seal_log(home, acting)
    return found


def list_contacts(home: Home, acting: Acting, after: str = "", most: int | None = None) -> list[Recipient]:
    """Everybody the unit may write to, by name; or so many of them whose names come after one."""
    acting.must_be(*WORKING, to="read contacts")
    rows = contacts_of(acting.person).select_related("verified_by", "credential")
    found = list((rows.filter(name__gt=after) if after and "\x00" not in after else rows)[:most])
    consulted(home, acting, "contacts", {"shown": len(found)})
    return found


def import_contacts(home: Home, acting: Acting, file: Path) -> Imported:
    """The contacts in a CSV file; each row is taken or given back with the reason, and nobody is verified by that."""
    acting.must_be(*WORKING, to="change contacts")
    done = Imported()
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(_rows(csv.DictReader(lines)))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Invalid(_("%(file)s cannot be read as CSV (%(error)s)") % {"file": file, "error": error}) from None
    with durable():
        take_turn()
        for number, row in rows:
            try:
                _made, what = _put(home, acting, _contact(row))
            except Invalid as error:
                done.wrong.append((number, str(error)))
            else:
                setattr(done, what, getattr(done, what) + 1)
    seal_log(home, acting)
    return done


def _rows(reader: "csv.DictReader[str]") -> Iterator[tuple[int, Mapping[str, str]]]:
    if not set(reader.fieldnames or ()) >= {"name", "kind"}:
        raise Invalid(_("the first line names the columns: %(columns)s") % {"columns": ", ".join(COLUMNS)})
    for number, row in enumerate(reader, start=2):
        if number > MOST_ROWS:
            raise Invalid(_("a file of contacts has at most %(most)s rows") % {"most": MOST_ROWS})
        yield number, {key: value or "" for key, value in row.items() if key in COLUMNS}


def _contact(row: Mapping[str, str]) -> Contact:
    if any("\x00" in value for value in row.values()):
        raise Invalid(_("a text may not hold NUL characters"))
    return Contact(
        row["name"],
        row["kind"].strip().lower(),
        row.get("country", ""),
        row.get("email", ""),
        row.get("api", ""),
        row.get("language", "").strip().lower() or "en",
        row.get("takes_hashes", "").strip().lower() in ("yes", "true", "1"),
        tuple(row.get("answers_for", "").split(";")),
    )
