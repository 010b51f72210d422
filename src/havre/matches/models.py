"""What is known of media, from whom, with which label; and which item was found to match what."""

from typing import ClassVar

from django.db import models

from havre.cases.models import Item
from havre.media.models import Medium
from havre.units.models import Person, Unit


class Source(models.Model):
    """Where knowledge came from: one folder judged, or one list read."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="sources")
    path = models.TextField()
    format = models.CharField(max_length=20)
    scheme = models.CharField(max_length=20, blank=True)
    label = models.CharField(max_length=50, blank=True)
    """What the whole folder was judged, or what of a list says nothing itself."""
    listing = models.BinaryField(max_length=32)
    """SHA-256 over names, sizes, times and options when begun: whether it is the same as before."""
    read = models.PositiveBigIntegerField(default=0)
    """Entries of a list that were dealt with, so that an import that was killed goes on behind them."""
    finished_at = models.DateTimeField(null=True)
    told = models.JSONField(default=dict)
    """What was answered when it was finished."""
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    """From here on nothing is concluded from it."""
    undone_at = models.DateTimeField(null=True)
    """When everything that had been concluded from it had been judged again."""
    moved = models.JSONField(default=dict)
    """How many items the withdrawal changed, by outcome before and after."""


class Knowledge(models.Model):
    """What one source says of one medium."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="entries")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    label = models.CharField(max_length=50, blank=True)
    pertinent = models.BooleanField(null=True)
    """Judged pertinent or not; null where the source only lists it."""
    category = models.CharField(max_length=50, blank=True)
    md5 = models.BinaryField(max_length=16, null=True)
    sha1 = models.BinaryField(max_length=20, null=True)
    sha256 = models.BinaryField(max_length=32, null=True)
    pdq = models.BinaryField(max_length=32, null=True)
    pdq_quality = models.PositiveSmallIntegerField(null=True)
    path = models.TextField(blank=True)
    facts = models.JSONField(default=dict)
    whole = models.ForeignKey("self", on_delete=models.CASCADE, null=True, db_index=False, related_name="frames")
    """The entry of the whole file, where this row is only a further frame or page of it: it then has no digests."""

    class Meta:
        indexes: ClassVar = [
            # Rows of frames are few: an index over all rows would only slow down long imports.
            models.Index(fields=["whole"], name="knowledge_by_whole", condition=models.Q(whole__isnull=False)),
            models.Index(fields=["unit", "md5"], name="knowledge_by_md5"),
            models.Index(fields=["unit", "sha1"], name="knowledge_by_sha1"),
            models.Index(fields=["unit", "sha256"], name="knowledge_by_sha256"),
        ]


class Heard(models.Model):
    """By which name a list that corrects itself called something, and when it last said anything of it."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+", db_index=False)
    key = models.BinaryField(max_length=16)
    """The beginning of SHA-256 over that name."""
    changed = models.PositiveBigIntegerField()
    """Seconds of the epoch, by the list's clock; of a list that says none, of the reading that last named it."""
    knowledge = models.OneToOneField(Knowledge, on_delete=models.SET_NULL, null=True, related_name="+")
    """What is known by it; nothing where the list took it back."""

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["source", "key"], name="heard_once")]


class MatchKind(models.TextChoices):
    """How two media were found to belong together, the surest first."""

    IDENTICAL = "identical"
    """Equal bytes."""
    NEAR = "near"
    """The same picture, by PDQ; or the same, a crop of it or what lies under an overlay, by local features."""
    SEGMENT = "segment"
    """Part of a film is part of another; or a picture is a frame of it."""
    SOUND = "sound"
    """Part of a sound is part of another, whatever is seen with it."""
    PLACE = "place"
    """The same place or object in another picture: it changes no outcome."""


class Match(models.Model):
    """One reason for an item's outcome: what it equals, is near to, shares a part or a place with."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="matches")
    kind = models.CharField(max_length=10, choices=MatchKind)
    knowledge = models.ForeignKey(Knowledge, on_delete=models.CASCADE, null=True, related_name="matches")
    medium = models.ForeignKey(Medium, on_delete=models.CASCADE, null=True, related_name="+")
    distance = models.PositiveSmallIntegerField(null=True)
    """Bits in which two PDQ fingerprints differ; null where none were compared."""
    quality = models.PositiveSmallIntegerField(null=True)
    orientation = models.PositiveSmallIntegerField(default=0)
    expected_false = models.FloatField(default=0.0)
    """How many false matches as good as this one were to be expected among all that was compared with."""
    evidence = models.JSONField(default=dict)
    """What a person can check: points and regions in pixels, spans in seconds, agreeing frames or items."""


class Imprinted(models.Model):
    """A fingerprint of something beyond PDQ, packed: runs of a film, a sound, local features of one view."""

    method = models.CharField(max_length=10)
    version = models.CharField(max_length=10)
    at = models.FloatField(null=True)
    """Seconds into the film from which this view was taken."""
    first = models.PositiveBigIntegerField(null=True)
    """The number of a film's first run in the index of runs; the others follow it."""
    count = models.PositiveIntegerField(default=1)
    """Runs, items or features in it."""
    sealed = models.BinaryField(default=b"")

    class Meta:
        abstract = True

    @property
    def other(self) -> tuple[str, int]:
        """What it is of."""
        raise NotImplementedError

    @property
    def size(self) -> tuple[int, int] | None:
        """Width and height of the file that it was made of, where they are known."""
        return None


class Imprint(Imprinted):
    """An imprint of what a unit holds or knows."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    medium = models.ForeignKey(Medium, on_delete=models.CASCADE, null=True, related_name="imprints")
    knowledge = models.ForeignKey(Knowledge, on_delete=models.CASCADE, null=True, related_name="imprints")
    partial = models.BooleanField(default=False)
    """Made from a damaged file."""
    data = models.BinaryField()
    sealed = models.BinaryField(default=b"")
    """What of it shows the picture itself, sealed with the unit's key."""

    @property
    def other(self) -> tuple[str, int]:
        """What it is of: a held medium, or what is known of a whole file."""
        if self.medium_id is not None:
            return "held", self.medium_id
        known = self.knowledge
        return "known", (known.whole_id or known.pk) if known is not None else 0

    @property
    def size(self) -> tuple[int, int] | None:
        """Width and height of the file that it was made of, where they are known."""
        medium, known = self.medium, self.knowledge
        if medium is not None:
            return (medium.width, medium.height) if medium.width and medium.height else None
        facts = known.facts if known is not None else {}
        return (facts["width"], facts["height"]) if facts.get("width") and facts.get("height") else None

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["unit", "method", "id"], name="imprints_by_method"),
            models.Index(fields=["unit", "method", "first"], name="imprints_by_run"),
        ]


class Numbering(models.Model):
    """Which number the next run of a film gets in a unit's index of runs; no number is ever given twice."""

    unit = models.OneToOneField(Unit, on_delete=models.PROTECT, primary_key=True, related_name="+")
    next = models.PositiveBigIntegerField(default=1)


class MatchWord(models.Model):
    """An analyst's word on whether two things are the same: kept, for matches are found anew and words are not."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    medium = models.ForeignKey(Medium, on_delete=models.CASCADE, related_name="words")
    other = models.ForeignKey(Medium, on_delete=models.CASCADE, null=True, related_name="+")
    """The held medium it was compared with; of two the one with the lower number is `medium`."""
    knowledge = models.ForeignKey(Knowledge, on_delete=models.CASCADE, null=True, related_name="words")
    """What is known that it was compared with, where nobody holds its bytes."""
    kind = models.CharField(max_length=10)
    """Kind of the match or link that was looked at."""
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    same = models.BooleanField()
    reason = models.TextField(blank=True)
    """Why they are not the same."""
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(other=None, knowledge__isnull=False) | models.Q(other__isnull=False, knowledge=None),
                name="a_word_on_one_other",
            ),
        ]
