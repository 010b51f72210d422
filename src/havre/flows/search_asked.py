"""What a search asks: a file, a digest, a fingerprint, a held medium, or a region of a picture."""

import os
from dataclasses import dataclass, field, replace
from pathlib import Path

from django.utils.translation import gettext as _

from havre.errors import Invalid
from havre.fingerprints import scene
from havre.fingerprints.exact import from_hex
from havre.fingerprints.pdq import MIN_QUALITY
from havre.flows.candidates import TURNS
from havre.flows.home import Home
from havre.matches.digests import Named
from havre.matches.finds import Asker
from havre.matches.marks import Looks, Mark, marks_of
from havre.matching.places import Region
from havre.media.decode.outcomes import Decoded
from havre.media.look import Opened, look
from havre.media.models import Medium
from havre.media.queries import fingerprints_of
from havre.media.sources import Found, shown
from havre.media.upright import orientation
from havre.units.acting import Acting

PDQ_DIGITS = 64

MOST_FRAMES = 300
"""Frames of a held medium that ask: as many as are kept of an animation."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for: digests, fingerprints in eight orientations with their quality, and how to call it."""

    thing: str
    names: tuple[Named, ...] = ()
    prints: tuple[tuple[bytes, int | None], ...] = ()
    asker: Asker = field(default_factory=lambda: Asker(()))
    """What is asked beyond digests and PDQ."""
    notes: tuple[str, ...] = ()
    turned: int = 1
    """How its EXIF asks to turn the file that asks; regions are of its pixels as they are."""
    unread: str = ""
    """Why nothing of the file that asks could be decoded: its digests alone ask."""


def question_of(home: Home, asked: str) -> Question:
    """What a file or hex digits ask. Raises Invalid for anything else."""
    if Path(asked).exists():
        return _of_file(home, asked)
    if not is_digits(asked):
        raise Invalid(
            _(
                "%(asked)s is neither a file nor a fingerprint: give a file, or 32 (MD5), 40 (SHA-1) or 64 (SHA-256 or"
                " PDQ) hex digits"
            )
            % {"asked": shown(asked)}
        )
    return of_digits(asked)


def is_digits(asked: str) -> bool:
    """Whether this is a digest or a PDQ in hex digits."""
    digits = asked.strip().lower()
    return len(digits) in (32, 40, PDQ_DIGITS) and set(digits) <= set("0123456789abcdef")


def of_digits(asked: str) -> Question:
    """What a digest or a PDQ in hex digits asks."""
    digits = asked.strip().lower()
    kind, value = from_hex(digits)
    if len(digits) != PDQ_DIGITS:
        return Question(f"what has this {kind.upper()}", (Named(**{kind: value}),))
    # Nothing tells a SHA-256 from a PDQ. A list states no turned fingerprints: it is asked as it is.
    return Question("what has this SHA-256 or PDQ", (Named(sha256=value),), ((value * TURNS, None),))


def _of_file(home: Home, path: str) -> Question:
    if not Path(path).is_file():
        raise Invalid(_("%(path)s is no file: search for one file at a time") % {"path": shown(path)})
    location = os.fsencode(os.path.realpath(path))
    found = Found(shown(path), location, Path(path).stat().st_size)
    return of_content(home, found, None, f"the file {shown(path)}")


def of_content(home: Home, found: Found, opened: Opened | None, called: str) -> Question:
    """What a file asks, looked at in the sandbox and kept nowhere. Raises Invalid for one that is no medium."""
    with home.worker() as worker:
        looked = look(worker, found, opened)
    digests, decoded = looked.digests, looked.decoded
    if digests is None:
        why = looked.refusal or _("it is an archive, name a file in it")
        raise Invalid(_("%(path)s can't be searched for: %(why)s"), path=found.path, why=why)
    name = Named(digests.md5, digests.sha1, digests.sha256)
    troubles = tuple(filter(None, (looked.refusal, looked.quarantine, decoded.damage if decoded else "")))
    frames = decoded.frames if decoded else ()
    usable = [frame for frame in frames if frame.quality >= MIN_QUALITY]
    if frames and not usable and not (decoded and decoded.imprints):
        troubles += (_("too flat for its fingerprint to mean anything: only equal bytes are found"),)
    asker = Asker(_marks(decoded), (decoded.width, decoded.height) if decoded and decoded.width else None)
    prints = tuple((frame.orientations, frame.quality) for frame in usable)
    turned = orientation(decoded.facts) if decoded else 1
    unread = "" if decoded else looked.refusal or looked.quarantine
    return Question(f"what is like {called}", (name,), prints, asker, troubles, turned, unread)


def of_medium(home: Home, acting: Acting, medium: Medium) -> Question:
    """What a held medium asks: for everything like it, itself left out."""
    prints = fingerprints_of(acting.person, medium).filter(partial=False, quality__gte=MIN_QUALITY)
    asked = tuple((bytes(each.orientations), each.quality) for each in prints[:MOST_FRAMES])
    marks = marks_of(Looks(acting.unit, home.keys.unit(str(acting.unit.pk))), [medium.pk]).get(medium.pk, [])
    size = (medium.width, medium.height) if medium.width and medium.height else None
    return Question(f"what is like medium {medium.pk}", (named(medium),), asked, Asker(tuple(marks), size, medium.pk))


def _marks(decoded: Decoded | None) -> tuple[Mark, ...]:
    return tuple(Mark(made) for made in decoded.imprints) if decoded else ()


def only_region(question: Question, region: Region) -> Question:
    """The same of a part of a picture alone. Raises Invalid where that lies outside, or has nothing to be found by."""
    asker = question.asker
    views = tuple(mark for mark in asker.marks if mark.method == scene.METHOD and mark.made.at is None)
    x, y, width, height = region
    if asker.size is None or not views:
        raise Invalid(_("a region is of a picture in which there is something to be seen: this is none"))
    if min(x, y) < 0 or min(width, height) < 1 or x + width > asker.size[0] or y + height > asker.size[1]:
        raise Invalid(
            _("this region lies outside the picture of %(width)s × %(height)s pixels")
            % {"width": asker.size[0], "height": asker.size[1]}
        )
    only = replace(asker, marks=views, region=region)
    return replace(question, names=(), prints=(), asker=only, thing=f"{question.thing}, in a region of it")


def named(medium: Medium) -> Named:
    """By which digests it is looked up."""
    return Named(bytes(medium.md5), bytes(medium.sha1), bytes(medium.sha256))
