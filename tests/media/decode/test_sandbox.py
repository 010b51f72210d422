"""What a worker cannot do, and what becomes of the parent when it tries."""

import os
import subprocess
import sys
import tempfile
import textwrap
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from havre.media.decode import Broke, Exceeded, Limits, Sandbox, Worker, protections
from tests.media.decode.seeds import PICTURES

WALLS = [
    "namespaces",
    "empty file tree",
    "no root user",
    "ends with its parent",
    "not traceable",
    "no capabilities",
    "no new privileges",
    "landlock",
    "resource limits",
    "seccomp",
]


def tried(worker: Worker, what: str) -> dict[str, str]:
    """What the worker says came of trying."""
    with tempfile.TemporaryFile() as nothing:
        return next(worker.stream("probe", nothing.fileno(), what=what))


def works(worker: Worker) -> bool:
    """Whether an ordinary picture still decodes."""
    return worker.decode(PICTURES["jpeg"](), "jpeg").damage is None


def test_every_wall_is_reported_and_those_not_standing_say_why() -> None:
    walls = protections()

    assert [wall.name for wall in walls] == WALLS
    assert [wall.name for wall in walls if wall.active == bool(wall.reason)] == []


@pytest.mark.parametrize(
    "what",
    [
        *("read a file", "write a file", "ask whether a file exists", "list a folder"),
        *("fork", "kill the parent", "kill everybody", "executable memory"),
    ],
)
def test_a_worker_is_refused(worker: Worker, what: str) -> None:
    assert tried(worker, what) == {"refused": "Operation not permitted"}
    assert works(worker)


@pytest.mark.parametrize("what", ["socket", "execve", "unshare", "ptrace"])
def test_a_worker_that_reaches_out_is_killed_at_once(worker: Worker, what: str) -> None:
    with pytest.raises(Broke, match="SIGSYS, a forbidden system call"):
        tried(worker, what)
    assert works(worker)


def test_a_memory_fault_costs_one_file(worker: Worker) -> None:
    with pytest.raises(Broke, match="SIGSEGV, a memory fault"):
        tried(worker, "memory fault")
    assert works(worker)


def test_an_abort_costs_one_file(worker: Worker) -> None:
    # The first process of a namespace does not get its own SIGABRT; the C library then ends it by a fault.
    with pytest.raises(Broke, match=r"the decoder was killed by SIG(ABRT|SEGV)"):
        tried(worker, "abort")
    assert works(worker)


def test_three_gigabytes_are_more_than_a_worker_gets(worker: Worker) -> None:
    with pytest.raises(Exceeded) as refused:
        tried(worker, "memory")
    assert refused.value.limit == "memory"
    assert works(worker)


def test_threads_are_allowed_because_decoders_use_them(worker: Worker) -> None:
    assert tried(worker, "a thread") == {"done": "7"}


@pytest.mark.parametrize("what", ["sleep", "spin"])
def test_a_worker_that_takes_too_long_is_ended(sandbox: Sandbox, what: str) -> None:
    begin = time.monotonic()
    with Worker(sandbox, replace(Limits(), seconds=0.4)) as worker:
        with pytest.raises(Exceeded) as refused:
            tried(worker, what)
        assert refused.value.limit == "seconds"
        assert time.monotonic() - begin < 10
        assert works(worker)


def test_a_record_that_is_too_long_is_not_taken(sandbox: Sandbox) -> None:
    with Worker(sandbox, replace(Limits(), output=10_000)) as worker, tempfile.TemporaryFile() as nothing:
        with pytest.raises(Exceeded) as refused:
            list(worker.stream("probe", nothing.fileno(), count=100))
        assert refused.value.limit == "output"


def workers_of(process: psutil.Process) -> list[psutil.Process]:
    """The workers below the zygote below this process."""
    return [worker for zygote in process.children() for worker in zygote.children()]


def test_a_worker_killed_in_the_middle_of_a_file_costs_that_file() -> None:
    me = psutil.Process()
    before = set(me.children())
    with Sandbox({"probe": "tests.media.decode.probes:run"}) as sandbox, Worker(sandbox) as worker:
        assert works(worker)
        zygote = (set(me.children()) - before).pop()
        (victim,) = zygote.children()
        with tempfile.TemporaryFile() as nothing:
            records = worker.stream("probe", nothing.fileno(), count=100_000)
            next(records)
            victim.kill()
            with pytest.raises(Broke, match="SIGKILL"):
                list(records)
        assert works(worker)
        assert [child.status() for child in zygote.children()] != [psutil.STATUS_ZOMBIE]
    assert set(me.children()) == before


def test_a_killed_zygote_is_replaced() -> None:
    me = psutil.Process()
    before = set(me.children())
    with Sandbox() as sandbox, Worker(sandbox) as worker:
        assert works(worker)
        zygote = (set(me.children()) - before).pop()
        (lost,) = zygote.children()
        zygote.kill()
        psutil.wait_procs([lost], timeout=10)
        with pytest.raises(Broke):
            works(worker)
        assert works(worker)
        assert not lost.is_running() or lost.status() == psutil.STATUS_ZOMBIE


PARENT = """
    import tempfile, threading
    from havre.media.decode import Sandbox, Worker
    worker = Worker(Sandbox({"probe": "tests.media.decode.probes:run"}))
    worker.protections()
    print("ready", flush=True)
    list(worker.stream("probe", tempfile.TemporaryFile().fileno(), what="spin"))
"""


def test_no_worker_outlives_a_parent_that_is_killed() -> None:
    command = [sys.executable, "-c", textwrap.dedent(PARENT)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[3]) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"ready\n"
        family = psutil.Process(parent.pid).children(recursive=True)
        assert len(family) == 2
        parent.kill()
        _, alive = psutil.wait_procs(family, timeout=10)
    assert alive == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become nobody")
def test_the_walls_also_stand_without_root() -> None:
    # sys.path may lead through folders that only root may enter: what is needed is opened up before.
    program = (
        "import os\n"
        "from havre.media.decode import Sandbox, Worker\n"
        "os.setgroups([]); os.setresgid(65534, 65534, 65534); os.setresuid(65534, 65534, 65534)\n"
        "with Sandbox() as sandbox, Worker(sandbox) as worker:\n"
        "    print([wall.name for wall in worker.protections() if not wall.active])\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=Path(__file__).parents[3]
    )
    if "Permission denied" in told.stderr or "ModuleNotFound" in told.stderr:
        pytest.skip("another user may not read this Python or this checkout")
    assert told.stdout == "[]\n", told.stderr
