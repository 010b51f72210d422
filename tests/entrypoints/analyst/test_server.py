"""Processes share processors, and one that begins takes the place of one that ended."""

from types import SimpleNamespace

from gunicorn.config import Config
from hypothesis import given
from hypothesis import strategies as st

from havre.entrypoints.analyst import server
from havre.entrypoints.analyst.lines import AT_ONCE, Lines
from havre.entrypoints.analyst.server import post_worker_init, pre_fork, share


@given(processors=st.sets(st.integers(0, 200), min_size=1, max_size=70), of=st.integers(1, 64))
def test_processes_share_all_processors_evenly(processors: set[int], of: int) -> None:
    shares = [share(number, of, sorted(processors)) for number in range(of)]
    counts = [sum(one in each for each in shares) for one in processors]
    assert set().union(*shares) == processors
    if of <= len(processors):
        assert counts == [1] * len(processors)
        assert max(map(len, shares)) - min(map(len, shares)) <= 1
    else:
        assert {len(each) for each in shares} == {1}
        assert max(counts) - min(counts) <= 1


def test_a_process_that_begins_before_the_last_has_ended_has_a_share() -> None:
    assert [share(number, 2, [0, 1, 2, 3]) for number in range(4)] == [{0, 1}, {2, 3}, {0, 1}, {2, 3}]


def test_a_process_takes_the_place_of_one_that_ended() -> None:
    arbiter = SimpleNamespace(WORKERS={})
    for number in range(3):
        arbiter.WORKERS[number] = SimpleNamespace()
        last = arbiter.WORKERS.pop(number)
        pre_fork(arbiter, last)
        arbiter.WORKERS[number] = last
    assert [each.number for each in arbiter.WORKERS.values()] == [0, 1, 2]
    del arbiter.WORKERS[1]
    new = SimpleNamespace()
    pre_fork(arbiter, new)
    assert new.number == 1


def test_gunicorn_takes_it_as_its_configuration() -> None:
    config = Config()
    for name in ("worker_class", "threads", "timeout", "graceful_timeout", "forwarder_headers", "loglevel"):
        config.set(name, getattr(server, name))
    config.set("pre_fork", pre_fork)
    config.set("post_fork", server.post_fork)
    config.set("post_worker_init", post_worker_init)
    config.set("control_socket_disable", server.control_socket_disable)
    assert (config.worker_class, config.threads, config.forwarder_headers) == (Lines, AT_ONCE, [])
    assert config.settings["control_socket_disable"].get() is True
