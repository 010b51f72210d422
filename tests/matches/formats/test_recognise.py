import pytest

from havre.matches.formats.recognise import recognise
from tests.matches.formats import samples


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (samples.vics2(), "vics2"),
        (samples.vics2_cases(), "vics2"),
        (samples.vics13(), "vics1.3"),
        (b'{"value":[{"MD5":"x"}]}', "vics2"),
        (samples.icse(), "icse"),
        (";".join(reversed(samples.icse().decode().split("\r\n")[0].split(";"))).encode(), "icse"),
        (samples.table(), "csv"),
        (b"\xef\xbb\xbfMD5\n" + samples.MD5.encode(), "csv"),
        ("sha1\tlabel\n".encode("utf-16"), "csv"),
        (samples.hashes(), "hashes"),
        (b"junk\n" + samples.MD5.encode(), "hashes"),
        (b"# pdq\n" + samples.PDQ.encode(), "pdq"),
        (b"pdq:" + samples.PDQ.encode(), "pdq"),
        (b"", None),
        (b"{}", None),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01", None),
        (b"PK\x03\x04", None),
        (b"a letter to nobody", None),
    ],
)
def test_a_file_is_named_by_its_first_bytes(data: bytes, name: str | None) -> None:
    assert recognise(data) == name
