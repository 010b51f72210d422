"""What the pages of notices say of a look: by whom, and by what the fetcher tells whether a page is gone."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from havre.media.outside.signs import Why
from havre.notices.models import BY_FETCHER, Look

WHYS: "Mapping[str, str | Promise]" = {
    Why.NOT_FOUND: lazy("the host says that there is no such page"),
    Why.GONE: lazy("the host says that it is gone"),
    Why.LEGAL: lazy("the host says that the law forbids it"),
    Why.REFUSED: lazy("the host refuses connections"),
    Why.NO_NAME: lazy("the host has no name any more"),
    Why.THERE: lazy("something answers"),
    Why.CHALLENGE: lazy("it asks whether a person is there"),
    Why.COUNTRY: lazy("it may be hidden from our country alone"),
    Why.NETWORK: lazy("a network in front of the host answers in its place"),
    Why.REMOVED: lazy("it answers, and says that it was removed"),
    Why.LOGIN: lazy("it asks who one is"),
    Why.FORBIDDEN: lazy("it is forbidden to us"),
    Why.BUSY: lazy("the host is busy"),
    Why.TROUBLE: lazy("the host is in trouble"),
    Why.LEADS_ON: lazy("it leads elsewhere, which was not followed"),
    Why.PACKED: lazy("it came in a form that is not read"),
    Why.CERTIFICATE: lazy("whoever answers can't prove to be the host"),
    Why.SILENT: lazy("no answer came"),
    Why.PROXY: lazy("the proxy could not reach the host"),
    Why.NO_NUMBER: lazy("no network address of the host is known that may be asked"),
    Why.OLD_NUMBER: lazy("the network address that is known is old: load a newer answer of DNS"),
    Why.DOUBTED: lazy("a person saw it there after the fetcher was told so"),
    Why.OTHER: lazy("the answer tells nothing"),
}


def look_shown(look: Look) -> dict[str, Any]:
    """A look with its words."""
    by = _("the fetcher, for %(name)s") % {"name": look.by.name} if look.how == BY_FETCHER else look.by.name
    return {"row": look, "by": by, "why": WHYS.get(look.why, "")}
