"""One table of keys a page: it feeds the handlers in the browser, the legend, the help sheet and the palette.

Letters are what is printed on a key, digits where it is (a Belgian keyboard types digits with Shift). A key means the
same on every page.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True, eq=False)
class Key:
    """One key: what is pressed, the name of the handler, and what a person reads of it."""

    press: str
    """As `event.key` has it, small letters; a digit stands for its place. `g d` is one after the other."""
    act: str
    """What `Havre.on(act, …)` registered in the browser; or an address, where it begins with a slash."""
    words: "str | Promise"
    hold: bool = False
    """Whether it acts as long as it is held."""
    legend: bool = False
    """Whether the strip at the bottom shows it."""

    @property
    def shown(self) -> Sequence[str]:
        """What is written on the caps, in order."""
        return [_cap(part) for part in self.press.split(" ") if part] or [str(_("Space"))]


def _cap(part: str) -> str:
    if part.startswith("Shift+"):
        return f"⇧ {_cap(part.removeprefix('Shift+'))}"
    return CAPS.get(part, part.upper() if len(part) == 1 else part)


CAPS: dict[str, str] = {
    "ArrowLeft": "←",
    "ArrowRight": "→",
    "ArrowUp": "↑",
    "ArrowDown": "↓",
    "Escape": "Esc",
    "Delete": "Del",
    "Control+k": "Ctrl K",
    "Control+a": "Ctrl A",
    "PageUp": "Page ↑",
    "PageDown": "Page ↓",
}

EVERYWHERE: tuple[Key, ...] = (
    Key("Control+k", "palette", _("Find or do")),
    Key("/", "find", _("Search")),
    Key("?", "sheet", _("Keys of this page"), legend=True),
    Key("g d", "/desk", _("Go to the desk")),
    Key("g i", "/intakes", _("Go to the intakes")),
    Key("g t", "/triage", _("Go to triage")),
    Key("g s", "/series", _("Go to the series")),
    Key("g a", "/alerts", _("Go to the alerts")),
    Key("g o", "/notices", _("Go to what others say")),
    Key(" ", "reveal", _("Reveal here"), hold=True, legend=True),
    Key("z", "reveal-large", _("Reveal large"), hold=True),
    Key("t", "tone", _("Tone while revealed: grey or colour")),
    Key("Escape", "veil", _("Veil everything")),
    Key("p", "/pause", _("Pause")),
)
"""On every page; letters are off while somebody types."""
