"""Every form and program interface that takes an address: where it is posted, by whom, and with which fields.

The command line is in `test_ssrf`. Another form is another line, and each has to take a harmless address.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

PUBLIC, PARTNER, STAFF = "public", "partner", "staff"

CODE = "00000-00000-00000-00000-00000"
"""Of a report that is there to be added to."""

KEY = "havre-one"
"""Of a partner."""

HEADING = "POST"
"""The first word of a job that posts instead of obeying a command."""


@dataclass(frozen=True, slots=True)
class Form:
    """One of them."""

    who: str
    place: str
    fields: Callable[[str], Mapping[str, Any]]
    """What is typed, with this address wherever one may stand."""
    taken: frozenset[int] = field(default=frozenset({200}))
    """With which of these a harmless one is answered: 422 where an address is no answer to what is asked."""

    def job(self, url: str) -> list[Any]:
        """What a process that watches itself is told."""
        return [HEADING, self.who, self.place, dict(self.fields(url))]


def _reported(reference: str, url: str) -> dict[str, Any]:
    texts = dict.fromkeys(("seen", "where", "contact"), url)
    return {"reports": [{"reference": reference, "addresses": [url], **texts}]}


REDIRECTED, REFUSED = frozenset({302}), frozenset({422})

FORMS: Mapping[str, Form] = {
    "report": Form(
        PUBLIC, "/en/report", lambda url: dict.fromkeys(("address", "seen", "where", "when", "contact"), url)
    ),
    "report, among words": Form(
        PUBLIC, "/en/report", lambda url: {"address": f"I saw {url} today, danger", "danger": "1"}
    ),
    "add": Form(PUBLIC, "/en/follow", lambda url: {"code": CODE, "act": "add", "more": url, "danger": "1"}),
    "challenge": Form(PUBLIC, "/en/challenge", lambda url: dict.fromkeys(("about", "seen", "contact"), url)),
    "the code": Form(PUBLIC, "/en/follow", lambda url: {"code": url}, REFUSED),
    "a provider's code": Form(PUBLIC, "/en/record", lambda url: {"code": url}, REFUSED),
    "API": Form(
        PARTNER, "/api/reports", lambda url: _reported(sha256(url.encode("utf-8", "replace")).hexdigest(), url)
    ),
    "API, the reference": Form(PARTNER, "/api/reports", lambda url: _reported(url, url)),
    "read in a report": Form(STAFF, "/hotline/reports/1/page", lambda url: {"address": url}, REDIRECTED),
    "found of a page": Form(
        STAFF, "/hotline/pages/1/found", lambda url: {"kind": "leads to", "value": url, "source": url}, REDIRECTED
    ),
    "written down": Form(STAFF, "/challenges/written", lambda url: dict.fromkeys(("about", "text", "contact"), url)),
    "what it is about": Form(STAFF, "/challenges/1/about", lambda url: {"about": url}, REDIRECTED),
    "a site's": Form(
        STAFF, "/sites/1/address", lambda url: {"address": url, "kind": "address", "source": url}, REDIRECTED
    ),
    "known of a site": Form(
        STAFF, "/sites/1/statement", lambda url: {"kind": "contact", "value": url, "source": url}, REDIRECTED
    ),
    "to be asked away": Form(
        STAFF, "/takedowns/draft", lambda url: {"page": url, "to": ""}, frozenset({400, 403, 404})
    ),
    "a contact's": Form(
        STAFF,
        "/takedowns/contacts/add",
        lambda url: {"name": "someone", "kind": "platform", "country": "BE", "api": url, "answers_for": url},
        REDIRECTED,
    ),
}
"""Every one, by its name."""
