"""What is sent is made ready once, with its files measured, and read again as it was."""

from functools import partial
from hashlib import md5, sha256
from pathlib import Path

import pytest

from havre.errors import Broken, Invalid, Refused
from havre.flows.cybertip_journal import held
from havre.flows.cybertip_prepare import kept_ready, made_ready, read_kept, standing, with_files
from tests.flows.filed import CONTENTS, filing, written


def test_files_are_measured_and_kept(tmp_path: Path) -> None:
    written(tmp_path)
    ready = made_ready(filing(), "digest", tmp_path, None)
    content = CONTENTS["harbour.jpg"]
    first = ready.media[0]
    assert (first.size, first.sha256) == (len(content), sha256(content).hexdigest())
    assert first.md5 == md5(content, usedforsecurity=False).hexdigest()
    assert (ready.described, ready.missing) == (frozenset({1}), ())
    assert read_kept(ready.to_json()) == ready
    with held(tmp_path / "j", "a") as journal:
        assert kept_ready(journal) is None
        assert standing(journal, None).last is None
        journal.keep(ready.to_json())
        assert kept_ready(journal) == ready


def test_missing_files_are_named_and_refused(tmp_path: Path) -> None:
    written(tmp_path)
    (tmp_path / "harbour.jpg").unlink()

    def enrich(_said: object) -> object:
        return {"files": [{"path": "third.png"}]}

    with pytest.raises(Refused, match=r"not there: harbour\.jpg, third\.png; nothing was finished.*--partial"):
        made_ready(filing(), "digest", tmp_path, enrich)
    many = filing(files=[{"path": "letter.txt"}, *({"path": f"{number}.png"} for number in range(30))])
    with pytest.raises(Refused, match=r" 19\.png and 10 more; "):
        made_ready(many, "digest", tmp_path, None)
    ready = made_ready(filing(), "digest", tmp_path, enrich, partial=True)
    assert ready.missing == ("harbour.jpg", "third.png")
    assert [each.enclosed.path for each in ready.media] == ["letter.txt"]
    (tmp_path / "letter.txt").unlink()
    with pytest.raises(Refused, match="none of the files"):
        made_ready(filing(), "digest", tmp_path, None, partial=True)
    assert made_ready(filing(files=[]), "digest", tmp_path, None).media == ()


def _adds(path: str, _said: object) -> object:
    return {"files": [{"path": path}]}


def test_a_link_that_leads_out_of_the_folder_is_not_read(tmp_path: Path) -> None:
    folder = tmp_path / "report"
    folder.mkdir()
    written(folder)
    secret = tmp_path / "secret"
    secret.write_bytes(b"a key")
    (folder / "link").symlink_to(secret)
    (folder / "away").symlink_to(tmp_path)
    (folder / "letter too").symlink_to(folder / "letter.txt")
    for path in ("link", "away/secret"):
        with pytest.raises(Invalid, match=f"^{path} leads out of the folder"):
            made_ready(filing(files=[{"path": path}]), "digest", folder, None)
        with pytest.raises(Invalid, match=f"^{path} leads out of the folder"):
            made_ready(filing(), "digest", folder, partial(_adds, path))
    assert len(made_ready(filing(files=[{"path": "letter too"}]), "digest", folder, None).media) == 1
    ready = made_ready(with_files(filing(), [secret]), "digest", folder, None)
    assert [each.path for each in ready.media][2] == secret.resolve()
    assert read_kept(ready.to_json()) == ready


def test_further_files_are_added_once(tmp_path: Path) -> None:
    written(tmp_path)
    twice = [tmp_path / "letter.txt", tmp_path / "letter.txt"]
    assert len(with_files(filing(files=[]), twice).files) == 1
    more = with_files(filing(files=[]), [tmp_path / "letter.txt"])
    assert [each.path for each in more.files] == [str((tmp_path / "letter.txt").resolve())]
    assert with_files(more, [tmp_path / "letter.txt"]) == more


def test_what_was_altered_is_broken() -> None:
    for said in ({}, {"filing": {"report": filing()}, "media": 1}):
        with pytest.raises((Broken, Exception)):
            read_kept(said)
