"""How gunicorn serves the public: nothing of a request is written down. Read by gunicorn as its configuration."""

from gunicorn.glogging import Logger

worker_class = "havre.entrypoints.public.gathering.Gathering"
keepalive = 0
"""A line is one request: nothing ties two of them together."""

worker_connections = 1_000
accesslog = None
limit_request_line = 2_000
limit_request_fields = 60
limit_request_field_size = 8_000
forwarded_allow_ips = "127.0.0.1"


class Silent(Logger):  # type: ignore[misc]
    """Says that the server begins, ends or crashes, and nothing of requests: gunicorn names who sent a bad one."""

    def _of_server(self, text: str) -> bool:
        return text.startswith(("Worker", "Starting", "Shutting", "Reason", "Unhandled exception in main loop"))

    def warning(self, msg: str, *args: object, **kwargs: object) -> None:
        """Only what is about the server itself."""
        if self._of_server(msg):
            super().warning(msg, *args, **kwargs)

    def error(self, msg: str, *args: object, **kwargs: object) -> None:
        """Only what is about the server itself."""
        if self._of_server(msg):
            super().error(msg, *args, **kwargs)

    def exception(self, msg: str, *args: object, **kwargs: object) -> None:
        """Of a request that failed nothing: its trace may hold what was sent."""
        if msg.startswith("Exception in worker process"):
            super().exception(msg, *args, **kwargs)


logger_class = Silent
