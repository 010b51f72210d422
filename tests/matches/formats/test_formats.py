import io
from importlib import import_module

import pytest

from havre.matches.formats import READERS, WRITERS
from havre.matches.formats.record import Entry, Summary, from_json
from tests.matches.formats import fuzz
from tests.matches.formats.samples import MD5


@pytest.mark.parametrize("name", READERS)
def test_every_reader_of_the_table_is_there_and_ends_in_a_summary(name: str) -> None:
    module, function = READERS[name].split(":")
    *_, last = getattr(import_module(module), function)(io.BytesIO(b""), region=None)
    assert isinstance(from_json(last), Summary)


@pytest.mark.parametrize("name", WRITERS)
def test_every_writer_of_the_table_writes_what_its_reader_reads(name: str) -> None:
    module, function = WRITERS[name].split(":")
    out = io.BytesIO()
    getattr(import_module(module), function)([Entry("", MD5, label="baseline")], out, region="US")
    module, function = READERS[name].split(":")
    first, _ = getattr(import_module(module), function)(io.BytesIO(out.getvalue()), region="US")
    found = from_json(first)
    assert isinstance(found, Entry)
    assert found.md5 == MD5


def test_no_reader_lets_anything_escape() -> None:
    for told in fuzz.fuzz(3000, 11):
        assert told["escapes"] == 0
