"""The walls themselves; that they hold is tried from inside (test_sandbox)."""

import os

from havre.media.decode.confine import NOBODY, standing
from havre.media.decode.outcomes import Protection
from tests.media.decode.probes import TRIES


def test_a_wall_that_cannot_be_put_up_says_why() -> None:
    def wall() -> None:
        raise OSError(1, os.strerror(1))

    assert standing("landlock", wall) == Protection("landlock", active=False, reason="Operation not permitted")
    assert standing("landlock", lambda: None) == Protection("landlock", active=True)


def test_nobody_is_nobody_and_the_probes_probe_something() -> None:
    assert NOBODY == 65534
    assert TRIES["read a file"]()  # outside the sandbox it works: inside, the refusal means something
