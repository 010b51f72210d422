"""What a file is, decided from the evidence: pure, so that it can be held against a table and against chance.

The outcomes apply in a fixed order and exactly one is given. Near never inherits a judgement.
"""

from dataclasses import dataclass

from havre.cases.models import Apart, Outcome


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that was found out about one file."""

    refusal: str = ""
    """Why it is not media or could not be read."""
    quarantine: str = ""
    """Why it may not be decoded."""
    digest_judged: bool = False
    """A digest equals something judged pertinent or not."""
    near_pertinent: bool = False
    """By PDQ, by a part that both have, or by features it is the same as something judged pertinent."""
    near_harmless: bool = False
    """The same of something judged not pertinent."""
    held: str = ""
    """How an unjudged medium already held is the same: 'the same bytes', 'visually the same'."""
    damage: str = ""
    fingerprinted: bool = False
    """At least one frame has a PDQ, of whatever quality."""
    founding: bool = False
    """At least one frame of an undamaged picture has a PDQ of sufficient quality."""
    unfingerprinted: str = ""
    """Why there is no fingerprint, where there is none."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one item is, and the one sentence why."""

    outcome: Outcome
    reason: str = ""
    apart: str = ""
    stack: bool = False


def decide(evidence: Evidence) -> Verdict:
    """The first outcome that applies: refused, quarantined, known, near, repeat, new."""
    if evidence.refusal:
        return Verdict(Outcome.REFUSED, evidence.refusal)
    if evidence.quarantine:
        return Verdict(Outcome.QUARANTINED, evidence.quarantine)
    if evidence.digest_judged:
        return Verdict(Outcome.KNOWN, evidence.damage)
    if evidence.near_pertinent:
        return Verdict(Outcome.NEAR, evidence.damage)
    if evidence.held:
        return Verdict(Outcome.REPEAT, evidence.held)
    return _new(evidence)


def _new(evidence: Evidence) -> Verdict:
    """New, with why it founds no stack where it founds none."""
    harmless = "near only to something judged not pertinent" if evidence.near_harmless else ""
    if evidence.damage:
        return Verdict(Outcome.NEW, _both(evidence.damage, harmless), Apart.DAMAGED)
    if not evidence.fingerprinted:
        return Verdict(Outcome.NEW, evidence.unfingerprinted, Apart.UNFINGERPRINTED)
    if not evidence.founding:
        return Verdict(Outcome.NEW, "too flat for its fingerprint to mean anything", Apart.FLAT)
    return Verdict(Outcome.NEW, harmless, stack=True)


def _both(first: str, second: str) -> str:
    return f"{first}; {second}" if second else first
