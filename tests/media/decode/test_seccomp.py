"""The filter, run here as the kernel would run it."""

import pytest

from havre.media.decode import seccomp
from havre.media.decode.seccomp import ALLOW, ERRNO, KILL

EPERM, ENOSYS = ERRNO | 1, ERRNO | 38


def verdict(machine: str, number: int, arguments: tuple[int, ...] = (0,) * 6, architecture: int | None = None) -> int:
    """What the filter says to this call (BPF of linux/filter.h, as far as it is used)."""
    expected = seccomp.ARCHITECTURES[machine][1]
    words = {0: number, 4: expected if architecture is None else architecture}
    words |= {16 + 8 * index: value for index, value in enumerate(arguments)}
    program, at, loaded = seccomp.steps(machine, 42), 0, 0
    while True:
        code, if_true, if_false, value = program[at]
        at += 1
        if code == seccomp.RETURN:
            return value
        if code == seccomp.LOAD:
            loaded = words[value]
            continue
        holds = {
            seccomp.EQUAL: loaded == value,
            seccomp.AT_LEAST: loaded >= value,
            seccomp.ANY_BIT: bool(loaded & value),
        }
        at += if_true if holds[code] else if_false


@pytest.mark.parametrize("machine", seccomp.ARCHITECTURES)
def test_every_table_row_has_its_verdict(machine: str) -> None:
    column = seccomp.ARCHITECTURES[machine][0]
    for table, expected in ((seccomp.ALLOWED, ALLOW), (seccomp.DEADLY, KILL)):
        assert {verdict(machine, row[column]) for row in table.values() if row[column] >= 0} == {expected}


@pytest.mark.parametrize("machine", seccomp.ARCHITECTURES)
def test_everything_else_is_refused(machine: str) -> None:
    column = seccomp.ARCHITECTURES[machine][0]
    named = {row[column] for row in (*seccomp.ALLOWED.values(), *seccomp.DEADLY.values())}
    named |= {row[column] for row in (seccomp.MMAP, seccomp.MPROTECT, seccomp.CLONE, seccomp.TGKILL, seccomp.CLONE3)}
    assert {verdict(machine, number) for number in range(600) if number not in named} == {EPERM}


@pytest.mark.parametrize("machine", seccomp.ARCHITECTURES)
def test_arguments_decide_where_a_call_can_be_either(machine: str) -> None:
    column = seccomp.ARCHITECTURES[machine][0]
    cases = {
        (seccomp.CLONE, (0x3D0F00,)): ALLOW,
        (seccomp.CLONE, (0x1200011,)): EPERM,
        (seccomp.CLONE3, (0,)): ENOSYS,
        (seccomp.MMAP, (0, 0, 3)): ALLOW,
        (seccomp.MMAP, (0, 0, 7)): EPERM,
        (seccomp.MPROTECT, (0, 0, 5)): EPERM,
        (seccomp.TGKILL, (42,)): ALLOW,
        (seccomp.TGKILL, (1,)): EPERM,
    }
    for (numbers, arguments), expected in cases.items():
        assert verdict(machine, numbers[column], arguments) == expected


def test_another_architecture_or_the_x32_calls_are_deadly() -> None:
    assert verdict("x86_64", 0, architecture=0x40000003) == KILL
    assert verdict("x86_64", 0x40000000) == KILL


def test_no_jump_leaves_the_program() -> None:
    for machine in seccomp.ARCHITECTURES:
        program = seccomp.steps(machine, 1)
        assert all(at + 1 + max(step[1], step[2]) < len(program) for at, step in enumerate(program[:-1]))
        assert len(program) < 4096
