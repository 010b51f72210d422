"""The kernel that pages serve is what its sources give, byte for byte, wherever it is built."""

from pathlib import Path

import pytest

import havre.entrypoints.public
from havre.errors import Broken, Unavailable
from havre.selfservice.kernel import CARRIED, KINDS, SOURCES, build, built, carried

NATIVE = Path(__file__).parents[2] / "native" / "pdq"
SERVED = Path(havre.entrypoints.public.__file__).parent / "static"


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """The sources in a folder of another name."""
    folder = tmp_path / "a folder of another name"
    folder.mkdir()
    for each in NATIVE.glob("*.[ch]"):
        (folder / each.name).write_bytes(each.read_bytes())
    return folder


def test_what_pages_serve_is_what_the_sources_give(elsewhere: Path, tmp_path: Path) -> None:
    made = build(elsewhere, tmp_path / "out")
    fresh = {name: (tmp_path / "out" / name).read_bytes() for name in made}
    assert list(made) == [*KINDS, CARRIED]
    assert {name: (SERVED / name).read_bytes() for name in made} == fresh
    assert made == {name: len(content) for name, content in fresh.items()}
    assert all(fresh[name].startswith(b"\0asm") for name in KINDS)


def test_the_script_carries_the_same_bytes() -> None:
    kernels = {name: (SERVED / name).read_bytes() for name in KINDS}
    assert (SERVED / CARRIED).read_bytes() == carried(kernels)


def test_where_the_sources_are_not_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="run this in a checkout"):
        built(tmp_path)


def test_what_does_not_compile_is_told_with_the_compilers_words(elsewhere: Path) -> None:
    (elsewhere / SOURCES[-1]).write_text("this is no C;\n")
    with pytest.raises(Broken, match="does not compile"):
        built(elsewhere)
