"""Commands of the operator's that are asked before a report leaves, and told after it left: JSON in, JSON out."""

import json
import shlex
import subprocess
from typing import Any

from havre.cybertip.filing import json_in
from havre.errors import Invalid, Unavailable

SECONDS = 120.0
SHOWN = 200


def asked(command: str, said: dict[str, Any], seconds: float = SECONDS) -> Any:
    """What a command answers to this JSON on its input; None where it says nothing.

    Raises Unavailable where it fails: then nobody knows what it would have said.
    """
    words = _words(command)
    try:
        done = subprocess.run(words, input=json.dumps(said).encode(), capture_output=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        raise Unavailable("the command %(command)s did not end in time", command=words[0]) from None
    except OSError as error:
        raise Unavailable("the command %(command)s can't be run: %(why)s", command=words[0], why=error) from None
    if done.returncode != 0:
        # What it wrote beside is not repeated: it may hold what it was asked.
        raise Unavailable("the command %(command)s failed (%(code)s)", command=words[0], code=done.returncode)
    try:
        return json_in(done.stdout) if done.stdout.strip() else None
    except Invalid:
        raise Invalid(
            "what the command %(command)s printed is no JSON in which each field stands once", command=words[0]
        ) from None


def _words(command: str) -> list[str]:
    try:
        words = shlex.split(command)
    except ValueError:
        words = []
    if not words:
        raise Invalid("that is no command: %(command)s", command=command[:SHOWN])
    return words
