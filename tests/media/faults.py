"""An operating system that fails on purpose, one call at a time."""

import os
from collections.abc import Callable, Iterator
from dataclasses import fields
from typing import Any

from havre.media.disk import Files


class Faulty:
    """The operating system, one of whose calls fails: the first, the second, and so on until none is left."""

    def __init__(self, failing: int, error: int | None) -> None:
        self.left = failing
        self.error = error
        self.failed = ""
        real = Files()
        wrapped = {field.name: self._wrap(field.name, getattr(real, field.name)) for field in fields(Files)}
        self.files = Files(**wrapped)

    def _wrap(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            self.left -= 1
            if self.left != -1:
                return real(*arguments)
            self.failed = name
            return self._fail(name, real, arguments)

        return call

    def _fail(self, name: str, real: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        if name == "close":
            real(*arguments)  # Linux closes the descriptor whatever it reports
        if self.error is not None:
            raise OSError(self.error, os.strerror(self.error))
        if name == "close":
            return None
        if name == "write":
            return real(arguments[0], arguments[1][:5])
        return real(arguments[0], 5) if name == "read" else real(*arguments)


def faults(error: int | None) -> Iterator[Faulty]:
    """Systems that fail at their first call, their second, and so on; the last one failed at none."""
    failing = 0
    while True:
        faulty = Faulty(failing, error)
        yield faulty
        if not faulty.failed:
            return
        failing += 1
