"""Whether the unit holds a picture whose owner asked to be told if it is found: a person reads it, and answers them.

The worker looks by itself (`self_look`); here people read what it found, and look now. Nothing is said by itself.
"""

from typing import Any

from havre.flows.at_page import WORKING
from havre.flows.home import Home, consulted
from havre.flows.self_look import look_at_all
from havre.selfservice.models import Finding
from havre.selfservice.queries import findings_of
from havre.units.acting import Acting


def find_submitted(home: Home, acting: Acting) -> list[dict[str, Any]]:
    """Look now, and what of it the unit holds: the same bytes, near pictures, films with its frames; it is logged."""
    acting.must_be(*WORKING, to="look for what people sent")
    looked = look_at_all(home, acting.unit, acting.now())
    found = [finding_fields(each) for each in findings_of(acting.person)]
    consulted(home, acting, "submissions", {"looked": looked.sought, "found": len(found)})
    return found


def finding_fields(finding: Finding) -> dict[str, Any]:
    """One thing that was found."""
    return {
        "submission": finding.file.submission.number,
        "sha256": finding.file.sha256,
        "medium": bytes(finding.medium.sha256).hex(),
        "same_bytes": finding.distance is None,
        "distance": finding.distance,
        "frames": finding.frames,
        "at": finding.at.isoformat(),
        "state": finding.state,
    }
