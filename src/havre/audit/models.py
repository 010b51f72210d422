"""The log: its entries, where it ends, and its signed checkpoints.

People, units and things are written by their names, not by foreign keys: the log outlives what it speaks of. Every
column is covered by a hash and a signature; times are text, so that what was hashed is what is stored.
"""

from django.db import models


class Entry(models.Model):
    """Somebody did something to a thing."""

    index = models.BigIntegerField(primary_key=True)
    at = models.CharField(max_length=32)
    person = models.TextField()
    unit = models.TextField()
    verb = models.TextField()
    thing = models.TextField()
    reason = models.TextField()
    detail = models.TextField()
    signature = models.BinaryField(max_length=64)
    leaf = models.BinaryField(max_length=32)


class Head(models.Model):
    """Where the log ends: one row, locked by whoever appends."""

    size = models.BigIntegerField()
    frontier = models.TextField()


class Checkpoint(models.Model):
    """The state of the log as it was signed at one moment, and what is needed to go on from it."""

    number = models.BigIntegerField(primary_key=True)
    size = models.BigIntegerField()
    frontier = models.TextField()
    note = models.TextField()
