"""A content is one row however often it was found; what a unit holds already is not written again."""

from dataclasses import replace
from hashlib import sha256

import pytest

from havre.fingerprints.exact import digest
from havre.media.decode.outcomes import Decoded, Fact, Frame
from havre.media.keep import holder, keep_media, kept
from havre.media.kinds import KINDS
from havre.media.look import Looked
from havre.media.models import Fact as FactRow
from havre.media.models import Fingerprint, Medium, SealedFile
from havre.media.queries import sealed_files_for
from havre.media.sources import Found
from havre.media.store import Kept
from tests.cast import NOON, introduce

FRAMES = (Frame(0, bytes(256), 100), Frame(3, bytes([1]) * 256, 7))
FACTS = (Fact("camera", "X100", "EXIF:Model"),)
SHOWN = Decoded("gif", 128, 96, FRAMES, 4, None, FACTS, b"preview", ("frames 1 and 2 are alike",))

copies = iter(range(10**6))


def looked(data: bytes, path: str = "a", decoded: Decoded | None = SHOWN, **more: object) -> Looked:
    """A file that a lane took and sealed."""
    sealed = tuple(
        Kept(f"{next(copies)}", b"key", "1", sha256(part).digest(), purpose)
        for purpose, part in (("original", data), ("preview", b"preview"))
    )
    taken = Looked(Found(path, b"a"), len(data), digest(data), KINDS["gif"], decoded=decoded, sealed=sealed)
    return replace(taken, **more)  # type: ignore[arg-type]


@pytest.mark.usefixtures("database")
def test_a_medium_keeps_all_that_was_found_out_about_it() -> None:
    belgium = introduce().belgium
    batch = keep_media(belgium, [looked(b"one")], NOON)
    (medium,) = Medium.objects.all()
    assert batch.media == {digest(b"one").sha256: medium}
    assert (medium.unit, medium.bytes, medium.kind, medium.family) == (belgium, 3, "gif", "picture")
    assert (medium.width, medium.height, medium.frames, medium.damage) == (128, 96, 4, "")
    assert (medium.notes, medium.quarantine, medium.held_since) == (["frames 1 and 2 are alike"], "", NOON)
    assert list(FactRow.objects.values_list("name", "value", "field")) == [("camera", "X100", "EXIF:Model")]
    assert sorted(SealedFile.objects.values_list("purpose", flat=True)) == ["original", "preview"]
    prints = [(p.frame, bytes(p.orientations), p.quality, p.partial) for p in Fingerprint.objects.order_by("id")]
    assert prints == [(0, bytes(256), 100, False), (3, bytes([1]) * 256, 7, False)]
    assert [each.pk for each in batch.fingerprints[medium.pk]] == [p.pk for p in Fingerprint.objects.order_by("id")]


@pytest.mark.usefixtures("database")
def test_the_same_bytes_twice_in_a_batch_are_one_medium_and_the_second_sealing_is_superfluous() -> None:
    first, second = looked(b"one", "a"), looked(b"one", "b")
    batch = keep_media(introduce().belgium, [first, second], NOON)
    assert (Medium.objects.count(), batch.superfluous, batch.before) == (1, second.sealed, frozenset())
    assert set(SealedFile.objects.values_list("blob", flat=True)) == {kept.blob for kept in first.sealed}


@pytest.mark.usefixtures("database")
def test_what_the_unit_holds_is_given_back_with_its_fingerprints_and_not_written_again() -> None:
    belgium = introduce().belgium
    before = keep_media(belgium, [looked(b"one")], NOON)
    again, passed = looked(b"one"), looked(b"one", sealed=(), decoded=None, held=True)
    batch = keep_media(belgium, [again, passed, looked(b"two")], NOON)
    assert (batch.before, batch.superfluous) == (frozenset({digest(b"one").sha256}), again.sealed)
    assert batch.media.keys() == {digest(b"one").sha256, digest(b"two").sha256}
    medium = before.media[digest(b"one").sha256]
    assert batch.fingerprints[medium.pk] == before.fingerprints[medium.pk]
    assert (Medium.objects.count(), Fingerprint.objects.count()) == (2, 4)


@pytest.mark.usefixtures("database")
def test_each_unit_has_its_own_row_of_the_same_bytes() -> None:
    cast = introduce()
    keep_media(cast.belgium, [looked(b"one")], NOON)
    batch = keep_media(cast.italy, [looked(b"one")], NOON)
    assert (batch.before, Medium.objects.count()) == (frozenset(), 2)


@pytest.mark.usefixtures("database")
def test_fingerprints_of_a_damaged_picture_are_partial() -> None:
    keep_media(introduce().belgium, [looked(b"one", decoded=replace(SHOWN, damage="cut off"))], NOON)
    assert Medium.objects.get().damage == "cut off"
    assert set(Fingerprint.objects.values_list("partial", flat=True)) == {True}


@pytest.mark.usefixtures("database")
def test_quarantined_media_are_kept_with_the_reason_and_refused_files_are_not() -> None:
    quarantined = looked(b"bomb", decoded=None, quarantine="too many pixels")
    refused = looked(b"text", decoded=None, refusal="not media", sealed=())
    unread = Looked(Found("a", b"a"), refusal="can't be read")
    batch = keep_media(introduce().belgium, [quarantined, refused, unread], NOON)
    (medium,) = Medium.objects.all()
    assert (list(batch.media.values()), medium.quarantine, medium.width) == ([medium], "too many pixels", None)


@pytest.mark.usefixtures("database")
def test_a_sealed_file_says_all_that_the_store_needs_to_open_it() -> None:
    cast = introduce()
    taken = looked(b"one")
    keep_media(cast.belgium, [taken], NOON)
    files = {kept(file) for file in sealed_files_for(cast.bram)}
    assert {(f.blob, f.wrapped_key, f.sha256, f.purpose) for f in files} == {
        (f.blob, f.wrapped_key, f.sha256, f.purpose) for f in taken.sealed
    }
    assert {f.unit for f in files} == {str(cast.belgium.pk)}


@pytest.mark.usefixtures("database")
def test_a_lane_is_told_whether_its_unit_holds_some_bytes() -> None:
    cast = introduce()
    keep_media(cast.belgium, [looked(b"one")], NOON)
    ours, theirs = holder(cast.belgium), holder(cast.italy)
    one, other = digest(b"one").sha256, digest(b"two").sha256
    assert [ours(one), ours(other), theirs(one)] == [True, False, False]
