"""What was typed into a form, as a value, and what of it must be mended; nothing typed is lost."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from havre.addresses.address import address_of
from havre.addresses.in_text import addresses_in
from havre.entrypoints.public.gathering import MOST_BODY
from havre.errors import Invalid
from havre.hotline.models import Relation
from havre.hotline.telling import LONGEST_LINE, LONGEST_TEXT, MOST_ADDRESSES, Told

Posted = Mapping[str, str]

WHATS: Mapping[str, str] = {
    "pictures": "Pictures or videos of a child.",
    "contact": "An adult who seeks contact with a child.",
    "family": "Family photos that were taken and commented on.",
    "other": "",
}
"""What can be ticked, and how the hotline reads it: in English, whatever the language of the form."""

RELATIONS = {each.value.replace(" ", "-") or "unsaid": each for each in Relation}

LIMITS = {
    "address": MOST_BODY,
    "seen": LONGEST_TEXT - 200,
    "where": LONGEST_TEXT,
    "when": LONGEST_LINE,
    "contact": LONGEST_LINE,
    "about": LONGEST_LINE,
    "more": LONGEST_TEXT,
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What must be mended at one field."""

    field: str
    said: str


def report(posted: Posted) -> tuple[Told, list[Problem]]:
    """A report, and what must be mended before it is one."""
    addresses, rest = places(posted.get("address", ""))
    problems = too_long(posted, "address", "seen", "where", "when", "contact")
    if len(addresses) > MOST_ADDRESSES:
        problems.append(Problem("address", _("Give at most 50 addresses. Send the others in a second report.")))
    if not (addresses or rest or posted.get("seen", "").strip()):
        problems.append(Problem("address", _("Give an address, or tell us where you saw it.")))
    seen = "\n".join(filter(None, [WHATS.get(posted.get("what", ""), ""), rest, posted.get("seen", "").strip()]))
    if len(seen) > LONGEST_TEXT and not problems:
        problems.append(Problem("address", _("This is too long. Please make it shorter.")))
    told = Told(
        addresses=tuple(addresses),
        seen=seen,
        where=posted.get("where", ""),
        when=posted.get("when", ""),
        relation=RELATIONS.get(posted.get("who", ""), Relation.NOT_SAID),
        danger=posted.get("danger") == "1",
        contact=posted.get("contact", ""),
        language=get_language() or "en",
    )
    return told, problems


def challenge(posted: Posted) -> tuple[Told, list[Problem]]:
    """What somebody says is wrong, and what must be mended before it is that."""
    problems = too_long(posted, "about", "seen", "contact")
    if not posted.get("about", "").strip():
        problems.append(Problem("about", _("Say what you do not agree with: an address, or the number of our letter.")))
    if not posted.get("seen", "").strip():
        problems.append(Problem("seen", _("Say why you do not agree.")))
    told = Told(
        seen=posted.get("seen", ""),
        about=posted.get("about", ""),
        contact=posted.get("contact", ""),
        language=get_language() or "en",
    )
    return told, problems


def addition(posted: Posted) -> tuple[Told, list[Problem]]:
    """What somebody adds, and what must be mended before it is that. That a child is in danger now is enough."""
    more, danger = posted.get("more", ""), posted.get("danger") == "1"
    problems = too_long(posted, "more")
    if not (more.strip() or danger):
        problems = [Problem("more", _("Write what you want to add."))]
    return Told(seen=more, danger=danger, language=get_language() or "en"), problems


def contest(posted: Posted) -> tuple[Told, list[Problem]]:
    """What a provider says is wrong of its record, and what must be mended before it is that."""
    problems = too_long(posted, "seen", "contact")
    if not posted.get("seen", "").strip():
        problems.append(Problem("seen", _("Say why you do not agree.")))
    told = Told(seen=posted.get("seen", ""), contact=posted.get("contact", ""), language=get_language() or "en")
    return told, problems


def too_long(posted: Posted, *fields: str) -> list[Problem]:
    """Fields with more in them than is kept."""
    long = (field for field in fields if len(posted.get(field, "")) > LIMITS[field])
    return [Problem(field, _("This is too long. Please make it shorter.")) for field in long]


def places(text: str) -> tuple[list[str], str]:
    """The addresses in what was typed as the place, each once; and the lines that are none, for a person to read."""
    found: dict[str, None] = {}
    rest: list[str] = []
    for line in filter(None, (each.strip() for each in text.replace("\0", "").splitlines())):
        inside = [line] if _is_address(line) else [str(each) for each in addresses_in(line)]
        found |= dict.fromkeys(inside)
        if inside != [line]:
            rest.append(line)
    return list(found), "\n".join(rest)


def _is_address(line: str) -> bool:
    try:
        address_of(line)
    except Invalid:
        return False
    return True
