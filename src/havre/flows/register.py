"""The register of how providers answer: counted, shown first to those it names, and published when they had their days.

What is published names notices by their references and nothing else; who contests what stands beside it.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from havre.corrections.queries import open_against
from havre.errors import Invalid, Refused
from havre.flows.home import Home, consulted, durable, log, seal_log, take_turn
from havre.notices.models import Recipient
from havre.platforms.figures import Asked, Counted, Rules, figures_of, sources_of
from havre.platforms.models import AccessCode, Edition, Record
from havre.platforms.policy import Answering, answering
from havre.platforms.queries import asked, counted, edition_for, editions_of, record_for, records_of
from havre.restrictions.visible import owned_by
from havre.sealing.receipt import Code, Random, new_code
from havre.sealing.statement import Statement, stated
from havre.units.acting import Acting
from havre.units.models import RoleName

WORKING = (RoleName.ANALYST, RoleName.SUPERVISOR)
MOST_DAYS = 3_660
KIND = "provider record"
"""What a signed record is, as statements of a node are called."""

MEANING = {
    "answered": "somebody decided, objected or wrote about the notice; a receipt alone is not counted",
    "gone": "somebody looked after the notice had left, and the page was gone",
    "silent": "neither within the hours that the policy gives",
    "fewest": "a share or a percentile is left out where fewer stand behind it",
    "percentiles": "nearest rank: the smallest number of hours that so many of a hundred did not exceed",
}


@dataclass(frozen=True, slots=True)
class Made:
    """A register that was made, with the code of each provider: shown once, kept nowhere."""

    edition: Edition
    codes: Mapping[str, Code]


def make_register(home: Home, acting: Acting, begins: datetime, ends: datetime, random: Random = os.urandom) -> Made:
    """Count a time that is over; from now on each provider may read its own record with its code.

    Raises Invalid where the time is not over, is none, or where nothing left in it.
    """
    acting.must_be(RoleName.SUPERVISOR, to="make a register")
    now, policy = acting.now(), answering(home.settings.home)
    if not begins < ends <= now or ends - begins > timedelta(days=MOST_DAYS):
        raise Invalid(_("a register is of a time that is over and has a beginning and an end"))
    with durable():
        take_turn()
        notices, requests = counted(acting.person, begins, ends), asked(acting.person, begins, ends)
        if not notices and not requests:
            raise Invalid(_("no notice left in this time, and nothing was asked: there is nothing to count"))
        last = owned_by(acting.unit, Edition.objects).aggregate(most=Max("number"))["most"] or 0
        edition = Edition.objects.create(
            unit=acting.unit,
            number=last + 1,
            begins=begins,
            ends=ends,
            policy=policy.version,
            made_at=now,
            made_by=acting.person,
            publish_after=now + timedelta(days=policy.days_to_contest),
        )
        codes = {}
        for provider in Recipient.objects.filter(pk__in={*notices, *requests}).order_by("name"):
            record = _record(edition, provider, notices, requests, policy)
            codes[provider.name] = new_code(random)
            held = {"digest": codes[provider.name].digest, "made_at": now, "made_by": acting.person}
            AccessCode.objects.create(record=record, **held)
        log(home, acting, "change", thing_of(edition), {"act": "made", "providers": len(codes)})
    seal_log(home, acting)
    return Made(edition, codes)


def _record(
    edition: Edition,
    provider: Recipient,
    notices: Mapping[int, list[Counted]],
    requests: Mapping[int, list[Asked]],
    policy: Answering,
) -> Record:
    rules = Rules(policy.fewest, policy.silent, at=edition.ends)
    mine, others = notices.get(provider.pk, []), requests.get(provider.pk, [])
    values = {"figures": figures_of(mine, others, rules).to_json(), "sources": sources_of(mine, others, rules)}
    made, _new = Record.objects.update_or_create(edition=edition, provider=provider, defaults=values)
    return made


def count_again(home: Home, acting: Acting, edition: Edition) -> int:
    """What was found wrong counts no more, inside the caller's transaction; how many records changed."""
    policy, changed = answering(home.settings.home), 0
    notices, requests = (read(acting.person, edition.begins, edition.ends) for read in (counted, asked))
    for record in list(records_of(acting.person, edition)):
        was = (record.figures, record.sources)
        new = _record(edition, record.provider, notices, requests, policy)  # type: ignore[arg-type]
        if (new.figures, new.sources) != was:
            Record.objects.filter(pk=record.pk).update(corrected_at=acting.now())
            changed += 1
    Edition.objects.filter(pk=edition.pk).update(policy=policy.version)
    edition.policy = policy.version
    return changed


# ---- shown to its provider ----


def record_fields(record: Record, contests: int) -> dict[str, Any]:
    """A record as its provider and everybody else reads it."""
    return {
        "provider": record.provider.name,
        "kind": record.provider.kind,
        "figures": record.figures,
        "sources": record.sources,
        "corrected_at": record.corrected_at.isoformat() if record.corrected_at else None,
        "open_contests": contests,
    }


def edition_fields(edition: Edition) -> dict[str, Any]:
    """A register in a list."""
    return {
        "register": edition.number,
        "unit": edition.unit.name,
        "begins": edition.begins.isoformat(),
        "ends": edition.ends.isoformat(),
        "policy": edition.policy,
        "made_at": edition.made_at.isoformat(),
        "publish_after": edition.publish_after.isoformat(),
        "published_at": edition.published_at.isoformat() if edition.published_at else None,
    }


def signed_record(home: Home, acting: Acting, number: int, provider: str) -> Statement:
    """What a register says of one provider, signed by this node: to be sent to that provider, and logged before."""
    acting.must_be(*WORKING, to="show a record to its provider")
    edition = edition_for(acting.person, number)
    record = record_for(acting.person, edition, provider)
    contests = open_against(acting.person, [record.pk]).get(record.pk, 0)
    fields = edition_fields(edition) | record_fields(record, contests) | {"meaning": MEANING}
    with durable():
        log(home, acting, "disclosure", thing_of(edition), {"act": "record shown", "provider": record.provider_id})
        seal_log(home, acting)
    return stated(KIND, fields, home.signer.sign)


def new_access(home: Home, acting: Acting, number: int, provider: str, random: Random = os.urandom) -> Code:
    """Another code for a provider that lost its own; the old one opens nothing any more."""
    acting.must_be(RoleName.SUPERVISOR, to="make a register")
    with durable():
        take_turn()
        edition = edition_for(acting.person, number)
        record, code = record_for(acting.person, edition, provider), new_code(random)
        held = {"digest": code.digest, "made_at": acting.now(), "made_by": acting.person, "read_at": None}
        AccessCode.objects.update_or_create(record=record, defaults=held)
        log(home, acting, "change", thing_of(edition), {"act": "code made", "provider": record.provider_id})
    seal_log(home, acting)
    return code


# ---- published ----


def publish(home: Home, acting: Acting, number: int) -> dict[str, Any]:
    """The register as it is published; the first time, once its providers had their days. Raises Refused before."""
    acting.must_be(RoleName.SUPERVISOR, to="publish a register")
    with durable():
        take_turn()
        edition = edition_for(acting.person, number)
        if acting.now() < edition.publish_after:
            raise Refused(
                _("providers may read and contest their records until %(day)s: publish after that")
                % {"day": edition.publish_after.date().isoformat()}
            )
        count_again(home, acting, edition)
        if edition.published_at is None:
            edition.published_at, edition.published_by = acting.now(), acting.person
            edition.save(update_fields=["published_at", "published_by"])
        log(home, acting, "disclosure", thing_of(edition), {"act": "published"})
        found = register_fields(acting, edition)
    seal_log(home, acting)
    return found


def show_register(home: Home, acting: Acting, number: int) -> dict[str, Any]:
    """The register as the unit sees it, published or not."""
    acting.must_be(*WORKING, to="look at a register")
    edition = edition_for(acting.person, number)
    consulted(home, acting, thing_of(edition), {"act": "read"})
    return register_fields(acting, edition)


def list_registers(home: Home, acting: Acting) -> list[dict[str, Any]]:
    """The unit's registers, the newest first."""
    acting.must_be(*WORKING, to="look at a register")
    found = [edition_fields(each) for each in editions_of(acting.person).select_related("unit")]
    consulted(home, acting, "registers", {"shown": len(found)})
    return found


def register_fields(acting: Acting, edition: Edition) -> dict[str, Any]:
    """All of a register: no person, no address of a page, no text of anybody stands in it."""
    records = list(records_of(acting.person, edition))
    contests = open_against(acting.person, [each.pk for each in records])
    providers = [record_fields(each, contests.get(each.pk, 0)) for each in records]
    return edition_fields(edition) | {"meaning": MEANING, "providers": providers}


def thing_of(edition: Edition) -> str:
    """How the log calls a register."""
    return f"register {edition.number}"
