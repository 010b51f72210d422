"""Keys are readable by their owner alone, are never replaced, and are never shown."""

import base64
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from havre.errors import Invalid, NotFound, Refused, Unavailable
from havre.media.keys import Keys, create_node_key, create_unit_key, read_keys
from havre.settings import Settings

NODE = bytes(range(32))
UNIT = bytes(range(32, 64))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


def given(key: bytes) -> Callable[[int], bytes]:
    """Chance that gives this key."""
    return lambda size: key[:size]


def line(name: str, key: bytes) -> str:
    return f"{name} {base64.b64encode(key).decode()}"


def printing(tmp_path: Path, *lines: str, code: int = 0) -> Settings:
    """Settings whose key command prints these lines."""
    script = tmp_path / "print keys.py"
    script.write_text(f"print({chr(10).join(lines)!r}); raise SystemExit({code})")
    return Settings(home=tmp_path / "home", key_command=shlex.join([sys.executable, str(script)]))


def test_keys_that_were_made_are_read_again(settings: Settings) -> None:
    create_node_key(settings, given(NODE))
    create_unit_key(settings, "1", given(UNIT))
    keys = read_keys(settings)
    assert keys.unit("1") == UNIT
    assert repr(keys.signer()).startswith("Signer(havre/")
    assert keys.signer().sign(b"x") == read_keys(settings).signer().sign(b"x")


def test_two_units_have_two_keys(settings: Settings) -> None:
    create_unit_key(settings, "1")
    create_unit_key(settings, "2")
    keys = read_keys(settings)
    assert len({keys.unit("1"), keys.unit("2")}) == 2


def test_keys_are_for_their_owner_alone(settings: Settings) -> None:
    create_node_key(settings)
    assert settings.keys.stat().st_mode & 0o777 == 0o700
    assert [(path.name, path.stat().st_mode & 0o777) for path in settings.keys.iterdir()] == [("node", 0o600)]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o700])
def test_a_key_that_others_may_reach_is_refused_with_the_cure(settings: Settings, mode: int) -> None:
    create_node_key(settings)
    path = settings.keys / "node"
    path.chmod(mode)
    with pytest.raises(Refused, match=f"chmod 600 {path}"):
        read_keys(settings)


def test_a_folder_of_keys_that_others_may_reach_is_refused_with_the_cure(settings: Settings) -> None:
    create_node_key(settings)
    settings.keys.chmod(0o750)
    with pytest.raises(Refused, match=f"chmod 700 {settings.keys}"):
        read_keys(settings)
    with pytest.raises(Refused, match="chmod 700"):
        create_unit_key(settings, "1")


def test_a_key_is_never_replaced(settings: Settings) -> None:
    create_unit_key(settings, "1", given(UNIT))
    with pytest.raises(Refused, match="already"):
        create_unit_key(settings, "1", given(NODE))
    assert read_keys(settings).unit("1") == UNIT


def test_a_key_that_another_process_makes_meanwhile_is_not_replaced(settings: Settings) -> None:
    def slow(size: int) -> bytes:
        path = settings.keys / "node"
        if not path.exists():
            create_node_key(settings, given(NODE))
        return UNIT[:size]

    with pytest.raises(Refused, match="already"):
        create_node_key(settings, slow)
    assert read_keys(settings).by_name["node"] == NODE
    assert [path.name for path in settings.keys.iterdir()] == ["node"]


@pytest.mark.parametrize("unit", ["", "../1", "a b", "x" * 31])
def test_a_unit_that_could_lead_out_of_the_folder_is_refused(settings: Settings, unit: str) -> None:
    with pytest.raises(Invalid):
        create_unit_key(settings, unit)


def test_a_home_without_keys_says_so(settings: Settings) -> None:
    with pytest.raises(NotFound, match="there are no keys"):
        read_keys(settings)


def test_a_key_that_is_not_there_is_named(settings: Settings) -> None:
    create_unit_key(settings, "1")
    keys = read_keys(settings)
    with pytest.raises(NotFound, match="unit-2"):
        keys.unit("2")
    with pytest.raises(NotFound, match="node"):
        keys.signer()


@pytest.mark.parametrize("content", ["", "???", base64.b64encode(bytes(31)).decode(), "é"])
def test_a_file_that_holds_no_key_is_refused_without_showing_it(settings: Settings, content: str) -> None:
    create_node_key(settings)
    (settings.keys / "node").write_text(content)
    with pytest.raises(Invalid) as refusal:
        read_keys(settings)
    assert not content or content not in str(refusal.value)


def test_keys_come_from_the_command_where_there_is_one(tmp_path: Path) -> None:
    keys = read_keys(printing(tmp_path, line("node", NODE), "", line("unit-1", UNIT)))
    assert (dict(keys.by_name), keys.unit("1")) == ({"node": NODE, "unit-1": UNIT}, UNIT)


def test_no_key_is_made_where_a_command_gives_them(tmp_path: Path) -> None:
    settings = printing(tmp_path)
    with pytest.raises(Refused, match="unit-1 BASE64"):
        create_unit_key(settings, "1")
    assert not settings.keys.exists()


@pytest.mark.parametrize("bad", ["node", "node s3cr s3cr", "other s3cr", "node s3cr!", "node s3cr"])
def test_a_line_that_is_no_key_is_refused_without_showing_it(tmp_path: Path, bad: str) -> None:
    with pytest.raises(Invalid, match="line 2 of the key command") as refusal:
        read_keys(printing(tmp_path, line("unit-1", UNIT), bad))
    assert "s3cr" not in str(refusal.value)


def test_a_command_that_fails_says_so_and_shows_nothing_it_printed(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="ended with 3") as refusal:
        read_keys(printing(tmp_path, line("node", NODE), code=3))
    assert base64.b64encode(NODE).decode() not in str(refusal.value)


def test_a_command_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="FileNotFoundError"):
        read_keys(Settings(home=tmp_path, key_command="/nonexistent/keys"))


def test_a_command_is_never_handed_to_a_shell(tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    with pytest.raises(Unavailable):
        read_keys(Settings(home=tmp_path, key_command=f"/nonexistent/keys; touch {marker}"))
    with pytest.raises(Invalid, match="split into words"):
        read_keys(Settings(home=tmp_path, key_command="keys 'unclosed"))
    assert not marker.exists()


def test_keys_are_never_shown() -> None:
    assert repr(Keys({"node": NODE})) == "Keys()"


def test_a_disk_that_takes_no_key_leaves_none(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(Unavailable, match="nothing was made"):
        create_node_key(settings)
    assert list(settings.keys.iterdir()) == []
