"""A few requests are worked on at once, whoever sends files besides them, and an error lets the next one in."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event, Lock
from time import sleep

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from havre.entrypoints.analyst.few import Gate, few
from havre.entrypoints.analyst.lines import AT_ONCE, LARGE

ASKED = 8


def test_no_more_than_a_few_are_worked_on_at_once() -> None:
    lock, now, most = Lock(), 0, 0
    full = Barrier(AT_ONCE)

    def answer(_request: HttpRequest) -> HttpResponse:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        full.wait(timeout=20)  # as many as may are inside together
        with lock:
            now -= 1
        return HttpResponse()

    asked = few(answer)
    with ThreadPoolExecutor(ASKED) as pool:
        done = list(pool.map(asked, [RequestFactory().get("/") for _ in range(ASKED)]))
    assert (len(done), most) == (ASKED, AT_ONCE)


def test_who_came_first_is_let_in_first() -> None:
    gate, inside, order = Gate(1), Event(), list[int]()

    def come(number: int) -> None:
        with gate:
            inside.set()
            if number == 0:
                all_wait.wait(timeout=20)
            order.append(number)
        with gate:  # and again at once, as a thread of a server does: behind all who wait
            order.append(ASKED + number)

    all_wait = Event()
    with ThreadPoolExecutor(ASKED) as pool:
        done = [pool.submit(come, 0)]
        assert inside.wait(timeout=20)
        for number in range(1, ASKED):
            done.append(pool.submit(come, number))
            while len(gate._waiting) < number:
                sleep(0.001)
        all_wait.set()
        for each in done:
            each.result(timeout=20)
    assert order[:ASKED] == list(range(ASKED))
    assert sorted(order) == list(range(2 * ASKED))


@pytest.mark.parametrize(
    "said",
    [
        {"CONTENT_LENGTH": str(LARGE + 1)},
        {"CONTENT_LENGTH": "chunked"},
        {"CONTENT_LENGTH": "-1"},
        {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"},
    ],
)
def test_who_sends_a_file_holds_nobody_up(said: dict[str, str]) -> None:
    over = Event()

    def answer(request: HttpRequest) -> HttpResponse:
        if request.method == "POST":
            over.wait(timeout=20)
        return HttpResponse()

    asked = few(answer)
    sending = [RequestFactory().post("/") for _ in range(AT_ONCE)]
    for each in sending:
        each.META |= said
    with ThreadPoolExecutor(ASKED) as pool:
        waiting = [pool.submit(asked, each) for each in sending]
        assert pool.submit(asked, RequestFactory().get("/")).result(timeout=20).status_code == 200
        assert not any(each.done() for each in waiting)
        over.set()


def test_an_error_lets_the_next_one_in() -> None:
    def fails(_request: HttpRequest) -> HttpResponse:
        raise ValueError("wrong")

    asked = few(fails)
    for _ in range(AT_ONCE + 1):
        with pytest.raises(ValueError, match=r"^wrong$"):
            asked(RequestFactory().get("/"))
