"""Whether a folder lies on a volume that this machine encrypts: told from what the kernel says, never guessed."""

import fcntl
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FS_IOC_GET_ENCRYPTION_POLICY = 0x400C6615
"""Asks ext4, f2fs and ubifs for the fscrypt policy of a folder (linux/fscrypt.h)."""

SEALED_KINDS = frozenset({"ecryptfs", "fuse.gocryptfs", "fuse.encfs", "fuse.cryfs"})
"""File systems that encrypt every file themselves."""


@dataclass(frozen=True, slots=True)
class Mount:
    """Where a file system hangs, its kind, the device number the kernel gives it, and what it was mounted from."""

    place: str
    kind: str
    number: str
    source: str


@dataclass(frozen=True, slots=True)
class Volume:
    """What is known of the volume under a folder: encrypted, not encrypted, or neither can be told."""

    encrypted: bool | None
    why: str


def volume_of(folder: Path, proc: Path = Path("/proc"), sys: Path = Path("/sys")) -> Volume:
    """What this machine's kernel knows of the volume under a folder."""
    if _has_fscrypt(folder):
        return Volume(True, "the folder is encrypted with fscrypt")
    mount = mount_of(folder, (proc / "self" / "mountinfo").read_text("utf-8", errors="replace"))
    if mount is None:
        return Volume(None, "the kernel does not tell what it lies on")
    if mount.kind in SEALED_KINDS:
        return Volume(True, f"it lies on {mount.kind}")
    number = mount.number if not mount.number.startswith("0:") else _number_of(mount.source)
    if number is None:
        return Volume(None, f"it lies on {mount.kind}, of which the kernel does not tell")
    known = device_encrypted(number, sys)
    if known is None:
        return Volume(None, f"the kernel does not tell what {mount.source} consists of")
    return Volume(known, f"{mount.source} is {'' if known else 'not '}encrypted by this machine")


def mount_of(folder: Path, mountinfo: str) -> Mount | None:
    """The mount a folder lies on: the last of those with the longest path above it."""
    wanted = os.path.realpath(folder)
    above = [mount for mount in _mounts(mountinfo) if os.path.commonpath([wanted, mount.place]) == mount.place]
    return max(reversed(above), key=lambda mount: len(mount.place), default=None)


def _mounts(mountinfo: str) -> Iterator[Mount]:
    """proc_pid_mountinfo(5): id, parent, major:minor, root, mount point, options …, a dash, kind, source."""
    for line in mountinfo.splitlines():
        before, _, behind = line.partition(" - ")
        fields, more = before.split(" "), behind.split(" ")
        if len(fields) >= 5 and len(more) >= 2 and fields[4].startswith("/"):
            yield Mount(_plain(fields[4]), more[0], fields[2], _plain(more[1]))


def _plain(text: str) -> str:
    # The kernel writes blanks, tabs, newlines and backslashes in octal.
    for escaped, meant in ((r"\040", " "), (r"\011", "\t"), (r"\012", "\n"), (r"\134", "\\")):
        text = text.replace(escaped, meant)
    return text


def device_encrypted(number: str, sys: Path) -> bool | None:
    """Whether a block device is, or consists only of, devices that dm-crypt encrypts; none where it is not known."""
    device = sys / "dev" / "block" / number
    if not device.exists():
        return None
    try:
        if (device / "dm" / "uuid").read_text().startswith("CRYPT-"):
            return True
    except OSError:
        pass
    if (device / "loop").exists():
        return None
    below = [(part / "dev").read_text().strip() for part in sorted((device / "slaves").glob("*"))]
    known = {device_encrypted(part, sys) for part in below}
    return False if not known or False in known else None if None in known else True


def _number_of(source: str) -> str | None:
    """major:minor of a device file; none for a source that is none, as with ZFS, NFS or memory."""
    try:
        status = os.stat(source)  # noqa: PTH116 - a source such as "none" is no path
    except OSError:
        return None
    return f"{os.major(status.st_rdev)}:{os.minor(status.st_rdev)}" if status.st_rdev else None


def _has_fscrypt(folder: Path) -> bool:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.ioctl(descriptor, FS_IOC_GET_ENCRYPTION_POLICY, bytes(12))
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True
