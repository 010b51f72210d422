"""A sender that dies at one step of one letter.

The steps of a letter, in order: `before` anything is said to the server; `ready`, all but its last line is sent;
`written`, it is committed that it leaves; `taken`, the server took it; `never`, it dies at none of them.
"""

import os
import signal
from datetime import datetime
from pathlib import Path

from havre.settings import Mail, Settings
from havre.start import start


def main(home: str, database: str, port: str, when: str, step: str) -> None:
    """Send what is due at this time; end at that step as a power cut does."""
    settings = Settings(
        home=Path(home), database=database, mail=Mail("127.0.0.1", int(port), False, "havre@unit.example")
    )
    start(settings)
    from havre.flows.home import Home
    from havre.flows.notice_hands import Hands, Leaving, Parcel, hands_of
    from havre.flows.send_notices import send_due

    real = hands_of(settings.mail, None, settings.home / "letters")

    def dies(at: str) -> None:
        if at == step:
            os.kill(os.getpid(), signal.SIGKILL)

    def hand(parcel: Parcel, leaving: Leaving) -> None:
        def going() -> None:
            dies("ready")
            leaving()
            dies("written")

        dies("before")
        real.mail(parcel, going)
        dies("taken")

    moment = datetime.fromisoformat(when)
    send_due(Home(settings), lambda: moment, Hands(hand, hand, hand))
