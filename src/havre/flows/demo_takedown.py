"""One report followed to removal: told at the door, judged by two people, routed, asked of the host, climbed, gone.

A made-up Dutch hotline on a simulated clock; its letters are files, nothing is sent or asked for anywhere.
"""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from havre.flows.begin import ALL_ROLES, add_colleague, begin_node
from havre.flows.draft_notice import confirm, draft
from havre.flows.home import Home
from havre.flows.judge_page import Word, judge_page
from havre.flows.load_hosting import load_hosting
from havre.flows.notice_checked import gone
from havre.flows.notice_contacts import Contact, add_contact, verify_contact
from havre.flows.open_door import open_door
from havre.flows.route_page import route_page
from havre.flows.send_notices import send_due
from havre.flows.take_letters import take_in
from havre.hotline.letters import door_of, follow, write_letter
from havre.hotline.models import LetterKind, Page, Verdict
from havre.hotline.telling import Told
from havre.notices.models import Act, Notice, Outcome, State, Transmission
from havre.restrictions.visible import owned_by
from havre.sealing.receipt import new_code
from havre.settings import Settings
from havre.units.acting import Acting
from havre.units.queries import person_named

NAME = "removal"
REASON = "demonstration"
UNIT, COUNTRY = "Demonstration hotline", "NL"
FIRST, SECOND = "hanna", "joris"
ADDRESS = "https://pictures.example/albums/7?utm_source=mail"
NUMBER = "192.0.2.7"
"""Of a range that nobody has (RFC 5737)."""

HOSTING = {
    "delegated-ripencc-demo": (
        "2|ripencc|20260101|1|19700101|20260101|+0000\n"
        "ripencc|*|ipv4|*|1|summary\n"
        "ripencc|NL|ipv4|192.0.2.0|256|20200101|assigned|demo\n"
    ),
    "prefixes.csv": "prefix,asn\n192.0.2.0/24,64500\n",
    "holders.csv": "asn,name,country,kind\n64500,Harbour Hosting,NL,host\n",
}
"""What a hotline has of where things are hosted; the answer of DNS is made for the day."""

CONTACTS = (
    Contact("Harbour Hosting", "host", "NL", answers_for=("Harbour Hosting",)),
    Contact("Canal Transit", "upstream", "NL", answers_for=("Harbour Hosting",)),
    Contact("Politie", "police", "NL"),
)

Tell = Callable[[str], None]


@dataclass
class Moved:
    """The clock of the story."""

    at: datetime

    def __call__(self) -> datetime:
        """What it shows."""
        return self.at


@dataclass
class Followed:
    """The story as it went."""

    steps: list[dict[str, str]] = field(default_factory=list)
    letters: list[str] = field(default_factory=list)
    """Reference and number of each that left."""
    answers: list[str] = field(default_factory=list)
    """What the reporter reads with the code."""
    hours: float = 0.0
    """From the report to the removal."""

    def to_json(self) -> dict[str, Any]:
        """The fields of the command line."""
        return {"steps": self.steps, "letters": self.letters, "answers": self.answers, "hours": self.hours}


def follow_to_removal(settings: Settings, folder: Path, begins: datetime, tell: Tell = lambda _: None) -> Followed:
    """Play the story in a new home; `folder` is where its made-up files lie."""
    clock = Moved(begins)
    begin_node(settings, COUNTRY, UNIT, FIRST, clock, REASON)
    home = Home(settings)
    try:
        story = Story(home, clock, folder, tell)
        story.play()
        return story.followed
    finally:
        home.close()


class Story:
    """What the people of the hotline do, one after the other."""

    def __init__(self, home: Home, clock: Moved, folder: Path, tell: Tell) -> None:
        self.home, self.clock, self.folder, self._tell = home, clock, folder, tell
        self.followed, self._code, self._told = Followed(), new_code(os.urandom), 0
        self.hanna = Acting(person_named(FIRST), clock, REASON)
        self.joris = Acting(add_colleague(home, self.hanna, SECOND, "", ALL_ROLES), clock, REASON)

    def play(self) -> None:
        """From the report to the answer."""
        self._prepare()
        page = self._reported()
        self._judged(page)
        self._routed(page)
        self._asked(page)
        self._silent()
        self._gone(page)
        self._answered()

    def _say(self, what: str) -> None:
        at = self.clock()
        self.followed.steps.append({"at": at.isoformat(), "what": what})
        self._tell(f"{at:%d %B, %H:%M} {what}")

    def _later(self, **time: int) -> None:
        self.clock.at += timedelta(**time)

    def _prepare(self) -> None:
        answer = {"name": "pictures.example", "type": "A", "value": NUMBER, "at": self.clock().isoformat()}
        files = {**HOSTING, "answers.jsonl": json.dumps(answer) + "\n"}
        for name, text in files.items():
            (self.folder / name).write_text(text)
            load_hosting(self.home, self.hanna, self.folder / name)
        for contact in CONTACTS:
            add_contact(self.home, self.hanna, contact)
            verify_contact(self.home, self.joris, contact.name)
        open_door(self.home, self.hanna)

    def _reported(self) -> Page:
        told = Told(addresses=(ADDRESS,), seen="Pictures of a child on a beach, taken from our family's page.")
        write_letter(door_of(), self._code, LetterKind.REPORT, told, self.clock())
        self._say("somebody reports a page, without a name, and keeps a receipt code")
        self._later(minutes=5)
        take_in(self.home, self.hanna.unit, self.clock)
        return owned_by(self.hanna.unit, Page.objects).get()

    def _judged(self, page: Page) -> None:
        self._later(minutes=40)
        for acting in (self.hanna, self.joris):
            judge_page(self.home, acting, page.pk, Word(Verdict.ACTIONABLE))
            self._say(f"{acting.person.name} judges it: the hotline must act")
            self._later(minutes=15)

    def _routed(self, page: Page) -> None:
        way = route_page(self.home, self.hanna, page.pk).routing
        self._say(f"its way is {way.route}: {way.rule} (policy {way.policy}, {way.policy_version})")

    def _asked(self, page: Page) -> None:
        for notice in draft(self.home, self.hanna, str(page.pk)):
            confirm(self.home, self.joris, notice.reference)
        self._sent()

    def _sent(self) -> None:
        """What is due is done; each letter that left since is told of."""
        send_due(self.home, self.clock)
        rows = owned_by(self.hanna.unit, Transmission.objects, "notice__unit").filter(outcome=Outcome.TAKEN)
        for row in rows.filter(pk__gt=self._told).select_related("notice__recipient").order_by("pk"):
            self._told, notice = row.pk, row.notice
            assert notice is not None
            to, asks = notice.recipient, "remove it" if notice.act == Act.REMOVE else "know of it"
            self._say(f"letter {row.number} to {to.name} ({to.kind}): {asks}")
            self.followed.letters.append(f"{notice.reference} {row.number}")

    def _silent(self) -> None:
        for _day in range(2):
            self._later(hours=24)
            self._sent()
            waiting = owned_by(self.hanna.unit, Notice.objects).filter(due_at=None, state=State.DRAFTED)
            for notice in waiting.select_related("recipient").order_by("pk"):
                self._say(f"silence: {notice.recipient.name} is next")
                confirm(self.home, self.joris, notice.reference)
                self._sent()

    def _gone(self, page: Page) -> None:
        self._later(hours=5)
        gone(self.home, self.joris, str(page.pk))
        page.refresh_from_db()
        removed = page.gone_at or self.clock()
        self.followed.hours = round((removed - page.first_at).total_seconds() / 3600, 1)
        self._say("a person looked: the page is gone")
        self._later(hours=24)
        send_due(self.home, self.clock)

    def _answered(self) -> None:
        self.followed.answers = [text for _at, text in follow(door_of(), self._code).answers]
        self._say("the reporter comes back with the code and reads what became of it")
