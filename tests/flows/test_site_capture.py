"""Captures are read once, whatever cut them off, with every bad row told."""

import json
from pathlib import Path
from typing import Any

import pytest

from havre.audit.models import Entry
from havre.errors import Broken, Invalid, NotFound, Refused
from havre.flows import site_capture as flow
from havre.flows.begin import add_colleague
from havre.flows.dossier import open_dossier
from havre.flows.site_capture import import_capture
from havre.flows.site_offered import Offered
from havre.media.models import Medium
from havre.settings import Settings
from havre.sites.models import Capture, Captured, Content, Site, SiteCase
from havre.sites.open_platforms import shipped
from havre.units.models import RoleName
from havre.units.queries import person_named
from tests.captures import answer, digest, listed, read, record, request, zipped
from tests.cast import acting, node
from tests.media.decode.test_payload import JPEG
from tests.pictures import landscape

STATE = ("position", "address", "page", "source", "type", "sha256", "platform", "told")


def kept() -> tuple[list[Any], list[Any], list[Any]]:
    """All rows, all digests and the counts."""
    rows = [
        [bytes(v) if isinstance(v, memoryview) else v for v in row]
        for row in Captured.objects.order_by("position").values_list(*STATE)
    ]
    contents = [(bytes(row.digest), row.first, row.times) for row in Content.objects.order_by("digest")]
    counts = list(Capture.objects.values_list("good", "bad", "passed", "media", "position", "bad_by_reason"))
    return rows, contents, counts


def test_a_list_is_read_once_and_its_totals_add_up(database: Settings, tmp_path: Path) -> None:
    file = listed(tmp_path / "a.csv", [1, 2, 1, 3], source="https://www.instagram.com/p/1")
    file.write_text(file.read_text() + f"nonsense,,,\nhttp://portal.example/5.jpg,,,{digest(5)}\n")
    with node(database) as here:
        told = read(here, file, "Quay", bad=tmp_path / "bad.jsonl")
        again = read(here, file, " Quay ")
        copied = tmp_path / "copy.csv"
        copied.write_bytes(file.read_bytes())
        copy = read(here, copied, "Quay")

        assert {name: told[name] for name in ("read", "good", "bad", "passed", "media", "opened", "again")} == {
            "read": 6, "good": 5, "bad": 1, "passed": 0, "media": 4, "opened": True, "again": False
        }  # fmt: skip
        assert told["bad_entries"] == [{"place": "line 6", "reason": "no digest", "excerpt": "nonsense,,,"}]
        assert [json.loads(line) for line in (tmp_path / "bad.jsonl").read_text().splitlines()] == told["bad_entries"]
        assert (again["again"], copy["again"], again["capture"]) == (True, True, told["capture"])
        assert (Capture.objects.count(), Captured.objects.count()) == (1, 5)
        assert list(Captured.objects.order_by("position").values_list("platform", "told"))[3:] == [
            ("instagram", "source"),
            ("", ""),
        ]
        log = [
            json.loads(entry.detail) if isinstance(entry.detail, str) else entry.detail
            for entry in Entry.objects.filter(thing__startswith="capture")
        ]
        assert [each["act"] for each in log] == ["begun", "finished", "told again", "told again"]

        # another unit reads the same into a dossier of its own
        other = import_capture(here.home, here.chiara, str(file), "Quay")
        assert (other["opened"], other["again"], Site.objects.count()) == (True, False, 2)


def test_killed_at_any_batch_and_run_again_it_ends_the_same(
    database: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flow, "BATCH", 1_000)
    file = listed(tmp_path / "a.csv", [n // 3 for n in range(2_600)])
    file.write_text(file.read_text().replace("/p/7.jpg", "/p/\x07.jpg"))

    class KilledError(Exception):
        pass

    with node(database) as here:
        whole = read(here, file, "Quay")
        want = kept()
        Capture.objects.all().delete()
        runs = 0
        while Capture.objects.exclude(finished_at=None).count() == 0 and runs < 9:
            runs += 1
            written = 0

            def tell(_read: int, _all: int, run: int = runs) -> None:
                nonlocal written
                written += 1
                if written == 1 and run < 4:
                    raise KilledError

            try:
                told = read(here, file, "Quay", tell=tell)
            except KilledError:
                assert Captured.objects.count() == Capture.objects.get().good
        assert runs > 2
        assert kept() == want
        assert {name: told[name] for name in ("good", "bad", "media")} == {
            name: whole[name] for name in ("good", "bad", "media")
        }
        assert (whole["good"], whole["bad"]) == (2_597, 3)


@pytest.mark.parametrize("rows", [500, 1_000, 1_700])
def test_killed_while_digests_are_sorted_it_goes_on_behind_its_rows(
    database: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    """The reader's last batch is empty where the rows fill those before."""
    file = listed(tmp_path / "a.csv", range(rows))
    with node(database) as here, monkeypatch.context() as patched:
        patched.setattr(flow, "make_contents", None)
        with pytest.raises(TypeError):
            read(here, file, "Quay")
        assert Capture.objects.get().position == rows + 1
        patched.undo()
        told = read(here, file, "Quay")
        assert (told["good"], told["media"], told["written"]) == (rows, rows, 0)


def test_of_a_crawl_and_a_folder_media_are_noted_and_nothing_is_kept(database: Settings, tmp_path: Path) -> None:
    page = "http://portal.example/t"
    crawl = tmp_path / "c.warc.gz"
    crawl.write_bytes(
        zipped(
            record("request", "http://portal.example/1.jpg", request(page)),
            record("response", "http://portal.example/1.jpg", answer(JPEG)),
            record("response", "http://portal.example/", answer(b"<html>")),
        )
        + b"\x1f\x8b\x08rubbish"
    )
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "x.jpg").write_bytes(JPEG)
    with node(database) as here:
        told = read(here, crawl, "Quay")
        assert {name: told[name] for name in ("read", "good", "bad", "passed", "ended_early")} == {
            "read": 4, "good": 1, "bad": 1, "passed": 2, "ended_early": True
        }  # fmt: skip
        assert told["digests"] == {"md5": 1, "sha1": 1, "sha256": 1}
        assert read(here, folder, "Quay")["media"] == 1
        assert list(Captured.objects.order_by("id").values_list("address", "page", "type")) == [
            ("http://portal.example/1.jpg", page, "jpeg"),
            ("x.jpg", "", "jpeg"),
        ]
        assert Medium.objects.count() == 0


def test_with_a_case_its_pictures_are_taken_in_and_the_rest_is_known_again(database: Settings, tmp_path: Path) -> None:
    import io

    from PIL import Image

    made = io.BytesIO()
    Image.fromarray(landscape(1, 60, 80)).save(made, "PNG")
    crawl = tmp_path / "c.warc"
    blocks = {"1.png": made.getvalue(), "2.png": made.getvalue(), "page": b"<html>"}
    crawl.write_bytes(
        b"".join(record("response", f"http://portal.example/{name}", answer(body)) for name, body in blocks.items())
    )
    with node(database) as here:
        open_dossier(here.home, here.bram, "2018/7", "a law", "a purpose")
        told = read(here, crawl, "Quay", case="2018/7")
        intake = told["intake"]
        assert isinstance(intake, dict)
        assert (told["good"], Medium.objects.count(), intake["found"]) == (2, 1, 2)
        assert SiteCase.objects.get().case.reference == "2018/7"
        assert Capture.objects.get().intake is not None
        again = read(here, crawl, "Quay")
        assert again["again"]
        with pytest.raises(NotFound):
            read(here, crawl, "Quay", case="2018/8")
        with pytest.raises(Invalid, match="a list holds no pictures"):
            read(here, listed(tmp_path / "a.csv", [1]), "Quay", case="2018/7")


def test_who_may_not_and_what_no_reader_answers_is_refused(database: Settings, tmp_path: Path) -> None:
    file = listed(tmp_path / "a.csv", [1])
    with node(database) as here:
        add_colleague(here.home, here.anke, "ad", "", [RoleName.ADMINISTRATOR])
        with pytest.raises(Refused):
            import_capture(here.home, acting(person_named("ad")), str(file), "Quay")
        capture = Capture(pk=1)
        offered = Offered(str(file), "list", b"", 0)
        reading = flow.Reading(here.home, here.bram, capture, offered, shipped(), lambda _: None, lambda _a, _b: None)
        good: list[Any] = [1, "http://a.example/1", "", "", "jpeg", digest(1), None, None]
        assert reading._row(good)[1:3] == (1, "http://a.example/1")
        for at, wrong in (
            (0, 0),
            (0, "1"),
            (1, "a\x00"),
            (1, "x" * 3_000),
            (2, None),
            (5, digest(1)[2:]),
            (5, "zz"),
            (5, None),
            (7, digest(1)),
        ):
            with pytest.raises(Broken):
                reading._row([wrong if place == at else value for place, value in enumerate(good)])
        with pytest.raises(Broken):
            reading._row(good[:-1])
    assert Site.objects.count() == 0
