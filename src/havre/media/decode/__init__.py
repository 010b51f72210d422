"""Decoding of untrusted files in confined processes; nothing here is ever decoded by the caller itself."""

from havre.media.decode.outcomes import (
    Broke,
    Budget,
    Decoded,
    Exceeded,
    Fact,
    Failed,
    Frame,
    Imprint,
    Limits,
    Member,
    NotMedia,
    Protection,
    Report,
    View,
)
from havre.media.decode.pool import Pool, Worker, protections
from havre.media.decode.sandbox import Sandbox

__all__ = [
    "Broke",
    "Budget",
    "Decoded",
    "Exceeded",
    "Fact",
    "Failed",
    "Frame",
    "Imprint",
    "Limits",
    "Member",
    "NotMedia",
    "Pool",
    "Protection",
    "Report",
    "Sandbox",
    "View",
    "Worker",
    "protections",
]
