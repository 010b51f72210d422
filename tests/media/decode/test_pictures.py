"""Pictures through the sandbox, against pdqhash on the pixels as Pillow gives them."""

import csv
import io
import struct
from dataclasses import replace
from pathlib import Path

import numpy as np
import pdqhash
import psutil
import pytest
import simplejpeg
from PIL import Image, ImageCms

from havre.fingerprints.pdq import MATCH_DISTANCE
from havre.media.decode import Broke, Decoded, Exceeded, Failed, Frame, Limits, NotMedia, Sandbox, Worker
from havre.media.kinds import kind_of
from tests.media.decode.seeds import PICTURES, animation, saved, scene


def peer(picture: Image.Image) -> bytes:
    """The reference hash of these pixels."""
    bits, _ = pdqhash.compute(np.asarray(picture.convert("RGB")))
    return np.packbits(bits).tobytes()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def distance(one: bytes, other: bytes) -> int:
    return (int.from_bytes(one) ^ int.from_bytes(other)).bit_count()


def shown(decoded: Decoded) -> Image.Image:
    assert decoded.preview is not None
    return opened(decoded.preview).convert("RGB")


@pytest.mark.parametrize("kind", PICTURES)
def test_every_format_has_the_hash_of_its_pixels_and_a_preview(worker: Worker, kind: str) -> None:
    data = PICTURES[kind]()
    decoded = worker.decode(data, kind)

    assert decoded.frames[0].pdq == peer(opened(data))
    assert (decoded.kind, decoded.width, decoded.height, decoded.damage) == (kind, 160, 120, None)
    assert shown(decoded).size == (160, 120)


@pytest.mark.parametrize(
    "options",
    [{"progressive": True}, {"subsampling": 0}, {"subsampling": 2}, {"quality": 30}, {"restart_marker_rows": 1}],
)
def test_every_way_of_coding_a_jpeg_is_hashed_exactly(worker: Worker, options: dict[str, int]) -> None:
    data = saved(scene(4, 333, 257), "JPEG", **options)
    assert worker.decode(data, "jpeg").frames[0].pdq == peer(opened(data))


def test_a_grey_jpeg_is_hashed_exactly(worker: Worker) -> None:
    data = saved(scene(5).convert("L"), "JPEG")
    assert worker.decode(data, "jpeg").frames[0].pdq == peer(opened(data))


@pytest.mark.parametrize("form", ["PNG", "GIF"])
def test_a_palette_is_turned_into_its_colours(worker: Worker, form: str) -> None:
    data = saved(scene(6).quantize(64), form)
    decoded = worker.decode(data, form.lower())

    assert decoded.frames[0].pdq == peer(opened(data))
    assert distance(decoded.frames[0].pdq, peer(scene(6))) <= MATCH_DISTANCE


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_transparency_is_laid_on_white(worker: Worker, mode: str) -> None:
    see_through = scene(7).convert("RGBA")
    see_through.paste((0, 0, 0, 0), (0, 0, 80, 120))
    data = saved(see_through.quantize(32) if mode == "P" else see_through.convert(mode), "PNG")

    layers = opened(data).convert("RGBA")
    white = Image.new("RGB", layers.size, (255, 255, 255))
    white.paste(layers.convert("RGB"), mask=layers.getchannel("A"))
    assert worker.decode(data, "png").frames[0].pdq == peer(white)


def test_sixteen_bits_of_grey_are_found_scaled_and_called_as_lists_call_them(worker: Worker) -> None:
    grey = scene(8).convert("L")
    wide = Image.fromarray(np.asarray(grey).astype(np.uint16) * 257)
    for form in ("PNG", "TIFF"):
        frames = worker.decode(saved(wide, form), form.lower()).frames
        # The second is what a person sees; the first is what pdqhash gives after Pillow's conversion, which clips.
        assert [frame.pdq for frame in frames] == [peer(wide.convert("RGB")), peer(grey)]


def test_transparency_laid_on_white_comes_first_and_dropped_second(worker: Worker) -> None:
    picture = scene(9).convert("RGBA")
    picture.putalpha(Image.fromarray(np.asarray(scene(10).convert("L"))))
    white = Image.new("RGB", picture.size, (255, 255, 255))
    white.paste(picture.convert("RGB"), mask=picture.getchannel("A"))
    frames = worker.decode(saved(picture, "PNG"), "png").frames
    assert [frame.pdq for frame in frames] == [peer(white), peer(picture.convert("RGB"))]


def test_cmyk_with_adobes_inversion_shows_its_colours(worker: Worker) -> None:
    data = saved(scene(9).convert("CMYK"), "JPEG", quality=95)
    decoded = worker.decode(data, "jpeg")

    assert decoded.frames[0].pdq == peer(opened(data))
    assert distance(decoded.frames[0].pdq, peer(scene(9))) <= MATCH_DISTANCE


def test_cmyk_with_a_broken_profile_is_converted_plainly_and_says_so(worker: Worker) -> None:
    data = saved(scene(9).convert("CMYK"), "JPEG", icc_profile=b"no profile at all")
    decoded = worker.decode(data, "jpeg")

    assert decoded.frames[0].pdq == peer(opened(data))
    assert decoded.notes == ("the colour profile is broken and was not used",)


def test_a_profile_in_rgb_is_not_applied(worker: Worker) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    plain, tagged = (saved(scene(10), "JPEG", quality=90, **extra) for extra in ({}, {"icc_profile": profile}))
    assert worker.decode(tagged, "jpeg").frames == worker.decode(plain, "jpeg").frames


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_a_fact_not_a_change_and_one_of_eight_hashes_is_the_upright_one(
    worker: Worker, orientation: int
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    held = scene(11, 640, 400)
    turned = worker.decode(saved(held, "PNG", exif=exif), "png")

    upright: Image.Image = Image.open(io.BytesIO(saved(held, "PNG", exif=exif)))
    upright = Image.Image.transpose(upright, TURNS[orientation]) if orientation > 1 else upright
    hashes = [turned.frames[0].orientations[at : at + 32] for at in range(0, 256, 32)]
    assert turned.frames[0].pdq == peer(held)
    assert min(distance(made, peer(upright)) for made in hashes) <= MATCH_DISTANCE
    assert shown(turned).size == upright.size
    assert [fact.value for fact in turned.facts if fact.field == "EXIF:Orientation"] == [str(orientation)]


TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@pytest.mark.parametrize("turn", TURNS.values())
def test_a_mirrored_or_turned_picture_is_among_the_eight(worker: Worker, turn: Image.Transpose) -> None:
    frame = worker.decode(saved(scene(12, 600, 400), "PNG"), "png").frames[0]
    hashes = [frame.orientations[at : at + 32] for at in range(0, 256, 32)]
    assert min(distance(made, peer(scene(12, 600, 400).transpose(turn))) for made in hashes) <= MATCH_DISTANCE


def test_a_large_picture_is_never_resized_before_hashing(worker: Worker) -> None:
    data = saved(scene(13, 2500, 1700), "JPEG", quality=85)
    decoded = worker.decode(data, "jpeg")

    assert decoded.frames[0].pdq == peer(opened(data))
    assert 320 < max(shown(decoded).size) <= 640


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (127, 127, 127)])
def test_a_flat_picture_has_no_quality(worker: Worker, colour: tuple[int, int, int]) -> None:
    assert worker.decode(saved(Image.new("RGB", (200, 100), colour), "PNG"), "png").frames[0].quality == 0


@pytest.mark.parametrize(("garbage", "kind"), [(b"\xff\xd8\xff" + bytes(1000), "jpeg"), (b"%PDF-1.7", "pdf")])
def test_garbage_is_not_media(worker: Worker, garbage: bytes, kind: str) -> None:
    with pytest.raises(NotMedia):
        worker.decode(garbage, kind)


def test_a_picture_that_shows_nothing_is_kept_as_damaged(worker: Worker) -> None:
    decoded = worker.decode(PICTURES["png"]()[:40], "png")
    assert (decoded.width, decoded.frames, decoded.preview) == (160, (), None)
    assert decoded.damage


@pytest.mark.parametrize("kind", ["gif", "webp", "png"])
def test_every_distinct_frame_is_hashed(worker: Worker, kind: str) -> None:
    still, moving = scene(20), scene(21)
    data = saved(still, kind.upper(), save_all=True, append_images=[still, moving, moving], duration=100)
    decoded = worker.decode(data, kind)

    assert len(decoded.frames) == 2
    assert distance(decoded.frames[0].pdq, peer(still)) <= MATCH_DISTANCE
    assert distance(decoded.frames[1].pdq, peer(moving)) <= MATCH_DISTANCE


def test_every_page_of_a_tiff_is_hashed(worker: Worker) -> None:
    decoded = worker.decode(animation("TIFF", 4), "tiff")
    assert (decoded.frame_count, [frame.number for frame in decoded.frames]) == (4, [0, 1, 2, 3])


def test_frames_beyond_the_limit_are_left_out_with_a_note(sandbox: Sandbox) -> None:
    with Worker(sandbox, replace(Limits(), frames=3, kept_frames=2)) as worker:
        decoded = worker.decode(animation("TIFF", 5), "tiff")
    assert [frame.number for frame in decoded.frames] == [0, 1]
    assert decoded.notes == (
        "only the first 3 of 5 frames were looked at",
        "only the first 2 distinct frames were fingerprinted",
    )


@pytest.mark.parametrize("kind", ["jpeg", "png", "tiff", "bmp", "gif", "webp"])
def test_a_cut_picture_is_partial_and_says_so(worker: Worker, kind: str) -> None:
    whole = saved(scene(22, 640, 480), kind.upper())
    decoded = worker.decode(whole[: len(whole) * 2 // 3], kind)

    assert decoded.damage
    assert len(decoded.frames) == len([decoded.preview] if decoded.preview else [])
    assert kind == "tiff" or decoded.frames


def test_corrupt_data_that_libjpeg_only_warns_of_is_damage(worker: Worker) -> None:
    data = bytearray(saved(scene(23, 400, 300), "JPEG"))
    data[len(data) // 2 : len(data) // 2 + 4] = b"\xff\xd0\xff\xd3"
    decoded = worker.decode(bytes(data), "jpeg")

    assert decoded.damage
    assert decoded.frames


def test_what_follows_a_picture_is_noted(worker: Worker) -> None:
    data = PICTURES["jpeg"]()
    assert worker.decode(data + b"PK\x03\x04 and more", "jpeg").notes == ("13 bytes of other data after the picture",)
    assert worker.decode(data, "jpeg").notes == ()


@pytest.mark.parametrize("kind", ["png", "gif", "bmp", "webp", "jpeg"])
def test_too_many_pixels_are_refused_from_the_header(sandbox: Sandbox, kind: str) -> None:
    with Worker(sandbox, replace(Limits(), pixels=160 * 120 - 1)) as worker, pytest.raises(Exceeded) as refused:
        worker.decode(PICTURES[kind](), kind)
    assert refused.value.limit == "pixels"


def test_a_png_of_no_size_is_not_a_picture(worker: Worker) -> None:
    data = bytearray(PICTURES["png"]())
    data[16:24] = struct.pack(">II", 0, 0)
    with pytest.raises(NotMedia, match="0 × 0"):
        worker.decode(bytes(data), "png")


def test_one_frame_is_told_apart_from_its_hash_alone() -> None:
    assert Frame(0, bytes(range(256)), 80).pdq == bytes(range(32))


def test_the_corpus_has_the_hashes_of_pdqhash(worker: Worker, corpus: Path) -> None:
    pictures = [path for path in sorted((corpus / "photos").iterdir())[::8] if path.suffix != ".heic"]
    for path in [*pictures, *sorted((corpus / "pdq_vectors").glob("*.jpg"))]:
        data = path.read_bytes()
        kind = kind_of(data)
        assert kind is not None
        if opened(data).mode in ("RGB", "L"):
            assert worker.decode(data, kind.name).frames[0].pdq == peer(opened(data)), path.name


def test_heic_is_read(worker: Worker, corpus: Path) -> None:
    data = min((corpus / "photos").glob("*.heic")).read_bytes()
    decoded = worker.decode(data, "heic")
    assert (decoded.damage, decoded.frames[0].quality > 50) == (None, True)


def test_every_hostile_file_has_one_outcome_and_the_parent_stays_small(worker: Worker, corpus: Path) -> None:
    named = [corpus / "hostile" / row["file"] for row in csv.DictReader((corpus / "hostile/HOSTILE.csv").open())]
    before = psutil.Process().memory_info().rss
    for path in [*named, *sorted((corpus / "hostile" / "suites").iterdir())]:
        data = path.read_bytes()
        kind = kind_of(data)
        try:
            outcome: object = worker.decode(data, kind.name if kind else "none")
        except Failed as failed:
            outcome = failed
        assert isinstance(outcome, (Decoded, NotMedia, Exceeded)), path.name
        assert not isinstance(outcome, Broke)
    assert psutil.Process().memory_info().rss - before < 100 << 20


def test_previews_are_jpeg_made_anew(worker: Worker) -> None:
    data = saved(scene(24), "JPEG", comment=b"<script>", exif=b"Exif\0\0II*\0secret")
    preview = worker.decode(data, "jpeg").preview
    assert preview is not None
    assert simplejpeg.is_jpeg(preview)
    assert (b"script" in preview, b"secret" in preview) == (False, False)
