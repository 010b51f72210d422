"""Nothing of a request is written down, whatever gunicorn would say of it."""

import logging

import pytest
from gunicorn.config import Config

from havre.entrypoints.public import server
from havre.entrypoints.public.gathering import Gathering


def test_of_requests_nothing_is_written_and_of_the_server_what_is_needed() -> None:
    logger = server.Silent(Config())
    heard: list[str] = []
    logger.error_log.handlers = [Hears(heard)]
    logger.warning("Invalid request from ip=%s: %s", "203.0.113.7", "x")
    logger.error("Error handling request %s", "/en/follow")
    logger.exception("Error handling request %s", "/en/follow")
    logger.exception("Socket error processing request.")
    logger.error("Worker (pid:%s) exited with code %s.", 7, 1)
    logger.warning("Worker exiting")
    logger.exception("Exception in worker process")
    assert heard == ["Worker (pid:7) exited with code 1.", "Worker exiting", "Exception in worker process"]


class Hears(logging.Handler):
    """Keeps what is said."""

    def __init__(self, heard: list[str]) -> None:
        super().__init__()
        self.heard = heard

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(record.getMessage())


@pytest.mark.parametrize(("name", "value"), [("accesslog", None), ("keepalive", 0), ("logger_class", server.Silent)])
def test_gunicorn_takes_it_as_its_configuration(name: str, value: object) -> None:
    config = Config()
    for each in ("worker_class", "keepalive", "worker_connections", "accesslog", "logger_class"):
        config.set(each, getattr(server, each))
    assert config.settings[name].get() == value
    assert config.worker_class is Gathering
