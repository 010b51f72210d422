"""How a home's database, log and indexes stand, in a few queries; the `verify` commands look at all of it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from havre.audit.record import newest_checkpoint, refuse_rollback
from havre.audit.seen import read_seen
from havre.errors import HavreError
from havre.exchange.due import passed_over
from havre.exchange.gone import MOST_LOST
from havre.exchange.kept import Kept, kept_on_board
from havre.exchange.models import Lost
from havre.exchange.numbered import living, numberless
from havre.exchange.written_out import WITHIN
from havre.feeds.models import Feed
from havre.flows.contest import BOARD
from havre.flows.doctor import BROKEN, OK, WARNING, Finding
from havre.flows.egress_refuses import refuses
from havre.flows.feed_keys import renew_by
from havre.flows.feed_roots import must_sign
from havre.flows.home import Home, first_line
from havre.flows.hotline_at_work import mailbox_reader
from havre.flows.reindex import statuses, statuses_of_board
from havre.flows.stray_mail import keeper, writing_units
from havre.media.work import waiting
from havre.network.models import Peer
from havre.sealing.sign import Verifier
from havre.units.models import Unit

STALE = timedelta(days=7)
"""After so long without a checkpoint somebody should look whether the node is used at all."""

MUCH_BEHIND = 100_000
"""Rows that are added to an index at every start before a rebuild pays."""


def health(home: Home, now: datetime) -> Iterator[Finding]:
    """The findings that need the database; the first broken one ends them."""
    database = _database()
    yield database
    if database.state == BROKEN:
        return
    yield _log(home, now)
    yield from _unit_keys(home)
    yield from _indexes(home, now)
    yield from _passed_over(now)
    yield from _films_of_others(now)
    yield from _work()
    yield from _mailbox(home)
    yield from _egress(home)
    yield from _lists(home, now)


def _database() -> Finding:
    name = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}.get(connection.vendor, connection.vendor)
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        return Finding(
            "database", BROKEN, f"{name} can't be used ({first_line(error)}): start it, or mend HAVRE_DATABASE"
        )
    if waiting:
        return Finding("database", BROKEN, f"{name} lacks {len(waiting)} changes of its tables: run `havre init` anew")
    return Finding("database", OK, f"{name}, all tables as this version wants them")


def _log(home: Home, now: datetime) -> Finding:
    try:
        verifier = home.signer.verifier
        refuse_rollback(verifier, read_seen(home.settings.seen))
        return _age(verifier, now)
    except HavreError as error:
        return Finding("log", BROKEN, str(error))


def _unit_keys(home: Home) -> Iterator[Finding]:
    """Units whose key is not there: nothing they hold can be opened."""
    for unit in Unit.objects.order_by("id"):
        try:
            home.keys.unit(str(unit.pk))
        except HavreError as error:
            yield Finding(f"key of {unit.name}", BROKEN, str(error))


def _age(verifier: Verifier, now: datetime) -> Finding:
    newest = newest_checkpoint(verifier)
    if newest is None:
        return Finding("log", WARNING, "it has no checkpoint yet: run any command that writes")
    told = f"checkpoint {newest.number} over {newest.size} entries, of {newest.at:%Y-%m-%d %H:%M} UTC"
    if now - newest.at > STALE:
        return Finding("log", WARNING, f"{told}: that is long ago; run `havre audit checkpoint` and keep it elsewhere")
    return Finding("log", OK, told)


def _indexes(home: Home, now: datetime) -> Iterator[Finding]:
    of_units = [each for unit in Unit.objects.order_by("id") for each in statuses(home, unit)]
    for status in [*of_units, *statuses_of_board(home)]:
        name = f"index: {status['unit']}, {status['shelf']}"
        behind = status.get("behind")
        if "error" in status:
            yield Finding(name, BROKEN, str(status["error"]))
        elif isinstance(behind, int) and behind > MUCH_BEHIND:
            yield Finding(name, WARNING, f"{behind:,} rows are added at every start: run `havre index rebuild`")
        else:
            yield Finding(name, OK, f"{status['entries']:,} entries, {behind:,} more are added at every start")
    for each in kept_on_board(home.settings.index):
        yield from _kept(each, now)


def _kept(each: Kept, now: datetime) -> Iterator[Finding]:
    """Where an index of the board has other records than its table: how many, and what to do."""
    name = f"index: {BOARD}, {each.name}, withdrawn"
    wrong = [f"{each.extra:,} records lie in it that are withdrawn"] if each.extra else []
    wrong += [f"{each.missing:,} are missing"] if each.missing else []
    if wrong:
        yield Finding(name, WARNING, f"{' and '.join(wrong)}: run `havre index rebuild`")
    elif each.leaving and each.since is not None and now - each.since > 2 * WITHIN:
        what = f"{each.leaving:,} withdrawn records lie in its files since {each.since:%Y-%m-%d %H:%M} UTC"
        yield Finding(
            name, WARNING, f"{what}: run `havre work --watch`, which writes them out, or `havre index rebuild`"
        )
    elif each.leaving:
        told = f"{each.leaving:,} withdrawn records are found by nobody and leave its files"
        by = f" at {each.since + WITHIN:%H:%M} UTC or before" if each.since is not None else " within an hour"
        yield Finding(name, OK, f"{told}{by}, by `havre work --watch`")


def _passed_over(now: datetime) -> Iterator[Finding]:
    """Media that the comparison with the board passed over, where there are any."""
    for unit in Unit.objects.order_by("id"):
        if count := passed_over(unit, now):
            what = f"{count:,} files of the unit or of others could not be compared by film, sound, place or camera"
            yield Finding(f"compared: {unit.name}", WARNING, f"{what}: `havre audit show` names them")


def _films_of_others(now: datetime) -> Iterator[Finding]:
    """Nodes that used up what a year has, where it is not over or films still wait; and nodes of which more stand than
    is theirs."""
    full = Lost.objects.filter(runs__gte=MOST_LOST, year__lte=now.year).order_by("year", "node")
    for row in {each.node: each for each in full}.values():  # of each node the last such year
        held = numberless(row.node).count()
        if not held and row.year < now.year:
            continue
        what = f"{row.runs:,} runs of its films were used up in {row.year}, told otherwise, taken back or given to"
        what = f"{what} films of years before: {held:,} films are not searched for before a year has room"
        what = f"{what}; ask whoever runs that node why"
        yield Finding(f"films of {_called(row.node)}", WARNING, what)
    for node, runs in living():
        what = f"they have {runs:,} of the numbers that all films on the board have: ask whoever runs that node why"
        yield Finding(f"films of {_called(node)} that stand", WARNING, what)


def _called(node: str) -> str:
    peer = Peer.objects.filter(node=node).first()
    return peer.name if peer is not None else node[:16]


def _work() -> Iterator[Finding]:
    """What intakes left for later, where there is any."""
    for unit in Unit.objects.order_by("id"):
        left = waiting(unit)
        if count := left.count():
            failed = left.exclude(error="").count()
            told = f"{count:,} media wait for `havre work`" + (f", {failed:,} of them failed before" if failed else "")
            yield Finding(f"work: {unit.name}", OK, told)


def _mailbox(home: Home) -> Iterator[Finding]:
    """Who reads the mail that belongs to nothing that is known, where several units could be meant."""
    if home.settings.imap is None:
        return
    try:
        named, writing = keeper(home), writing_units()
        mailbox_reader(home)
    except HavreError as error:
        yield Finding("mailbox", BROKEN, str(error))
        return
    if named is None and len(writing) > 1:
        what = f"{len(writing)} units write from here: end HAVRE_IMAP with ?unit=NAME, else {writing[0].name} reads"
        yield Finding("mailbox", WARNING, f"{what} what belongs nowhere")


def _egress(home: Home) -> Iterator[Finding]:
    """Whether the proxy connects to anybody, as far as whoever looks at pages found out."""
    if home.settings.egress is not None and (found := refuses(home)) is not None:
        yield Finding("egress proxy", WARNING, str(found.trouble()))


def _lists(home: Home, now: datetime) -> Iterator[Finding]:
    """Whether subscribers of hash lists can follow what is signed here, and until when."""
    for feed in Feed.objects.select_related("unit").order_by("pk"):
        name, until = f"lists of {feed.unit.name}", renew_by(feed)
        try:
            must_sign(home, feed)
        except HavreError as error:
            yield Finding(name, BROKEN, str(error))
            continue
        if until is not None and until < now:
            yield Finding(name, WARNING, "their root is old: `havre feed keys --rotate renew --folder FOLDER`")
        else:
            yield Finding(name, OK, f"version {feed.version}, signed as number {feed.signed}")
