"""Whether a mail alone may change something: anybody can write any sender, and references stand in public registers.

Written down for people in docs/decisions/0238. Values in, values out.
"""

from havre.notices.models import Letter, Recipient, Transmission
from havre.notices.reading_mail import Incoming, Kind


def believed(mail: Incoming, contact: Recipient, letter: Transmission | None) -> bool:
    """Whether a receipt or a bounce counts as one: it names a letter, by the name that only who had the letter knows,
    that went to the address which the contact still has; and a receipt also comes from there.

    What takes something back goes to every address that ever had it, and may come back from each.
    """
    if letter is None:
        return False
    still = letter.to == contact.email
    if mail.kind is Kind.BOUNCE:
        return still or letter.letter == Letter.RETRACTION
    return still and contact.verified_at is not None and from_them(mail.sender, contact)


def from_them(sender: str, contact: Recipient) -> bool:
    """Whether a sender is the contact's address, or of its domain or one below: tickets are answered by machines."""
    domain = contact.email.rpartition("@")[2].casefold()
    theirs = sender.rpartition("@")[2].casefold()
    return bool(domain) and (theirs == domain or theirs.endswith(f".{domain}"))
