"""How gunicorn serves matching: one process, nothing of a request written down. Read by gunicorn as its configuration.

Requests that are not HTTP at all are answered by gunicorn itself, which would name them in its log.
"""

from gunicorn.glogging import Logger

from havre.entrypoints.matching.patience import begin_body, secured

workers = 1
worker_class = "havre.entrypoints.matching.patience.Worker"
ssl_context, pre_request = secured, begin_body
keepalive = 30
accesslog = None
limit_request_line = 4_000
limit_request_fields = 60
limit_request_field_size = 8_000
forwarded_allow_ips = ""
"""No proxy is believed about who asks: whoever is not from this machine has a key or a certificate."""

OF_THE_SERVER = ("Worker", "Starting", "Shutting", "Reason", "Unhandled exception in main loop")


class Silent(Logger):  # type: ignore[misc]
    """Says that the server begins, ends or crashes, and nothing of requests: they hold hashes."""

    def warning(self, msg: str, *args: object, **kwargs: object) -> None:
        """Only what is about the server itself."""
        if msg.startswith(OF_THE_SERVER):
            super().warning(msg, *args, **kwargs)

    def error(self, msg: str, *args: object, **kwargs: object) -> None:
        """Only what is about the server itself."""
        if msg.startswith(OF_THE_SERVER):
            super().error(msg, *args, **kwargs)

    def exception(self, msg: str, *args: object, **kwargs: object) -> None:
        """Of a request that failed nothing: its trace may hold what was sent."""
        if msg.startswith("Exception in worker process"):
            super().exception(msg, *args, **kwargs)


logger_class = Silent
