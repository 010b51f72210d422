"""Whether a mail alone may change something: anybody can write any sender, and references stand in public registers.

Written down for people in docs/decisions/0238. Values in, values out.
"""

from havre.notices.models import Notice, Recipient, Transmission
from havre.notices.reading_mail import Incoming, Kind


def believed(mail: Incoming, about: Notice, letter: Transmission | None) -> bool:
    """Whether a receipt or a bounce counts as one: it names a letter of this notice, by the name that only who had the
    letter knows, that went to the address which the contact still has; and a receipt also comes from there.
    """
    contact = about.recipient
    if letter is None or letter.notice_id != about.pk or letter.to != contact.email:
        return False
    return mail.kind is Kind.BOUNCE or (contact.verified_at is not None and from_them(mail.sender, contact))


def from_them(sender: str, contact: Recipient) -> bool:
    """Whether a sender is the contact's address, or of its domain or one below: tickets are answered by machines."""
    domain = contact.email.rpartition("@")[2].casefold()
    theirs = sender.rpartition("@")[2].casefold()
    return bool(domain) and (theirs == domain or theirs.endswith(f".{domain}"))
