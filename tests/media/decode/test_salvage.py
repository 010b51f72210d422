"""A ZIP without its directory still gives its members."""

import io
import zipfile

import pytest

from havre.media.decode import salvage
from havre.media.decode.members import Members
from tests.media.decode.seeds import MEMBERS, zipped


def read(data: bytes) -> list[tuple[str, bytes, str | None]]:
    """Name, content and trouble of each member."""
    found: list[tuple[str, bytes, str | None]] = []
    parts: list[bytes] = []
    names: list[str] = []

    def take(head: dict[str, object], body: bytes) -> None:
        if "member" in head:
            names.append(str(head["member"]))
            parts.clear()
        elif "piece" in head:
            parts.append(body)
        else:
            found.append((names[-1], b"".join(parts), head["trouble"]))  # type: ignore[arg-type]

    salvage.read(io.BytesIO(data), Members(take))
    return found


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_every_member_is_found_from_the_front(method: int) -> None:
    data = zipped(method=method)
    assert read(data[: data.index(b"PK\x01\x02")]) == [(name, content, None) for name, content in MEMBERS.items()]


def test_a_member_that_is_cut_off_says_so() -> None:
    data = zipped({"a": bytes(range(256)) * 20}, zipfile.ZIP_STORED)
    ((name, content, trouble),) = read(data[:1000])
    assert (name, trouble) == ("a", "unreadable: it is cut off")
    assert (bytes(range(256)) * 20).startswith(content)


def test_members_whose_sizes_follow_are_read_to_their_end() -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def tell(self) -> int:
            raise OSError

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in MEMBERS.items():
            archive.writestr(name, content)
    assert [(name, content) for name, content, _ in read(pipe.getvalue())] == list(MEMBERS.items())


def test_garbage_has_no_members() -> None:
    assert read(b"nothing like a zip") == []
