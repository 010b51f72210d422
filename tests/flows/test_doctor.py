"""What is said of a machine and of a home's files."""

from importlib.resources import files
from pathlib import Path

from havre.flows.doctor import machine, place
from havre.settings import Settings


def states(settings: Settings) -> dict[str, str]:
    return {finding.name: finding.state for finding in place(settings)}


def home(tmp_path: Path) -> Settings:
    settings = Settings(home=tmp_path / "home")
    settings.keys.mkdir(parents=True, mode=0o700)
    settings.home.chmod(0o700)
    (settings.keys / "node").touch(0o600)
    return settings


def test_a_machine_is_told_with_its_walls_kernels_and_packages() -> None:
    found = {finding.name: finding for finding in machine()}
    assert {"python", "sandbox: seccomp", "sandbox: landlock", "kernel: pdq", "kernel: hamming"} <= set(found)
    assert "serial" in found["kernel: hamming"].what
    assert found["package: pillow"].state == "ok"
    assert all(finding.what for finding in found.values())


def test_a_home_for_its_owner_alone_is_in_order(tmp_path: Path) -> None:
    found = states(home(tmp_path))
    assert {name: found[name] for name in ("home", "keys", "key: node")} == dict.fromkeys(
        ("home", "keys", "key: node"), "ok"
    )
    assert {"volume", "room"} <= set(found)


def test_whatever_others_may_reach_is_broken_and_says_what_to_do(tmp_path: Path) -> None:
    settings = home(tmp_path)
    (settings.keys / "node").chmod(0o640)
    settings.home.chmod(0o755)
    found = {finding.name: finding for finding in place(settings)}
    assert (found["home"].state, found["key: node"].state, found["keys"].state) == ("broken", "broken", "ok")
    assert f"chmod 600 {settings.keys / 'node'}" in found["key: node"].what


def test_a_home_without_keys_is_broken_unless_a_command_prints_them(tmp_path: Path) -> None:
    bare = Settings(home=tmp_path)
    assert states(bare)["keys"] == "broken"
    assert states(Settings(home=tmp_path, key_command="print-keys"))["keys"] == "ok"


def test_a_policy_of_the_homes_own_that_lacks_the_rule_for_shorteners_is_named_with_what_to_do(tmp_path: Path) -> None:
    settings, shipped = home(tmp_path), files("havre.hotline") / "policies"
    policies = settings.home / "policies"
    policies.mkdir()
    for name in ("BE", "default", "inhope"):
        (policies / f"{name}.toml").write_text((shipped / f"{name}.toml").read_text("utf-8"), "utf-8")
    old = (shipped / "NL.toml").read_text("utf-8").replace('hosting = ["shortener"]', 'hosting = ["nothing"]')
    (policies / "NL.toml").write_text(old, "utf-8")
    (policies / "FR.toml").write_text("name = 1", "utf-8")
    found = {each.name: each for each in place(settings) if each.name.startswith("policy: ")}
    assert {name: each.state for name, each in found.items()} == {
        "policy: BE": "ok",
        "policy: FR": "broken",
        "policy: NL": "warning",
        "policy: default": "ok",
    }
    assert f"{policies / 'NL.toml'} has no rule" in found["policy: NL"].what
    assert "copy that rule from Havre's default.toml" in found["policy: NL"].what
