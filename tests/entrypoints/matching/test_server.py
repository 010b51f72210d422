"""The server says that it lives and dies, and nothing of requests."""

import logging

import pytest
from gunicorn.config import Config

from havre.entrypoints.matching.server import Silent, accesslog, workers


def test_what_was_asked_is_in_no_log(capfd: pytest.CaptureFixture[str]) -> None:
    logger = Silent(Config())
    logger.error_log.addHandler(logging.StreamHandler())
    for write in (logger.warning, logger.error, logger.exception):
        write("Invalid request from ip=%s: %s", "192.0.2.7", "GET /m/lookup?signal=abc")
        write("Error handling request %s", "/m/lookup?signal=abc")
    logger.warning("Worker with pid %s was terminated", 7)
    logger.error("Worker (pid:%s) exited with code 3", 8)
    logger.exception("Exception in worker process")
    written = capfd.readouterr().err
    assert "abc" not in written
    assert {number for number in ("pid 7", "pid:8", "Exception in worker") if number in written} == {
        "pid 7",
        "pid:8",
        "Exception in worker",
    }
    assert (accesslog, workers) == (None, 1)
