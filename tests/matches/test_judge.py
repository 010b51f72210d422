"""A file is judged by everything before it: the decisive matches first, no other unit's, nothing inherited."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from random import Random

import numpy as np
import pytest
from PIL import Image

from havre.cases.models import Outcome
from havre.matches.digests import Named
from havre.matches.judge import KEPT_MATCHES, Bench, Candidate, Judged, Print
from havre.matches.models import Knowledge, MatchKind, Source
from havre.matches.shelves import open_shelf
from havre.media.models import Fingerprint, Medium
from havre.units.models import Person
from tests import films
from tests.cast import NOON, Cast, introduce
from tests.imprinted import known as imprinted
from tests.imprinted import marks, stock, view

PDQ = Random(8).randbytes(32)
HARMLESS = "near only to something judged not pertinent"


@pytest.fixture
def cast(database: object) -> Cast:
    return introduce()


def flipped(bits: int, pdq: bytes = PDQ) -> bytes:
    """The fingerprint with its first bits turned over."""
    return (int.from_bytes(pdq, "big") ^ ((1 << bits) - 1)).to_bytes(32, "big")


def know(by: Person, pertinent: bool | None, pdq: bytes | None = None, **more: object) -> Knowledge:
    source = Source.objects.create(unit=by.unit, path="/l", listing=b"", added_by=by, added_at=NOON)
    return Knowledge.objects.create(
        source=source, unit=by.unit, pertinent=pertinent, pdq=pdq, **({"label": str(pertinent)} | more)
    )


def hold(by: Person, pdq: bytes) -> Medium:
    digest = Random(pdq).randbytes(32)
    medium = Medium.objects.create(
        unit=by.unit, sha256=digest, sha1=digest[:20], md5=digest[:16], bytes=1, kind="jpeg", held_since=NOON
    )
    Fingerprint.objects.create(medium=medium, frame=0, orientations=pdq * 8, quality=100, partial=False)
    return medium


def shown(pdq: bytes, quality: int = 100, *, partial: bool = False, **more: object) -> Candidate:
    """A file that shows this, whichever way it is turned, and whose bytes nobody knows."""
    name = Named(md5=b"m" * 16, sha1=b"s" * 20, sha256=b"t" * 32)
    prints = (Print(None, pdq * 8, quality, partial),)
    return Candidate(**({"name": name, "prints": prints} | more))  # type: ignore[arg-type]


def judged(cast: Cast, root: Path, *candidates: Candidate) -> Sequence[Judged]:
    known, held = (open_shelf(root, cast.belgium, name) for name in ("known", "held"))
    known.catch_up()
    held.catch_up()
    bench = Bench(cast.belgium, known, held, candidates)
    return [bench.judge(candidate) for candidate in candidates]


def test_thirty_one_bits_are_near_and_thirty_two_are_not(cast: Cast, tmp_path: Path) -> None:
    know(cast.anke, True, PDQ)
    answers = judged(cast, tmp_path, *(shown(flipped(bits)) for bits in (0, 31, 32)))
    assert [each.verdict.outcome for each in answers] == [Outcome.NEAR, Outcome.NEAR, Outcome.NEW]
    assert [[match.distance for match in each.matches] for each in answers] == [[0], [31], []]


def test_quality_fifty_asks_and_forty_nine_does_not(cast: Cast, tmp_path: Path) -> None:
    know(cast.anke, True, PDQ)
    asked, flat = judged(cast, tmp_path, shown(PDQ, 50), shown(PDQ, 49))
    assert (asked.verdict.outcome, asked.matches[0].quality) == (Outcome.NEAR, 50)
    assert (flat.verdict.outcome, flat.verdict.apart, flat.matches) == (Outcome.NEW, "flat", [])


def test_the_nearest_pertinent_stands_first_and_what_is_harmless_last(cast: Cast, tmp_path: Path) -> None:
    far, near = know(cast.anke, True, flipped(20)), know(cast.bram, True, flipped(5))
    harmless, medium = know(cast.anke, False, PDQ), hold(cast.anke, flipped(2))
    (answer,) = judged(cast, tmp_path, shown(PDQ))
    assert answer.verdict.outcome == Outcome.NEAR
    matched = [(match.knowledge, match.medium, match.distance) for match in answer.matches]
    assert matched == [(near, None, 5), (far, None, 20), (None, medium, 2), (harmless, None, 0)]


def test_what_is_near_something_harmless_alone_is_new_and_says_so(cast: Cast, tmp_path: Path) -> None:
    know(cast.anke, False, PDQ)
    (answer,) = judged(cast, tmp_path, shown(flipped(3)))
    assert (answer.verdict.outcome, answer.verdict.reason, answer.verdict.stack) == (Outcome.NEW, HARMLESS, True)


def test_a_held_medium_that_was_judged_stands_for_its_judgement(cast: Cast, tmp_path: Path) -> None:
    pertinent, harmless, unjudged = (hold(cast.anke, Random(n).randbytes(32)) for n in range(3))
    for medium, said in ((pertinent, True), (harmless, False)):
        know(cast.anke, said, sha256=bytes(medium.sha256))
    prints = [bytes(m.fingerprints.get().orientations)[:32] for m in (pertinent, harmless, unjudged)]
    answers = judged(cast, tmp_path, *(shown(flipped(4, pdq)) for pdq in prints))
    assert [each.verdict.outcome for each in answers] == [Outcome.NEAR, Outcome.NEW, Outcome.REPEAT]
    assert answers[1].verdict.reason == HARMLESS


def test_equal_digests_decide_before_looks_and_pertinent_stands_before_harmless(cast: Cast, tmp_path: Path) -> None:
    candidate = shown(PDQ)
    know(cast.anke, True, PDQ)
    harmless = know(cast.anke, False, sha256=candidate.name.sha256)
    pertinent = know(cast.bram, True, md5=candidate.name.md5)
    know(cast.bram, None, sha256=candidate.name.sha256)
    (answer,) = judged(cast, tmp_path, candidate)
    assert answer.verdict.outcome == Outcome.KNOWN
    assert [(match.kind, match.knowledge) for match in answer.matches] == [
        (MatchKind.IDENTICAL, pertinent),
        (MatchKind.IDENTICAL, harmless),
    ]


def test_what_is_only_listed_and_not_judged_decides_nothing(cast: Cast, tmp_path: Path) -> None:
    candidate = shown(PDQ)
    listed = know(cast.anke, None, PDQ, sha256=candidate.name.sha256)
    (answer,) = judged(cast, tmp_path, candidate)
    assert (answer.verdict.outcome, answer.verdict.stack) == (Outcome.NEW, True)
    assert [match.knowledge for match in answer.matches] == [listed]


def test_a_damaged_picture_is_near_something_pertinent_and_repeats_nothing(cast: Cast, tmp_path: Path) -> None:
    know(cast.anke, True, PDQ)
    other = Random(9).randbytes(32)
    hold(cast.anke, other)
    near, apart = judged(
        cast, tmp_path, *(shown(pdq, partial=True, damage="cut off") for pdq in (flipped(1), flipped(1, other)))
    )
    assert (near.verdict.outcome, near.verdict.reason) == (Outcome.NEAR, "cut off")
    assert (apart.verdict.outcome, apart.verdict.apart, apart.matches) == (Outcome.NEW, "damaged", [])


def test_refused_and_quarantined_files_match_nothing(cast: Cast, tmp_path: Path) -> None:
    know(cast.anke, True, PDQ, sha256=b"t" * 32)
    answers = judged(cast, tmp_path, shown(PDQ, refusal="not media"), shown(PDQ, quarantine="a bomb"))
    assert [(each.verdict.outcome, each.matches) for each in answers] == [
        (Outcome.REFUSED, []),
        (Outcome.QUARANTINED, []),
    ]


def test_nothing_of_another_unit_is_seen(cast: Cast, tmp_path: Path) -> None:
    know(cast.chiara, True, PDQ, sha256=b"t" * 32)
    hold(cast.chiara, PDQ)
    (answer,) = judged(cast, tmp_path, shown(PDQ))
    assert (answer.verdict.outcome, answer.verdict.reason, answer.matches) == (Outcome.NEW, "", [])


def test_matches_are_kept_up_to_a_number_a_person_would_look_at(cast: Cast, tmp_path: Path) -> None:
    for bits in range(28):
        know(cast.anke, True, flipped(bits))
        know(cast.anke, True, flipped(bits))
    (answer,) = judged(cast, tmp_path, shown(PDQ))
    distances = [match.distance for match in answer.matches]
    assert distances == sorted(each // 2 for each in range(56))[:KEPT_MATCHES]


def test_a_place_in_what_is_near_already_needs_no_telling(cast: Cast, tmp_path: Path) -> None:
    rooms = films.room("astronaut", films.LEFT), films.room("chelsea", films.RIGHT)
    known, asked = (view(np.asarray(Image.open(BytesIO(room)))) for room in rooms)
    entry = imprinted(cast.anke, True, known)
    for pdq, kinds in ((None, [MatchKind.PLACE]), (PDQ, [MatchKind.NEAR])):
        Knowledge.objects.filter(pk=entry.pk).update(pdq=pdq)
        shelf, held = (open_shelf(tmp_path / str(pdq), cast.belgium, name) for name in ("known", "held"))
        shelf.catch_up()
        candidate = shown(PDQ, marks=marks(asked), size=(900, 700))
        found = Bench(cast.belgium, shelf, held, [candidate], stock(tmp_path, cast.belgium)).judge(candidate)
        assert [match.kind for match in found.matches] == kinds
