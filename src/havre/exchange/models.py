"""What sources let others know, one row a thing; who was told; and what waits for a unit to hear it."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models

from havre.matches.models import Imprinted
from havre.media.models import Medium
from havre.restrictions.model import Owner
from havre.restrictions.models import Condition
from havre.sealing.body import open_body, open_imprint
from havre.sealing.envelope import KEY_BYTES
from havre.series.models import Series
from havre.units.models import Person, Unit


class Counter(models.Model):
    """The last number given on this board. Its row is locked until a change is whole, so that no number comes late."""

    last = models.PositiveBigIntegerField(default=0)
    runs = models.PositiveBigIntegerField(default=0)
    """The last number that a run of a film got."""


class Kind(models.TextChoices):
    """What a source lets others know."""

    CASE = "case"
    SERIES = "series"
    MEDIA = "media"
    CLUE = "clue"
    COMMENT = "comment"
    CLAIM = "claim"
    IDENTIFICATION = "identification"
    HYPOTHESIS = "hypothesis"
    QUESTION = "question"


class WithKeys(models.Manager["Shared"]):
    """Rows come with the keys of what is told of them, in one question."""

    def get_queryset(self) -> "models.QuerySet[Shared]":
        """All rows."""
        return super().get_queryset().select_related("body_key")


class Shared(models.Model):
    """One thing of one source, as it is told, under the condition of its source."""

    objects = WithKeys()

    node = models.CharField(max_length=64, blank=True)
    """The source's node; empty for this one."""
    unit = models.CharField(max_length=200)
    country = models.CharField(max_length=2)
    owner = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    """The source, where it is a unit of this node."""
    kind = models.CharField(max_length=16, choices=Kind)
    ref = models.UUIDField()
    series_ref = models.UUIDField(null=True)
    """The series it is about, whosever that is."""
    sealed = models.BinaryField(default=b"")
    """What is told of it, under its key; empty where nothing is told any more."""
    condition = models.ForeignKey(Condition, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveBigIntegerField()
    """Counted by its source: of two words about the same thing, the higher holds."""
    changed = models.PositiveBigIntegerField()
    """The number of its last change on this board."""
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    destroyed_at = models.DateTimeField(null=True)
    """When its time was over and its key was destroyed."""
    series = models.ForeignKey(Series, on_delete=models.SET_NULL, null=True, related_name="shared")
    medium = models.ForeignKey(Medium, on_delete=models.SET_NULL, null=True, related_name="shared")
    """What it is here, where it is of this node."""
    key = models.PositiveBigIntegerField(null=True)
    """The number of what it was made from: a clue, a claim, a victim."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["ref", "node"], name="one_row_a_thing"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["changed"], name="shared_by_change"),
            models.Index(fields=["node", "changed"], name="shared_by_node"),
            models.Index(fields=["series_ref", "kind"], name="shared_by_series"),
            models.Index(fields=["owner", "kind", "key"], name="shared_by_source"),
        ]

    @property
    def source(self) -> Owner:
        """Whose it is."""
        return Owner(self.node, self.unit, self.country)

    @property
    def body(self) -> Mapping[str, Any]:
        """What is told of it; nothing where its key is destroyed. Raises Broken where it was altered."""
        if "told" not in self.__dict__:
            held = getattr(self, "body_key", None) if self.sealed else None
            key = bytes(held.key) if held is not None else b""
            self.__dict__["told"] = open_body(bytes(self.sealed), key, self.ref, self.version) if key else {}
        found: Mapping[str, Any] = self.__dict__["told"]
        return found

    @body.setter
    def body(self, told: Mapping[str, Any]) -> None:
        self.__dict__["told"] = dict(told)


class BodyKey(models.Model):
    """The key of what is told of one thing. Backups have it in a file of its own: destroyed here, it is nowhere."""

    shared = models.OneToOneField(Shared, on_delete=models.CASCADE, primary_key=True, related_name="body_key")
    key = models.BinaryField(max_length=32)


class Heard(models.Model):
    """Since when a claim of another node is known here as it is: on this series, since that moment."""

    shared = models.OneToOneField(Shared, on_delete=models.CASCADE, primary_key=True, related_name="heard")
    series_ref = models.UUIDField(null=True)
    since = models.DateTimeField()
    at = models.DateTimeField()


class SharedPrint(models.Model):
    """What a shared medium is found by."""

    shared = models.ForeignKey(Shared, on_delete=models.CASCADE, related_name="prints")
    md5 = models.BinaryField(max_length=16, null=True)
    sha1 = models.BinaryField(max_length=20, null=True)
    sha256 = models.BinaryField(max_length=32, null=True)
    pdq = models.BinaryField(max_length=32, null=True)
    quality = models.PositiveSmallIntegerField(default=0)
    camera = models.BinaryField(max_length=32, null=True)
    """SHA-256 of the model and serial number that the file states."""

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["camera"], name="shared_by_camera", condition=models.Q(camera__isnull=False)),
            models.Index(fields=["md5"], name="shared_by_md5", condition=models.Q(md5__isnull=False)),
            models.Index(fields=["sha1"], name="shared_by_sha1", condition=models.Q(sha1__isnull=False)),
            models.Index(fields=["sha256"], name="shared_by_sha256", condition=models.Q(sha256__isnull=False)),
        ]


class SharedImprint(Imprinted):
    """What a shared medium is found by beyond that; sealed with the key of what is told of it, and gone with it."""

    shared = models.ForeignKey(Shared, on_delete=models.CASCADE, related_name="imprints")
    digest = models.BinaryField(max_length=32)
    """Of all that is told of it: what is told again stays."""
    known = models.BooleanField()
    """Whether it is of a method and version that are compared here; others are kept for later versions."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["shared", "digest"], name="one_imprint_a_medium"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["method", "id"], name="board_by_method"),
            models.Index(fields=["method", "first"], name="board_by_run"),
        ]

    @property
    def other(self) -> tuple[str, int]:
        """The shared medium."""
        return "shared", self.shared_id

    @property
    def data(self) -> bytes:
        """What it is, in plain. Raises Broken where it was altered or its key was destroyed."""
        key = getattr(self.shared, "body_key", None)
        opening = bytes(key.key) if key is not None else bytes(KEY_BYTES)
        return open_imprint(bytes(self.sealed), opening, self.shared.ref, self.method)


class Gone(models.Model):
    """Records that lie in an index of the board and that no row has any more: found in vain, and to be written out."""

    shelf = models.CharField(max_length=20)
    """The name of the index."""
    first = models.PositiveBigIntegerField()
    count = models.PositiveIntegerField()
    """How many follow one another."""
    noticed_at = models.DateTimeField(null=True)
    """When somebody who writes them out first saw them."""

    class Meta:
        indexes: ClassVar = [models.Index(fields=["shelf", "id"], name="gone_by_shelf")]


class Lost(models.Model):
    """Numbers of runs that a node used up in a year: no film has them any more, or films of years before got them."""

    node = models.CharField(max_length=64)
    year = models.PositiveSmallIntegerField()
    """In which films that lost theirs were told, or those of years before got theirs."""
    runs = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["node", "year"], name="one_loss_a_year")]


class Sighting(models.Model):
    """Who outside its source was told of a thing, when, and under which condition: for the proof to the source."""

    shared = models.ForeignKey(Shared, on_delete=models.CASCADE, related_name="sightings")
    node = models.CharField(max_length=64, blank=True)
    unit = models.CharField(max_length=200)
    country = models.CharField(max_length=2)
    level = models.PositiveSmallIntegerField()
    version = models.PositiveBigIntegerField()
    condition = models.ForeignKey(Condition, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    why = models.CharField(max_length=20)
    """What told them: check, look, alert, sent; seen where a peer says who there saw it."""
    entry = models.PositiveBigIntegerField(null=True)
    """The entry that has it in the log of whoever was told: of this node's, or of the peer that says so."""
    returned = models.BooleanField(default=False)
    """Whether the node that the thing is of was told."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["shared", "node", "unit", "level", "version", "why"], name="one_sighting_a_version"
            ),
        ]


class SameMedium(models.Model):
    """A medium of a unit here that agrees with one that another source shared: found by a check."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    medium = models.ForeignKey(Medium, on_delete=models.CASCADE, related_name="same")
    theirs = models.ForeignKey(Shared, on_delete=models.CASCADE, related_name="same")
    kind = models.CharField(max_length=10)
    """identical, near, segment, sound, place or camera: the surest by which they agree."""
    percent = models.PositiveSmallIntegerField()
    """How much of the fingerprints agrees, 100 where bytes are equal; of a film or a sound, how much of the shorter
    is in the other; of a place, how sure it is that it is none by chance; of a camera, 100."""
    found_at = models.DateTimeField()
    untold = models.BooleanField(default=False)
    """Whether the unit is yet to hear of it: whoever finds it may end before saying so."""
    said = models.BooleanField(null=True)
    """Whether the two are the same, by the word of somebody of the unit; nothing where nobody said."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["medium", "theirs"], name="same_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["unit"], name="same_untold", condition=models.Q(untold=True)),
        ]


class Leaning(models.Model):
    """A series that is what it is by the word of others, perhaps, and that somebody is to look at again."""

    series = models.OneToOneField(Series, on_delete=models.CASCADE, primary_key=True, related_name="+")


class PassedOver(models.Model):
    """A medium that could not be compared by its imprints and cameras: one of the unit, or of what others share."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    medium = models.ForeignKey(Medium, on_delete=models.CASCADE, null=True, related_name="+")
    theirs = models.ForeignKey(Shared, on_delete=models.CASCADE, null=True, related_name="+")
    why = models.TextField()
    at = models.DateTimeField()
    unlogged = models.BooleanField(default=True)
    """Whether the log is yet to name it."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "medium"], name="passed_over_once"),
            models.UniqueConstraint(fields=["unit", "theirs"], name="theirs_passed_over_once"),
        ]


class Checked(models.Model):
    """How far a unit's media and the board were compared."""

    unit = models.OneToOneField(Unit, on_delete=models.PROTECT, related_name="+")
    medium = models.PositiveBigIntegerField(default=0)
    changed = models.PositiveBigIntegerField(default=0)
    imprint = models.PositiveBigIntegerField(default=0)
    """The last of the unit's imprints that asked the board, and of its facts."""
    fact = models.PositiveBigIntegerField(default=0)
    further = models.PositiveBigIntegerField(default=0)
    """The last change of the board whose imprints and cameras asked the unit."""
    due_at = models.DateTimeField(null=True)
    """When media came that nobody compared to the end since."""


class About(models.TextChoices):
    """What a unit is told of."""

    HELD = "held"
    CLAIMED = "claimed"
    IDENTIFIED = "identified"
    WITHDRAWN = "withdrawn"
    CORRECTED = "corrected"
    COUNTRY = "country"
    COMMENT = "comment"
    DISAGREES = "disagrees"
    OTHERWISE = "otherwise"
    CONTESTED = "contested"
    HANDED = "handed"


class Notice(models.Model):
    """Something that waits for a unit to hear it; it stays until somebody there has, and after."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="notices")
    about = models.CharField(max_length=12, choices=About)
    shared = models.ForeignKey(Shared, on_delete=models.CASCADE, null=True, related_name="+")
    series = models.ForeignKey(Series, on_delete=models.CASCADE, null=True, related_name="+")
    """The unit's own series that it is about, if it has one."""
    rival = models.CharField(max_length=300, blank=True)
    """Of a claim, which other unit says that it works on the same: each that does is news of its own."""
    told = models.JSONField(default=dict)
    at = models.DateTimeField()
    urgent = models.BooleanField(default=False)
    answer_by = models.DateTimeField(null=True)
    """When it is escalated unless somebody acknowledged it."""
    escalated_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    read_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)
    """What whoever read it said: not ours, because."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "about", "shared", "series", "rival"], name="one_notice_a_thing"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["unit", "-id"], name="notices_by_unit"),
            models.Index(fields=["answer_by"], name="notices_to_escalate", condition=models.Q(read_at=None)),
        ]
