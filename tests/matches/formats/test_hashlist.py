import io

from havre.matches.formats.hashlist import pdq_rows, read, rows
from havre.matches.formats.record import Entry
from tests.matches.formats.reading import read_all
from tests.matches.formats.samples import MD5, PDQ, SHA1, SHA256, digest, hashes


def test_every_kind_of_digest_is_told_by_its_length_or_its_prefix() -> None:
    found = read_all(read, hashes())
    assert found.entries == [
        Entry("line 2", MD5),
        Entry("line 4", sha1=SHA1),
        Entry("line 5", sha256=SHA256),
        Entry("line 6", pdq=PDQ),
    ]
    assert [(bad.place, bad.excerpt) for bad in found.bad] == [("line 7", "not a hash"), ("line 8", MD5 + "0")]
    assert found.summary.defects == {"uppercase sha1": 1, "hash of 33 characters": 1}


def test_64_digits_are_a_pdq_only_where_something_says_so() -> None:
    plain = PDQ.encode()
    assert next(rows(io.BytesIO(plain)))["sha256"] == PDQ
    assert next(pdq_rows(io.BytesIO(plain)))["pdq"] == PDQ
    assert read_all(read, b"# PDQ\n" + plain).entries[0].pdq == PDQ


def test_what_md5sum_prints_is_read_with_the_name() -> None:
    assert read_all(read, f"{MD5} *dir\\a b.jpg\n{digest(1)}  b.jpg".encode()).entries == [
        Entry("line 1", MD5, paths=("dir/a b.jpg",)),
        Entry("line 2", digest(1), paths=("b.jpg",)),
    ]
