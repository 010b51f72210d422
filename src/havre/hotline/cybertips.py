"""A report as the CyberTipline has it, as what is told a hotline: its addresses, danger, and all of it as text."""

from hashlib import sha256

from django.utils.translation import gettext as _

from havre.cybertip.told import Gist, in_parts
from havre.errors import Invalid
from havre.hotline.telling import LONGEST_ADDRESS, LONGEST_LINE, LONGEST_TEXT, MOST_ADDRESSES, Told, told_of

MOST_PARTS = 90
"""Of one report: as many additions as a report takes, less some for what comes later."""


def reference_of(gist: Gist) -> str:
    """By what a report is known that comes again, however its XML is laid out."""
    return sha256("\n".join(gist.lines).encode("utf-8", "replace")).hexdigest()


def told_by(gist: Gist, about: str) -> list[Told]:
    """What a report says, in as many pieces as it takes; each says that a child is in danger where the report does.

    Raises Invalid where it says more than a report takes with its additions; nothing is left out.
    """
    fit = [each for each in gist.addresses if len(each) <= LONGEST_ADDRESS]  # a longer one stands in the text alone
    texts = in_parts(gist.lines, LONGEST_TEXT)
    groups = [tuple(fit[at : at + MOST_ADDRESSES]) for at in range(0, len(fit), MOST_ADDRESSES)]
    count = max(len(texts), len(groups))
    if count > MOST_PARTS:
        raise Invalid(_("this report says more than a report takes: send what is long as files, or in several reports"))
    texts += [""] * (count - len(texts))
    groups += [()] * (count - len(groups))
    return [
        told_of(
            Told(
                addresses=addresses,
                seen=text,
                when=gist.when[:LONGEST_LINE],
                contact=gist.contact[:LONGEST_LINE],
                danger=gist.danger,
                about=about,
            )
        )
        for addresses, text in zip(groups, texts, strict=True)
    ]
