"""Every file is exactly one thing, the first that applies, and what is near to a judgement is never judged by it."""

from dataclasses import replace
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from havre.cases.models import Apart, Outcome
from havre.matches.rules import Evidence, Verdict, decide

REASON = st.sampled_from(["", "because"])

EVIDENCE = st.builds(
    Evidence,
    refusal=REASON,
    quarantine=REASON,
    digest_judged=st.booleans(),
    near_pertinent=st.booleans(),
    near_harmless=st.booleans(),
    held=REASON,
    damage=REASON,
    fingerprinted=st.booleans(),
    founding=st.booleans(),
    unfingerprinted=REASON,
)

ORDER = (
    (Outcome.REFUSED, lambda e: bool(e.refusal)),
    (Outcome.QUARANTINED, lambda e: bool(e.quarantine)),
    (Outcome.KNOWN, lambda e: e.digest_judged),
    (Outcome.NEAR, lambda e: e.near_pertinent),
    (Outcome.REPEAT, lambda e: bool(e.held)),
    (Outcome.NEW, lambda e: True),
)
"""The six outcomes in the order in which they apply, each with when it does."""

HARMLESS = "near only to something judged not pertinent"


@given(EVIDENCE)
def test_the_first_outcome_that_applies_is_the_one(evidence: Evidence) -> None:
    assert decide(evidence).outcome == next(outcome for outcome, applies in ORDER if applies(evidence))


@given(EVIDENCE)
def test_near_something_harmless_decides_nothing_and_is_told_where_a_file_is_new(evidence: Evidence) -> None:
    near = decide(replace(evidence, near_harmless=True))
    far = decide(replace(evidence, near_harmless=False))
    assert replace(near, reason="") == replace(far, reason="")
    assert HARMLESS not in far.reason
    if near.stack or near.apart == Apart.DAMAGED:
        assert near.reason.endswith(HARMLESS)


@given(EVIDENCE)
def test_a_file_founds_a_stack_or_stands_apart_exactly_where_it_is_new(evidence: Evidence) -> None:
    verdict = decide(evidence)
    new = verdict.outcome == Outcome.NEW
    assert (verdict.stack + bool(verdict.apart)) == new


@given(EVIDENCE)
def test_damaged_flat_and_unfingerprinted_files_found_no_stack(evidence: Evidence) -> None:
    whole = not evidence.damage and evidence.fingerprinted and evidence.founding
    assert not decide(evidence).stack or whole


def test_what_was_refused_or_quarantined_says_why() -> None:
    everything = Evidence("not media", "a bomb", True, True, True, "the same bytes", "cut off", True, True, "a video")
    assert decide(everything) == Verdict(Outcome.REFUSED, "not media")
    assert decide(replace(everything, refusal="")) == Verdict(Outcome.QUARANTINED, "a bomb")


def test_damage_is_told_of_what_is_known_or_near() -> None:
    known = Evidence(digest_judged=True, near_pertinent=True, damage="cut off", fingerprinted=True)
    assert decide(known) == Verdict(Outcome.KNOWN, "cut off")
    assert decide(replace(known, digest_judged=False)) == Verdict(Outcome.NEAR, "cut off")


def test_why_a_new_file_founds_no_stack() -> None:
    new = Evidence(fingerprinted=True, founding=True)
    assert decide(new) == Verdict(Outcome.NEW, stack=True)
    assert decide(replace(new, near_harmless=True)) == Verdict(Outcome.NEW, HARMLESS, stack=True)
    assert decide(replace(new, damage="cut off")) == Verdict(Outcome.NEW, "cut off", Apart.DAMAGED)
    both = decide(replace(new, damage="cut off", near_harmless=True))
    assert both == Verdict(Outcome.NEW, f"cut off; {HARMLESS}", Apart.DAMAGED)
    flat = decide(replace(new, founding=False))
    assert flat == Verdict(Outcome.NEW, "too flat for its fingerprint to mean anything", Apart.FLAT)
    video = decide(Evidence(unfingerprinted="a video"))
    assert video == Verdict(Outcome.NEW, "a video", Apart.UNFINGERPRINTED)


def test_all_evidence_of_yes_and_no_gives_one_of_six() -> None:
    answers = product(["", "x"], ["", "x"], *[[False, True]] * 3, ["", "x"], ["", "x"], *[[False, True]] * 2, ["", "x"])
    outcomes = {decide(Evidence(*each)).outcome for each in answers}  # type: ignore[arg-type]
    assert outcomes == set(Outcome)
