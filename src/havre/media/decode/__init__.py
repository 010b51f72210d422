"""Decoding of untrusted files in confined processes; nothing here is ever decoded by the caller itself."""

from havre.media.decode.outcomes import (
    Broke,
    Budget,
    Decoded,
    Exceeded,
    Fact,
    Failed,
    Frame,
    Limits,
    Member,
    NotMedia,
    Protection,
)
from havre.media.decode.pool import Worker
from havre.media.decode.sandbox import Sandbox

__all__ = [
    "Broke",
    "Budget",
    "Decoded",
    "Exceeded",
    "Fact",
    "Failed",
    "Frame",
    "Limits",
    "Member",
    "NotMedia",
    "Protection",
    "Sandbox",
    "Worker",
]
