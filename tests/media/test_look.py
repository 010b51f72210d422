"""Looking at a file says everything about it or why not, reads all of it, and decodes nothing needlessly."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.errors import Invalid, Unavailable
from havre.fingerprints.exact import digest
from havre.media import look as module
from havre.media.decode.outcomes import Broke, Decoded, Exceeded, NotMedia
from havre.media.look import Content, Looked, look
from havre.media.sources import Found
from tests.media.decode.seeds import zipped
from tests.sources import TEXT, VIDEO, picture

PICTURE = picture(1)
SOUND = b"RIFF\0\0\0\0WAVEfmt "
SHOWN = Decoded("jpeg", 128, 128, (), 1, None, (), b"a preview", ())
NOT_MEDIA = "not media: the content is of no kind that is examined"


class Answers:
    """A decoder that gives these answers one after the other, the last for ever; `asked` is what it was given."""

    def __init__(self, *answers: Decoded | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[bytes, str]] = []

    def decode(self, content: bytes | BinaryIO, kind: str) -> Decoded:
        self.asked.append((content if isinstance(content, bytes) else _all_of(content), kind))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


def _all_of(file: BinaryIO) -> bytes:
    file.seek(0)
    return file.read()


def found(data: bytes, stated: int | None = None) -> Found:
    return Found("a", b"a", len(data) if stated is None else stated)


def look_at(data: bytes, decoder: Answers | None = None, stated: int | None = None) -> Looked:
    return look(decoder or Answers(SHOWN), found(data, stated), lambda: io.BytesIO(data))


def test_a_picture_is_digested_typed_and_decoded() -> None:
    decoder = Answers(SHOWN)
    looked = look_at(PICTURE, decoder)
    assert (looked.bytes, looked.digests, looked.decoded) == (len(PICTURE), digest(PICTURE), SHOWN)
    assert looked.kind is not None
    assert decoder.asked == [(PICTURE, "jpeg")]
    assert (looked.refusal, looked.quarantine, looked.held, looked.sealed) == ("", "", False, ())


def test_a_refused_file_is_not_opened() -> None:
    def never() -> io.BytesIO:
        pytest.fail("it was opened")

    refused = Found("a", b"a", refusal="a link: links are never followed")
    assert look(Answers(SHOWN), refused, never) == Looked(refused, refusal="a link: links are never followed")


def test_what_cannot_be_read_is_refused_with_the_reason(tmp_path: Path) -> None:
    missing = Found("a", bytes(tmp_path / "missing"))
    assert look(Answers(SHOWN), missing).refusal == "can't be read: No such file or directory"

    def denied() -> io.BytesIO:
        raise PermissionError(13, "Permission denied")

    assert look(Answers(SHOWN), found(b""), denied).refusal == "can't be read: Permission denied"


def test_a_file_that_fails_half_way_is_refused() -> None:
    class Bad(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError(5, "Input/output error")

    assert look(Answers(SHOWN), found(b"x"), Bad).refusal == "can't be read: Input/output error"


def test_empty_files_and_files_of_no_kind_are_refused_the_latter_with_their_digests() -> None:
    decoder = Answers(SHOWN)
    assert look_at(b"", decoder).refusal == "empty: the file has no bytes"
    text = look_at(TEXT, decoder)
    assert (text.refusal, text.digests, text.kind) == (NOT_MEDIA, digest(TEXT), None)
    assert decoder.asked == []


def test_an_archive_is_only_typed() -> None:
    looked = look_at(zipped(), decoder := Answers(SHOWN))
    assert looked.kind is not None
    assert (looked.kind.family, looked.digests, decoder.asked) == ("archive", None, [])


@pytest.mark.parametrize(("data", "kind"), [(VIDEO, "mp4"), (SOUND, "wav")])
def test_a_film_and_a_sound_are_decoded_like_a_picture(data: bytes, kind: str) -> None:
    looked = look_at(data, decoder := Answers(SHOWN))
    assert (looked.digests, looked.decoded, decoder.asked) == (digest(data), SHOWN, [(data, kind)])
    assert look_at(data, Answers(NotMedia("no film"))).refusal == "no film"
    assert look_at(data, Answers(Exceeded("film_pixels", "too large"))).quarantine == "too large"


def test_a_film_too_large_for_memory_is_decoded_from_its_file_and_kept_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "IN_MEMORY", 40)
    keeps, decoder = Keeps(), Answers(Broke("it died"), SHOWN)
    looked = look(decoder, found(VIDEO), lambda: io.BytesIO(VIDEO), keep=keeps)
    assert (looked.decoded, looked.bytes) == (SHOWN, len(VIDEO))
    assert decoder.asked == [(VIDEO, "mp4")] * 2
    assert [content for content, _ in keeps.given] == [VIDEO]


@pytest.mark.parametrize(
    ("answers", "tries", "refusal", "quarantine", "decoded"),
    [
        ((NotMedia("no JPEG"),), 1, "no JPEG", "", None),
        ((Exceeded("pixels", "too many pixels"),), 1, "", "too many pixels", None),
        ((Broke("it died"),), 3, "", "broke the decoder 3 times: it died", None),
        ((Broke("it died"), Broke("again"), SHOWN), 3, "", "", SHOWN),
        ((Broke("it died"), Exceeded("seconds", "too slow")), 2, "", "too slow", None),
    ],
)
def test_what_the_decoder_says_decides(
    answers: tuple[Decoded | Exception, ...], tries: int, refusal: str, quarantine: str, decoded: Decoded | None
) -> None:
    looked = look_at(PICTURE, decoder := Answers(*answers))
    assert len(decoder.asked) == tries
    assert (looked.refusal, looked.quarantine, looked.decoded) == (refusal, quarantine, decoded)


def test_a_decoder_that_is_not_there_is_nobodys_fault_but_the_machines() -> None:
    with pytest.raises(Unavailable):
        look_at(PICTURE, Answers(Unavailable("no decoder")))


def test_what_is_held_is_neither_decoded_nor_kept_again() -> None:
    decoder, kept = Answers(SHOWN), Keeps()
    asked: list[bytes] = []

    def held(sha256: bytes) -> bool:
        asked.append(sha256)
        return True

    looked = look(decoder, found(PICTURE), lambda: io.BytesIO(PICTURE), held, kept)
    assert (looked.held, decoder.asked, kept.given, asked) == (True, [], [], [digest(PICTURE).sha256])


class Keeps:
    """Remembers the bytes it was given to keep, and what was known then."""

    def __init__(self) -> None:
        self.given: list[tuple[bytes, Looked]] = []

    def __call__(self, content: Content, looked: Looked) -> tuple[()]:
        self.given.append((content if isinstance(content, bytes) else content.read(), looked))
        return ()


def kept_of(data: bytes, decoder: Answers) -> list[bytes]:
    keeps = Keeps()
    look(decoder, found(data), lambda: io.BytesIO(data), keep=keeps)
    return [content for content, _ in keeps.given]


def test_media_are_kept_quarantined_ones_too_and_nothing_else_is() -> None:
    assert kept_of(PICTURE, Answers(SHOWN)) == [PICTURE]
    assert kept_of(VIDEO, Answers(SHOWN)) == [VIDEO]
    assert kept_of(PICTURE, Answers(Exceeded("pixels", "too many"))) == [PICTURE]
    assert kept_of(PICTURE, Answers(NotMedia("no JPEG"))) == []
    assert kept_of(TEXT, Answers(SHOWN)) == kept_of(b"", Answers(SHOWN)) == kept_of(zipped(), Answers(SHOWN)) == []


def test_a_file_that_changed_under_our_hands_is_refused() -> None:
    def keep(content: Content, looked: Looked) -> tuple[()]:
        raise Invalid("the content is not what was digested")

    looked = look(Answers(SHOWN), found(PICTURE), lambda: io.BytesIO(PICTURE), keep=keep)
    assert looked == Looked(found(PICTURE), refusal="the content is not what was digested")


@given(st.binary(max_size=300), st.integers(-5, 400), st.integers(1, 350), st.integers(1, 90))
def test_all_of_a_file_is_digested_whatever_its_listed_size_and_however_large(
    tail: bytes, stated: int, in_memory: int, chunk: int
) -> None:
    data = VIDEO + tail
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "IN_MEMORY", max(in_memory, len(VIDEO)))
        patch.setattr(module, "CHUNK", chunk)
        keeps = Keeps()
        looked = look(Answers(SHOWN), found(data, stated), lambda: io.BytesIO(data), keep=keeps)
    assert (looked.bytes, looked.digests) == (len(data), digest(data))
    assert [content for content, _ in keeps.given] == [data]


def test_a_picture_too_large_for_memory_is_kept_and_quarantined(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "IN_MEMORY", len(PICTURE) - 1)
    keeps, decoder = Keeps(), Answers(SHOWN)
    opened: Callable[[], io.BytesIO] = lambda: io.BytesIO(PICTURE)  # noqa: E731
    looked = look(decoder, found(PICTURE), opened, keep=keeps)
    assert "too large a picture to decode" in looked.quarantine
    assert (decoder.asked, [content for content, _ in keeps.given]) == ([], [PICTURE])
