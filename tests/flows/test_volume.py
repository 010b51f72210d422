"""What the kernel says of a volume is told; what it does not say is not guessed."""

from pathlib import Path

import pytest

from havre.flows.volume import device_encrypted, mount_of, volume_of

MOUNTS = """\
22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw
23 22 253:0 / /srv rw - ext4 /dev/mapper/evidence rw
24 23 0:44 / /srv/with\\040blank rw - btrfs /dev/mapper/pool rw
25 22 0:50 / /tank rw - zfs tank/havre rw
26 22 0:51 / /home/anke rw - ecryptfs /home/.anke rw
27 22 253:0 / /srvother rw - ext4 /dev/mapper/evidence rw
28 22 253:1 / /srv rw - xfs /dev/mapper/later rw
"""


@pytest.mark.parametrize(
    ("folder", "source"),
    [
        ("/", "/dev/vda1"),
        ("/usr/lib", "/dev/vda1"),
        ("/srv/havre", "/dev/mapper/later"),
        ("/srv/with blank/x", "/dev/mapper/pool"),
        ("/srvother", "/dev/mapper/evidence"),
        ("/tank/a/b", "tank/havre"),
    ],
)
def test_a_folder_lies_on_the_nearest_mount_above_it(folder: str, source: str) -> None:
    found = mount_of(Path(folder), MOUNTS)
    assert found is not None
    assert found.source == source


def device(sys: Path, number: str, *, uuid: str = "", below: tuple[str, ...] = (), loop: bool = False) -> None:
    """A block device as sysfs shows it."""
    place = sys / "dev" / "block" / number
    place.mkdir(parents=True)
    if uuid:
        (place / "dm").mkdir()
        (place / "dm" / "uuid").write_text(uuid + "\n")
    if loop:
        (place / "loop").mkdir()
    for part in below:
        (place / "slaves" / part.replace(":", "-")).mkdir(parents=True)
        (place / "slaves" / part.replace(":", "-") / "dev").write_text(part + "\n")


def test_a_device_is_encrypted_if_it_or_all_it_consists_of_is(tmp_path: Path) -> None:
    device(tmp_path, "8:1")
    device(tmp_path, "7:0", loop=True)
    device(tmp_path, "253:0", uuid="CRYPT-LUKS2-0011-evidence", below=("8:1",))
    device(tmp_path, "253:1", uuid="LVM-abc", below=("253:0",))
    device(tmp_path, "253:2", uuid="LVM-def", below=("253:0", "8:1"))
    device(tmp_path, "253:3", uuid="LVM-ghi", below=("253:0", "7:0"))
    numbers = ("8:1", "253:0", "253:1", "253:2", "253:3", "7:0", "9:9")
    told = {number: device_encrypted(number, tmp_path) for number in numbers}
    assert told == {
        "8:1": False,
        "253:0": True,
        "253:1": True,
        "253:2": False,
        "253:3": None,
        "7:0": None,
        "9:9": None,
    }


def machine(tmp_path: Path, line: str) -> tuple[Path, Path]:
    """A /proc with one mount, and an empty /sys."""
    (tmp_path / "proc" / "self").mkdir(parents=True)
    (tmp_path / "proc" / "self" / "mountinfo").write_text(line)
    return tmp_path / "proc", tmp_path / "sys"


def test_a_volume_is_encrypted_where_its_device_is(tmp_path: Path) -> None:
    proc, sys = machine(tmp_path, "22 1 253:0 / / rw - ext4 /dev/mapper/evidence rw\n")
    device(sys, "253:0", uuid="CRYPT-LUKS2-0011-evidence")
    assert volume_of(tmp_path, proc, sys).encrypted is True


def test_a_file_system_that_seals_its_files_is_encrypted(tmp_path: Path) -> None:
    proc, sys = machine(tmp_path, "22 1 0:51 / / rw - ecryptfs /home/.anke rw\n")
    assert volume_of(tmp_path, proc, sys).encrypted is True


@pytest.mark.parametrize("line", ["", "22 1 0:50 / / rw - zfs tank/havre rw\n", "22 1 8:77 / / rw - ext4 /dev/x rw\n"])
def test_what_the_kernel_does_not_tell_is_unknown(tmp_path: Path, line: str) -> None:
    proc, sys = machine(tmp_path, line)
    assert volume_of(tmp_path, proc, sys).encrypted is None
