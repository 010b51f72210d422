"""A platform subscribes to a list, finds an upload on it, says that the entry is wrong, and hears it taken back; and
somebody protects a picture of their own by its hashes alone, and takes that back.

A made-up Belgian unit and a made-up platform; drawn landscapes stand for everything, and nothing is asked of anywhere
but this machine. What must answer in a process of its own is begun by whoever plays the story.
"""

import io
import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from hashlib import md5, sha256
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from havre.assessments.facts import Facts
from havre.assessments.queries import stacks_for
from havre.assessments.say import Saying
from havre.fingerprints.pdq import fingerprint
from havre.flows.assess import judge
from havre.flows.begin import ALL_ROLES, add_colleague, begin_node
from havre.flows.dossier import open_dossier
from havre.flows.feed_entries import confirm, judge_again, propose
from havre.flows.feed_keys import make_keys
from havre.flows.feed_subscribers import add_subscriber, receipts
from havre.flows.home import Home
from havre.flows.intake import take_in
from havre.flows.match_uploads import Lists, subscribe
from havre.flows.open_door import open_door
from havre.flows.publish_feed import publish
from havre.flows.restrict import restrict
from havre.flows.scenery import scenes
from havre.flows.self_listed import tend_self_service
from havre.flows.take_letters import take_in as take_letters
from havre.hashlists.entry import Kind
from havre.hotline.letters import write_letter
from havre.hotline.models import LetterKind
from havre.hotline.telling import Told as Said
from havre.restrictions.model import Level, Restriction
from havre.sealing.receipt import new_code
from havre.selfservice.door import write_hashes
from havre.selfservice.given import Given, Hashed, Print
from havre.settings import Settings
from havre.units.acting import Acting, Clock
from havre.units.queries import person_named

NAME = "platform"
REASON = "demonstration"
UNIT, COUNTRY = "Demonstration unit", "BE"
FIRST, SECOND = "anke", "bram"
CASE, LIST, PLATFORM = "2026-52", "national-be", "Harbour Pictures"
UNREVIEWED = "unreviewed"
SEED, PICTURES, OWN = 52, 4, 53
FACTS = Facts("6-9", ("act",), "camera")
"""What the landscapes are judged to show, so that there is something to publish."""
TO_PLATFORMS = Restriction(Level.OPEN, groups=frozenset({"platform"}), onward=True)

Tell = Callable[[str], None]
Serve = Callable[[], AbstractContextManager[str]]
"""Serves the lists of the home until its end; the address under which subscribers have theirs."""


@dataclass
class Told:
    """The story as it went."""

    steps: list[dict[str, str]] = field(default_factory=list)
    found: list[int] = field(default_factory=list)
    """Entries that the upload is on, at each look."""
    receipts: list[dict[str, Any]] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """The fields of the command line."""
        return {"steps": self.steps, "found": self.found, "receipts": self.receipts}


def subscribe_and_hear(
    settings: Settings, folder: Path, clock: Clock, serve: Serve, tell: Tell = lambda _: None
) -> Told:
    """Play the story in a new home; `folder` is where its made-up files lie, and the platform's lists."""
    begin_node(settings, COUNTRY, UNIT, FIRST, clock, REASON)
    home = Home(settings)
    try:
        story = Story(home, clock, folder, tell)
        story.prepare()
        with serve() as address:
            story.play(address)
        return story.told
    finally:
        home.close()


class Story:
    """What two people of the unit do, and what the platform's machines do meanwhile."""

    def __init__(self, home: Home, clock: Clock, folder: Path, tell: Tell) -> None:
        self.home, self.clock, self.folder, self._tell = home, clock, folder, tell
        self.told = Told()
        self.anke = Acting(person_named(FIRST), clock, REASON)
        self.bram = Acting(add_colleague(home, self.anke, SECOND, "", ALL_ROLES), clock, REASON)
        self._root = self._path = Path()

    def prepare(self) -> None:
        """What the unit holds, and the list that it makes of one picture of it."""
        pictures = [picture for _, picture in scenes(PICTURES, SEED)]
        drive = self.folder / "drive"
        drive.mkdir(parents=True)
        for number, picture in enumerate(pictures, start=1):
            picture.save(drive / f"{number}.jpg", quality=90)
        self._upload = _as_a_platform_makes_it(pictures[0])
        self._listed = sha256((drive / "1.jpg").read_bytes()).hexdigest()
        open_dossier(self.home, self.anke, CASE, "a made-up warrant", REASON)
        totals = take_in(self.home, self.anke, CASE, str(drive), workers=1, series=False)
        self._say(f"{totals.found} drawn landscapes are taken in, for once as if they showed a crime")
        for acting in (self.anke, self.bram):
            stacks = [stack.pk for stack in stacks_for(acting.person)]
            judge(self.home, acting, stacks, f"{NAME} {acting.person.name}", Saying("1", FACTS))
            self._say(f"{acting.person.name} judges them")
        self._root = Path(make_keys(self.home, self.anke, self.folder / "root keys")["root"])
        restrict(self.home, self.anke, "media", self._listed, TO_PLATFORMS)
        self._say("one of them may go to platforms: its source says so")
        self._proposed()
        told = add_subscriber(self.home, self.anke, PLATFORM, "platform", [LIST, UNREVIEWED])
        self._path, self._token = told["path"], self.folder / "token"
        self._token.write_text(told["token"])
        self._publish()

    def play(self, address: str) -> None:
        """The platform at its own address of the unit's lists."""
        feed = address.rstrip("/") + str(self._path)
        with subscribe(self.folder / PLATFORM, feed, root=self._root, token=self._token) as lists:
            self._say(f"{PLATFORM} subscribes, and verifies the list from the root that it was given")
            number = self._looked(lists)
            lists.vote(LIST, number, up=False, reason="a landscape: nobody is in it")
            self._say(f"{PLATFORM} looked before it acted: it says that entry {number} is wrong")
            self._publish()
            judge_again(self.home, self.bram, number, False, "it is a landscape")
            self._say(f"{SECOND} decides: entry {number} is taken back")
            self._publish()
            lists.refresh()
            self._looked(lists)
            self._protected(lists)
        self.told.receipts = receipts(self.home, self.anke)
        behind = sum(each["missing"] for each in self.told.receipts)
        self._say(f"{PLATFORM} acknowledged the retraction: {behind} are missing")

    def _protected(self, lists: Lists) -> None:
        """Somebody hands over hashes of a picture that nobody here sees; the platform looks; they take it back."""
        ((_name, picture),) = scenes(1, OWN)
        code, door = new_code(os.urandom), open_door(self.home, self.anke)
        write_hashes(door, code, Given((as_a_browser_does(picture),), platforms=True), self.clock())
        self._taken()
        self._say("somebody protects a picture of their own: its hashes came by the door, and no picture")
        self._publish()
        lists.refresh()
        upload = _as_a_platform_makes_it(picture)
        (match,) = lists.match(upload).matches
        must = "confirmed by people" if match.entry.reviewed else "which nobody saw: it must look before it acts"
        self._say(f"{PLATFORM} finds an upload on the list {match.list}, {must}")
        write_letter(door, code, LetterKind.WITHDRAWAL, Said(), self.clock())
        self._taken()
        self._say("they take it back with their code: the hashes are erased here")
        self._publish()
        lists.refresh()
        self._say("that upload is on no list any more" if not lists.match(upload).matches else "it is still found")

    def _taken(self) -> None:
        """What the worker does: letters are taken in, and lists are told."""
        take_letters(self.home, self.anke.unit, self.clock)
        tend_self_service(self.home, self.clock)

    def _proposed(self) -> None:
        entry = propose(self.home, self.anke, self._listed, LIST)
        self._say(f"{FIRST} proposes it for the list {LIST}")
        confirm(self.home, self.bram, entry.number)
        self._say(f"{SECOND} confirms it; nobody may do both")

    def _publish(self) -> None:
        done = publish(self.home, self.anke)
        what = f"{done.changed} changed, {done.retracted} taken back"
        self._say(f"version {done.version} is signed and published: {what}")

    def _looked(self, lists: Lists) -> int:
        """The entry on which the upload is; 0 where it is on none."""
        found = [match.entry.number for match in lists.match(self._upload).matches]
        self.told.found.append(len(found))
        if not found:
            self._say("the same upload is on no list any more")
            return 0
        self._say(f"an upload, scaled down and saved anew, is entry {found[0]} of {LIST}")
        return found[0]

    def _say(self, what: str) -> None:
        at = self.clock()
        self.told.steps.append({"at": at.isoformat(), "what": what})
        self._tell(what)


def as_a_browser_does(picture: Image.Image) -> Hashed:
    """What a browser hands over of this picture's file."""
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=90)
    content = file.getvalue()
    made = fingerprint(np.asarray(Image.open(file).convert("RGB")))
    prints = (Print(made.quality, made.orientations[:32].hex()),)
    exact = md5(content, usedforsecurity=False).hexdigest(), sha256(content).hexdigest()
    return Hashed(Kind.PICTURE, *exact, prints)


def _as_a_platform_makes_it(picture: Image.Image) -> bytes:
    """The same picture at half its size, with another quality."""
    file = io.BytesIO()
    picture.resize((picture.width // 2, picture.height // 2)).save(file, "JPEG", quality=70)
    return file.getvalue()
