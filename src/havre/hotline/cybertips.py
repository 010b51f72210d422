"""A report as the CyberTipline has it, as what is told a hotline: its addresses, danger, and all of it as text."""

from hashlib import sha256

from django.utils.translation import gettext as _

from havre.cybertip.told import Gist, gist_of, in_parts
from havre.cybertip.tree import MOST_BYTES as MOST_XML
from havre.errors import Invalid
from havre.hotline.partner_rows import Row
from havre.hotline.telling import LONGEST_ADDRESS, LONGEST_LINE, LONGEST_TEXT, MOST_ADDRESSES, Told, told_of

MOST_BYTES = MOST_XML
MOST_PARTS = 90
"""Of one report: as many additions as a report takes, less some for what comes later."""


def rows_of(data: bytes) -> list[Row]:
    """A report, and behind it what does not fit into one letter, under the same reference; nothing is left out.

    Raises Invalid where it is no report, or more than a report takes with its additions.
    """
    gist = gist_of(data)
    reference = sha256("\n".join(gist.lines).encode("utf-8", "replace")).hexdigest()
    return [Row(1, told, reference) for told in told_by(gist, about="")]


def told_by(gist: Gist, about: str) -> list[Told]:
    """What a report says, in as many pieces as it takes; each says that a child is in danger where the report does."""
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
