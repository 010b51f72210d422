"""Every field of the tables that holds text somebody may have chosen, and how a hostile one gets into it.

The registry is made of the models themselves: a new column of text is in it by itself, unless NO_TEXT says why not.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.apps import apps
from django.db.models import CharField, ForeignKey, Model, OneToOneField, TextField, Value
from django.db.models import TextField as AsText
from django.db.models.functions import Cast, Concat

from havre.audit.entry import KINDS
from havre.audit.models import Entry
from havre.exchange.bodies import keep_body
from havre.exchange.models import Notice, Shared
from havre.flows.home import Home, log
from havre.hosting.models import Registration
from havre.notices.models import Recipient
from havre.triggers.models import Alert, AlertHit
from havre.units.acting import Acting
from havre.units.models import Unit

NO_TEXT = {
    "units.Unit.country": "two letters",
    "units.Person.password": "a hash",
    "units.Welcome.digest": "a digest",
    "units.UsedCode.code": "digits",
    "units.Preference.theme": "one of three",
    "units.Preference.language": "one of three",
    "units.Preference.zone": "one of the zones that there are",
    "units.Attempt.name": "counted when somebody signs in, and shown nowhere",
    "units.Attempt.address": "an address of the network",
    "audit.Entry.at": "a time, written by the log",
    "audit.Entry.verb": "one of four",
    "audit.Entry.unit": "the name of the unit, set with it",
    "audit.Head.frontier": "hashes",
    "audit.Checkpoint.frontier": "hashes",
    "audit.Checkpoint.note": "signed: nothing else is read",
    "media.Medium.kind": "what the bytes are, found by Havre",
    "media.Medium.family": "what the bytes are, found by Havre",
    "media.SealedFile.purpose": "a word of Havre's",
    "media.SealedFile.blob": "a name that Havre makes",
    "media.Fingerprint.method": "a word of Havre's",
    "media.Fingerprint.version": "a word of Havre's",
    "media.WorkUnit.holder": "a number of a process",
    "matches.Source.format": "a word of Havre's",
    "matches.Source.scheme": "a word of Havre's",
    "matches.Imprint.method": "a word of Havre's",
    "matches.Imprint.version": "a word of Havre's",
    "matches.MatchWord.kind": "a word of Havre's",
    "assessments.Stack.heading": "a word of Havre's",
    "assessments.Stack.label": "a key of a set of labels",
    "assessments.Tally.tab": "a word of Havre's",
    "assessments.Tally.heading": "a word of Havre's",
    "assessments.Act.once": "a name that a browser makes; no page shows it",
    "assessments.Assessment.label": "a key of a set of labels",
    "assessments.Derived.mapping": "a word of Havre's",
    "assessments.Derived.category": "a word of a mapping",
    "care.Reveal.hold": "a digest",
    "series.Stated.name": "a word of Havre's",
    "victims.Victim.country": "two letters",
    "victims.Victim.identified_by": "two letters",
    "alerts.QuestionImprint.method": "a word of Havre's",
    "alerts.QuestionImprint.version": "a word of Havre's",
    "alerts.Hit.kind": "a word of Havre's",
    "usersessions.UserSession.session_key": "a key",
    "usersessions.UserSession.ip": "an address",
    "cases.Order.holder": "a number of a process",
    "cases.Upload.name_digest": "a digest",
    "cases.Chunk.blob": "a name that Havre makes",
    "restrictions.Condition.digest": "a digest",
    "restrictions.Naming.code": "letters, digits and hyphens",
    "restrictions.Group.code": "letters, digits and hyphens",
    "restrictions.Group.node": "a key",
    "restrictions.GroupMember.node": "a key",
    "restrictions.GroupMember.unit": "the name of a unit",
    "restrictions.GroupMember.country": "two letters",
    "exchange.Notice.rival": "a country, the name of a unit, a key",
    "exchange.Shared.node": "a key",
    "exchange.Shared.unit": "the name of a unit",
    "exchange.Shared.country": "two letters",
    "exchange.Sighting.node": "a key",
    "exchange.Sighting.unit": "the name of a unit",
    "exchange.Sighting.country": "two letters",
    "exchange.Sighting.why": "a word of Havre's",
    "exchange.SameMedium.kind": "a word of Havre's",
    "exchange.Gone.shelf": "a word of Havre's",
    "exchange.Lost.node": "a key",
    "notices.Recipient.country": "two letters",
    "notices.Recipient.language": "one of three",
    "notices.Notice.reference": "letters and digits that Havre makes",
    "notices.Notice.country": "two letters",
    "notices.Transmission.message_id": "a name that Havre makes",
    "notices.Look.how": "a word of Havre's",
    "notices.Look.saw": "a word of Havre's",
    "notices.Look.why": "a word of Havre's",
    "notices.Return.how": "a word of Havre's",
    "platforms.Request.reference": "letters that Havre draws",
    "platforms.Stray.kind": "a word of Havre's",
    "platforms.Stray.placed": "a reference that was found",
    "platforms.Edition.policy": "a version of a file of the operator",
    "feeds.Key.public": "a key",
    "feeds.HashList.name": "one of a set",
    "feeds.HashList.country": "two letters",
    "feeds.Subscriber.ref": "a name that Havre draws",
    "feeds.Entry.key": "letters and digits that Havre draws",
    "feeds.Entry.kind": "one of two",
    "feeds.Published.line": "written by Havre; no page shows it",
    "feeds.File.name": "a name that Havre makes",
    "feeds.File.sha256": "a digest",
    "series.Claim.hand_to": "the name of a unit",
    "series.Claim.hand_to_node": "a key",
    "series.Claim.hand_to_country": "two letters",
    "hotline.Report.language": "one of three",
    "hotline.Page.kind": "a word of Havre's",
    "hotline.Routing.hosting_country": "two letters",
    "hotline.TipFile.file_id": "a number that Havre draws",
    "hotline.TipFile.blob": "a name that Havre makes",
    "hotline.Judgement.age": "one of a set of facts",
    "hotline.Judgement.produced": "one of a set of facts",
    "hosting.Load.scope": "a host or network: facts are found by it",
    "hosting.Block.country": "two letters",
    "hosting.Block.purpose": "one of three",
    "hosting.Answer.name": "a host: facts are found by it",
    "hosting.Answer.type": "a type of DNS",
    "hosting.Answer.value": "a number or host, read as one: facts are found by it",
    "hosting.Registration.name": "a host: facts are found by it",
    "selfservice.Submission.who": "one of three",
    "selfservice.Submission.country": "two letters",
    "selfservice.Submission.language": "one of three",
    "selfservice.Protected.kind": "one of two",
    "selfservice.Protected.md5": "a digest",
    "selfservice.Protected.sha256": "a digest",
    "sites.Capture.format": "a word of Havre's",
    "sites.Captured.type": "what the bytes are, as a reader names it; no page shows it",
    "sites.Captured.platform": "a code of the list of platforms",
    "sites.Family.platform": "a code of the list of platforms",
    "sites.Family.contact": "sealed",
}
"""Columns whose text nobody chooses, with what they hold."""

ROOMS = (
    *("units", "audit", "restrictions", "cases", "media", "matches", "assessments", "care", "series", "victims"),
    *("alerts", "exchange", "triggers", "hotline", "notices", "sites", "hosting", "platforms", "corrections"),
    *("feeds", "selfservice"),
)
"""All with tables but `network`: what nodes say of themselves stands on no page of the workspace."""
BESIDE = ("usersessions.UserSession",)
"""A table of a library that a page of ours shows."""


@dataclass(frozen=True)
class Text:
    """One column of text."""

    model: type[Model]
    field: str
    longest: int | None
    unique: bool

    @property
    def name(self) -> str:
        """As NO_TEXT has it."""
        return f"{self.model._meta.label}.{self.field}"

    def put(self, text: str, unit: Unit | None = None) -> int:
        """Write this into every row, or every row of one unit; cut to what the column takes. How many there are."""
        owner = owner_of(self.model)
        rows = self.model._default_manager.all()
        if unit is not None:
            rows = rows.filter(**{owner: unit.pk}) if owner else rows.none()
        if not self.unique:
            return rows.update(**{self.field: text[: self.longest]})
        # Where each row needs another text, its key stands behind.
        kept = text[: self.longest - 8] if self.longest else text
        return rows.update(**{self.field: Concat(Value(kept), Value("~"), Cast("pk", AsText()))})


def texts() -> Iterator[Text]:
    """Every column of text that somebody may have chosen."""
    for model in apps.get_models():
        if model._meta.app_label in ROOMS or model._meta.label in BESIDE:
            for field in model._meta.concrete_fields:
                told = isinstance(field, CharField | TextField) and not field.choices
                text = Text(model, field.name, getattr(field, "max_length", None), _unique(model, field.name))
                if told and text.name not in NO_TEXT:
                    yield text


def _unique(model: type[Model], field: str) -> bool:
    together = [name for constraint in model._meta.constraints for name in getattr(constraint, "fields", ())]
    return model._meta.get_field(field).unique or field in together  # type: ignore[union-attr]


def owner_of(model: type[Model]) -> str:
    """The shortest way over foreign keys from a table to the unit that owns its rows; empty where there is none."""
    waiting, seen = [(model, "")], {model}
    for at, way in waiting:
        if at is Unit:
            return way or "pk"
        for field in at._meta.concrete_fields:
            if isinstance(field, ForeignKey | OneToOneField) and field.related_model not in seen:
                seen.add(field.related_model)
                waiting.append((field.related_model, f"{way}__{field.name}" if way else field.name))
    return ""


def _put_bodies(text: str, unit: Unit) -> int:
    """What another node told the unit, sealed as it was; every text of it is this one."""
    rows = Shared.objects.filter(pk__in=Notice.objects.filter(unit=unit).values("shared"))
    for row in rows:
        keep_body(row, {name: text if isinstance(value, str) else value for name, value in row.body.items()})
    return len(rows)


def _put_told(model: type[Model], field: str, text: str, unit: Unit) -> int:
    """Words kept as JSON, as another node or a file of another system gave them; a reference is Havre's own."""
    rows = list(model._default_manager.filter(**{owner_of(model): unit.pk}))
    for row in rows:
        words = getattr(row, field)
        chosen = {name for name, value in words.items() if isinstance(value, str) and name != "reference"}
        setattr(row, field, words | dict.fromkeys(chosen, text))
        row.save()
    return len(rows)


def put_everywhere(home: Home, acting: Acting, text: str) -> dict[str, int]:
    """Write this into every text of one unit's rows, and into its log; how many rows of each column took it."""
    put = {each.name: each.put(text, acting.unit) for each in texts() if each.model is not Entry}
    put["exchange.Shared.body"] = _put_bodies(text, acting.unit)
    for model, field in ((Alert, "contact"), (AlertHit, "contact"), (Notice, "told")):
        put[f"{model._meta.label}.{field}"] = _put_told(model, field, text, acting.unit)
    for rows, field in (
        (Recipient.objects.filter(unit=acting.unit), "answers_for"),
        (Registration.objects.filter(load__added_by__unit=acting.unit), "nameservers"),
    ):
        put[f"{rows.model._meta.label}.{field}"] = rows.update(**{field: [text]})
    for row in (acting.person, acting.unit):
        row.refresh_from_db()
    # The log is signed: what is put into it is written by it, under the names that hold now.
    for verb in KINDS:
        log(home, replace(acting, reason=text), verb, text, {"act": text, text: [text, {text: text}]})
    return put | {"audit.Entry": len(KINDS)}
