"""The system calls that a worker may make: a BPF filter built here, for x86_64 and aarch64, with no library.

What is allowed is what reading, computing and answering over an open socket needs. Nothing that names a path,
starts a process or makes a connection is; the worst of it kills the worker at once, the rest gets EPERM.
"""

import ctypes
import errno
import os
import platform
import struct

ALLOWED = {
    # name: (x86_64, aarch64); -1 where there is no such call. Not fstat: the C library makes it a newfstatat,
    # which takes paths too and would tell which files exist.
    "read": (0, 63),
    "write": (1, 64),
    "close": (3, 57),
    "poll": (7, -1),
    "lseek": (8, 62),
    "munmap": (11, 215),
    "brk": (12, 214),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "pread64": (17, 67),
    "writev": (20, 66),
    "sched_yield": (24, 124),
    "mremap": (25, 216),
    "madvise": (28, 233),
    "dup": (32, 23),
    "nanosleep": (35, 101),
    "getpid": (39, 172),
    "sendto": (44, 206),
    "recvfrom": (45, 207),
    "sendmsg": (46, 211),
    "recvmsg": (47, 212),
    "exit": (60, 93),
    "uname": (63, 160),
    "fcntl": (72, 25),
    "gettimeofday": (96, 169),
    "getrusage": (98, 165),
    "sysinfo": (99, 179),
    "sigaltstack": (131, 132),
    "gettid": (186, 178),
    "futex": (202, 98),
    "sched_getaffinity": (204, 123),
    "restart_syscall": (219, 128),
    "clock_gettime": (228, 113),
    "clock_getres": (229, 114),
    "clock_nanosleep": (230, 115),
    "exit_group": (231, 94),
    "ppoll": (271, 73),
    "set_robust_list": (273, 99),
    "getrandom": (318, 278),
    "membarrier": (324, 283),
    "rseq": (334, 293),
}

DEADLY = {
    "socket": (41, 198),
    "connect": (42, 203),
    "bind": (49, 200),
    "listen": (50, 201),
    "execve": (59, 221),
    "ptrace": (101, 117),
    "mount": (165, 40),
    "kexec_load": (246, 104),
    "keyctl": (250, 219),
    "unshare": (272, 97),
    "setns": (308, 268),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "bpf": (321, 280),
    "execveat": (322, 281),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
}
"""No decoder has an honest reason for these: the worker is killed on the spot (SIGSYS)."""

MMAP, MPROTECT, CLONE, TGKILL, CLONE3 = (9, 222), (10, 226), (56, 220), (234, 131), (435, 435)

ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
"""Machine name: column in the tables above, AUDIT_ARCH value (linux/audit.h)."""

ALLOW, KILL, ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER_AT, ARCHITECTURE_AT, ARGUMENTS_AT = 0, 4, 16
PROT_EXEC, CLONE_THREAD = 0x4, 0x10000
X32_BIT = 0x40000000

Step = tuple[int, int, int, int]


def steps(machine: str, pid: int) -> list[Step]:
    """The filter for this machine and the process `pid`, as (code, jump if true, jump if false, value)."""
    column, architecture = ARCHITECTURES[machine]
    program: list[Step] = [
        (LOAD, 0, 0, ARCHITECTURE_AT),
        (EQUAL, 1, 0, architecture),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, NUMBER_AT),
        (AT_LEAST, 0, 1, X32_BIT),
        (RETURN, 0, 0, KILL),
    ]
    # futex and read are the most frequent: the order of the table is the order of the comparisons.
    for numbers in ALLOWED.values():
        program += _on(numbers[column], [(RETURN, 0, 0, ALLOW)])
    for numbers in DEADLY.values():
        program += _on(numbers[column], [(RETURN, 0, 0, KILL)])
    program += _on(MMAP[column], _unless_bit(2, PROT_EXEC))
    program += _on(MPROTECT[column], _unless_bit(2, PROT_EXEC))
    # FFmpeg and libheif start threads; a new process has no CLONE_THREAD.
    program += _on(CLONE[column], _if_bit(0, CLONE_THREAD))
    # abort() signals its own thread; nobody else may be signalled.
    program += _on(TGKILL[column], _if_equal(0, pid))
    # The flags of clone3 lie in memory where no filter can see them; glibc falls back to clone.
    program += _on(CLONE3[column], [(RETURN, 0, 0, ERRNO | errno.ENOSYS)])
    return [*program, (RETURN, 0, 0, ERRNO | errno.EPERM)]


def _on(number: int, block: list[Step]) -> list[Step]:
    return [] if number < 0 else [(EQUAL, 0, len(block), number), *block]


def _argument(index: int) -> Step:
    return (LOAD, 0, 0, ARGUMENTS_AT + 8 * index)  # the low half on a little-endian machine


def _if_bit(index: int, bit: int) -> list[Step]:
    return [_argument(index), (ANY_BIT, 0, 1, bit), (RETURN, 0, 0, ALLOW), (RETURN, 0, 0, ERRNO | errno.EPERM)]


def _unless_bit(index: int, bit: int) -> list[Step]:
    return [_argument(index), (ANY_BIT, 1, 0, bit), (RETURN, 0, 0, ALLOW), (RETURN, 0, 0, ERRNO | errno.EPERM)]


def _if_equal(index: int, value: int) -> list[Step]:
    return [_argument(index), (EQUAL, 0, 1, value), (RETURN, 0, 0, ALLOW), (RETURN, 0, 0, ERRNO | errno.EPERM)]


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("steps", ctypes.c_void_p)]


def install() -> None:
    """Apply the filter to this process for good. Raises OSError where the kernel refuses, or no table fits."""
    machine = platform.machine()
    if machine not in ARCHITECTURES:
        raise OSError(errno.ENOTSUP, f"no table of system calls for {machine}")
    packed = b"".join(struct.pack("<HBBI", *step) for step in steps(machine, os.getpid()))
    buffer = ctypes.create_string_buffer(packed, len(packed))
    program = _Program(len(packed) // 8, ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(22, 2, ctypes.byref(program), 0, 0):  # PR_SET_SECCOMP, SECCOMP_MODE_FILTER
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
