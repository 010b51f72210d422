"""The table of keys."""

from havre.entrypoints.analyst.keys import EVERYWHERE, Key


def test_caps_show_what_is_written_on_them() -> None:
    assert Key("g d", "/desk", "desk").shown == ["G", "D"]
    assert Key("ArrowLeft", "left", "left").shown == ["←"]
    assert Key("Shift+e", "back", "back").shown == ["⇧ E"]
    assert Key("Shift+ArrowLeft", "far", "far").shown == ["⇧ ←"]
    assert Key("PageUp", "larger", "larger").shown == ["Page ↑"]
    assert Key(" ", "reveal", "reveal").shown == ["Space"]


def test_no_key_means_two_things_everywhere() -> None:
    presses = [key.press for key in EVERYWHERE]
    assert len(set(presses)) == len(presses)


def test_no_key_begins_another_that_is_longer() -> None:
    first = {key.press.split(" ")[0] for key in EVERYWHERE if " " in key.press.strip()}
    assert first & {key.press for key in EVERYWHERE} == set()
