"""Whether a report without a reference looks like one filed before: changed in a word, it would count twice."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from havre.cybertip.filing import Filing
from havre.cybertip.life import OPEN, Round
from havre.cybertip.report import Report
from havre.errors import HavreError, Refused
from havre.flows.cybertip_journal import Journal, events_in, folders_in, kept_in, service_of
from havre.flows.cybertip_known import digest_of, lies_at
from havre.flows.cybertip_prepare import Ready, read_kept, standing

ENOUGH = 2
"""So many things in common make two reports alike: one picture or one account alone is in many reports."""


@dataclass(frozen=True, slots=True)
class Traits:
    """What two reports of one thing have in common, however they are worded."""

    files: frozenset[str]
    accounts: frozenset[str]
    addresses: frozenset[str]
    times: frozenset[str]

    def common(self, other: "Traits") -> list[str]:
        """The names of what they share."""
        pairs = {
            "a file": self.files & other.files,
            "an account": self.accounts & other.accounts,
            "an address": self.addresses & other.addresses,
            "the time": self.times & other.times,
        }
        return [name for name, shared in pairs.items() if shared]


def must_be_another(root: Path, service: str, key: str, filing: Filing, folder: Path) -> None:
    """Raises Refused where one like it was filed there before, with how to go on; one with a reference is its own."""
    if filing.reference:
        return
    here = _traits(filing.report, [digest_of(lies_at(folder, each)) for each in filing.files])
    for there, ready, last in _filed(root, service, key):
        shared = here.common(_traits(ready.filing.report, [each.sha256 for each in ready.media]))
        if len(shared) >= ENOUGH:
            raise _alike(ready, last, " and ".join((", ".join(shared[:-1]), shared[-1])), there.name)


def _filed(root: Path, service: str, key: str) -> Iterator[tuple[Path, Ready, Round | None]]:
    """What is kept of other reports to the same service."""
    for folder in folders_in(root):
        if folder.name == key:
            continue
        try:
            if service_of(folder) != service:
                continue
            ready = read_kept(kept_in(folder))
            if ready is not None:
                yield folder, ready, standing(Journal(folder, events_in(folder)), ready).last
        except (HavreError, OSError):
            continue  # it is told when it is read itself


def _traits(report: Report, digests: list[str]) -> Traits:
    people = report.person_or_user_reported
    pages = [each.web_page_incident for each in report.internet_details if each.web_page_incident is not None]
    return Traits(
        frozenset(digest for digest in digests if digest),
        frozenset(name for each in people for name in (each.esp_identifier, each.screen_name) if name),
        frozenset(url for page in pages for url in page.url),
        frozenset({report.incident_summary.incident_date_time.isoformat()}),
    )


def _alike(ready: Ready, last: Round | None, shared: str, key: str) -> Refused:
    said = {"called": ready.filing.reference or key[:12], "shared": shared}
    if last is None:
        return Refused(
            "this looks like the report %(called)s, which waits to be sent: both have %(shared)s; `havre report resume`"
            " sends that one, and if this is another it needs a reference of its own: --reference",
            **said,
        )
    if last.state in OPEN:
        return Refused(
            "this looks like report %(report)s (%(called)s), which is open at the service: both have %(shared)s; take"
            " that back first with --retract --report %(report)s, and if this is another it needs a reference of its"
            " own: --reference",
            report=last.report,
            **said,
        )
    return Refused(
        "this looks like report %(report)s (%(called)s), which was finished on %(day)s: both have %(shared)s; if it"
        " says something new, or is another, it needs a reference of its own: --reference",
        report=last.report,
        day=last.over_at.date() if last.over_at is not None else "",
        **said,
    )
