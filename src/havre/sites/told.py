"""A capture as people and the log are told of it."""

from typing import Any

from havre.sites.models import Capture


def thing_of(capture: Capture) -> str:
    """How the log calls a capture."""
    return f"capture {capture.pk} of site {capture.site_id}"


def told_of(capture: Capture) -> dict[str, Any]:
    """A capture, counted: read is the sum of good, bad and passed over."""
    return {
        "capture": capture.pk,
        "site": capture.site.name,
        "path": capture.path,
        "format": capture.format,
        "sha256": bytes(capture.sha256).hex(),
        "read": capture.read,
        "good": capture.good,
        "bad": capture.bad,
        "passed": capture.passed,
        "bad_by_reason": dict(sorted(capture.bad_by_reason.items())),
        "media": capture.media,
        "digests": capture.kinds,
        "known": capture.known,
        "known_share": round(capture.known / capture.media, 4) if capture.media else None,
        "ended_early": capture.ended_early,
        "platforms_version": capture.platforms,
        "retain_until": capture.retain_until.isoformat() if capture.retain_until else None,
        "erased_at": capture.erased_at.isoformat(timespec="seconds") if capture.erased_at else None,
        "finished_at": capture.finished_at.isoformat(timespec="seconds") if capture.finished_at else None,
    }
