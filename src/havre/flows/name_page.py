"""An address that somebody of the hotline read in what a reporter said is one of the report's pages from then on.

What stands in the text is not taken in by itself: whoever reports may name a page that they do not mean.
"""

from django.utils.translation import gettext as _

from havre.addresses.address import Address, address_of
from havre.addresses.in_text import addresses_in
from havre.errors import Refused
from havre.flows.answer_reporter import Read, thing_of
from havre.flows.at_page import WORKING, policy_for
from havre.flows.home import Home, durable, log, seal_log, take_turn
from havre.flows.take_letters import Desk, Taken, mention
from havre.hotline.models import Mention, Page
from havre.hotline.queries import report_for
from havre.hotline.retention import settle
from havre.hotline.telling import words_of
from havre.restrictions.visible import owned_by
from havre.sealing.door import door_opener
from havre.units.acting import Acting


def name_page(home: Home, acting: Acting, number: int, address: str) -> Page:
    """The page at this address, named by the report; said again, nothing changes. Raises Invalid for no address."""
    acting.must_be(*WORKING, to="read reports")
    read = address_of(address)
    with durable():
        take_turn()
        report = report_for(acting.person, number)
        if report.withdrawn_at is not None or report.erased_at is not None:
            raise Refused(_("this report was withdrawn, or erased: nothing can be added to it"))
        named = Mention.objects.filter(report=report)
        if not named.filter(page__digest=read.digest).exists():
            opener = door_opener(home.keys.unit(str(acting.unit.pk)))
            mention(Desk(home, acting.unit, opener, acting.now(), Taken()), report, read, named.count(), report.at)
            report.settled_at = None
            settle(report, acting.now(), policy_for(home, acting.unit).days)
            log(home, acting, "change", thing_of(report), {"act": "page named", "pages": named.count()})
        page = owned_by(acting.unit, Page.objects).get(digest=read.digest)
    seal_log(home, acting)
    return page


def could_be_named(read: Read) -> list[Address]:
    """Addresses in what the reporter said and added, that are none of the report's pages yet."""
    if read.told is None:
        return []
    texts = [
        read.told.seen,
        read.told.where,
        *read.told.addresses,
        *(words_of(told) for _row, told in read.additions if told is not None),
    ]
    there = {bytes(page.digest) for page in read.pages}
    found = {each.digest: each for text in texts for each in addresses_in(text)}
    return [each for digest, each in found.items() if digest not in there]
