"""The walls around a worker, put up one by one by the worker itself; each says whether it stands.

Two processes take part: the first leaves the namespaces of the machine and forks the second into them, then
ends. The second is the worker. Python's own threads would forbid this; a freshly forked process has just one.
"""

import ctypes
import errno
import os
import platform
import resource
import struct
from collections.abc import Callable, Iterator

from havre.media.decode import seccomp
from havre.media.decode.outcomes import Protection

NOBODY = 65534
"""The user and group that own nothing (kernel.overflowuid)."""

CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWUTS = 0x00020000, 0x02000000, 0x04000000
CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x08000000, 0x10000000, 0x20000000, 0x40000000
APART = CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID | CLONE_NEWNET
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS = 1, 4, 38
SIGKILL = 9


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _check(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def _prctl(option: int, value: int) -> None:
    _check(_libc().prctl(option, ctypes.c_ulong(value), 0, 0, 0))


def standing(name: str, wall: Callable[[], object]) -> Protection:
    """Put up a wall; the reason why it does not stand is part of the answer, not an error."""
    try:
        wall()
    except OSError as problem:
        return Protection(name, active=False, reason=problem.strerror or str(problem))
    return Protection(name, active=True)


def leave_the_machine() -> Protection:
    """New user, network, IPC, host name, mount and process namespaces for the children of this process."""
    if os.geteuid() == 0:
        as_root = standing("namespaces", lambda: _check(_libc().unshare(APART)))
        if as_root.active:
            return as_root
        become_nobody()
    return standing("namespaces", lambda: _check(_libc().unshare(APART | CLONE_NEWUSER)))


def become_nobody() -> None:
    """Give up the root user for good; nothing to do for anybody else."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)


def empty_root(first_process: int) -> Protection:
    """Make a folder that is about to vanish the root of the file tree: afterwards no path leads anywhere."""

    def wall() -> None:
        # The folder belongs to the first process, which ends right after.
        os.chroot(f"/proc/{first_process}/fdinfo")
        os.chdir("/")

    return standing("empty file tree", wall)


def close_the_door(memory: int) -> Iterator[Protection]:
    """The remaining walls, in the order in which they can be put up; afterwards nothing can be opened."""
    yield standing("no root user", become_nobody)
    yield standing("ends with its parent", lambda: _prctl(PR_SET_PDEATHSIG, SIGKILL))
    yield standing("not traceable", lambda: _prctl(PR_SET_DUMPABLE, 0))
    yield standing("no capabilities", _drop_capabilities)
    yield standing("no new privileges", lambda: _prctl(PR_SET_NO_NEW_PRIVS, 1))
    yield standing("landlock", _landlock)
    yield standing("resource limits", lambda: _limit(memory))
    yield standing("seccomp", seccomp.install)


def _drop_capabilities() -> None:
    header = struct.pack("<Ii", 0x20080522, 0)  # _LINUX_CAPABILITY_VERSION_3, this process
    _check(_libc().capset(header, bytes(24)))


LANDLOCK_CREATE_RULESET, LANDLOCK_RESTRICT_SELF = 444, 446
LANDLOCK_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 5: 16}
"""Landlock version: how many of the rights on files it knows (linux/landlock.h)."""
LANDLOCK_NET_RIGHTS, LANDLOCK_SCOPES = 2, 2


def _landlock() -> None:
    """Handle every right that this kernel knows and grant none: no file, no TCP port, no foreign signal."""
    call = _libc().syscall
    version = _check(call(LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint(1)))
    files = max(bits for since, bits in LANDLOCK_FILE_RIGHTS.items() if since <= version)
    rules = [
        (1 << files) - 1,
        (1 << LANDLOCK_NET_RIGHTS) - 1 if version >= 4 else 0,
        (1 << LANDLOCK_SCOPES) - 1 if version >= 6 else 0,
    ]
    size = 8 if version < 4 else 16 if version < 6 else 24
    attributes = struct.pack("<3Q", *rules)[:size]
    ruleset = _check(call(LANDLOCK_CREATE_RULESET, attributes, ctypes.c_size_t(size), ctypes.c_uint(0)))
    try:
        _check(call(LANDLOCK_RESTRICT_SELF, ctypes.c_int(ruleset), ctypes.c_uint(0)))
    finally:
        os.close(ruleset)


CPU_SECONDS = 12 * 3600
"""A backstop only: the watchdog in the parent counts the time of each file, and a long film has two hours."""
OPEN_FILES, THREADS = 24, 64


def _limit(memory: int) -> None:
    limits = {
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: OPEN_FILES,
        resource.RLIMIT_NPROC: THREADS,
        resource.RLIMIT_CPU: CPU_SECONDS,
        resource.RLIMIT_MEMLOCK: 0,
    }
    for which, value in limits.items():
        resource.setrlimit(which, (value, value))


def supported() -> str | None:
    """Why this machine cannot confine at all, None if it can try."""
    return None if platform.system() == "Linux" else os.strerror(errno.ENOSYS)
