"""`havre site`: dossiers of whole sites, what captures of them hold, and whose pictures it is."""

from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from havre.entrypoints.command import answers
from havre.entrypoints.command.context import asked, interactive, opened
from havre.errors import Invalid

app = typer.Typer(no_args_is_help=True, help="Dossiers of whole sites, their captures, and whose pictures it is.")

Name = Annotated[str, typer.Argument(metavar="NAME", help="The site, as its dossier calls it.")]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="YYYY-MM-DD")]


class As(StrEnum):
    """What an address is to a site."""

    ADDRESS = "address"
    MIRROR = "mirror"
    MOVED_TO = "moved-to"


class Says(StrEnum):
    """What a statement says."""

    OPERATOR = "operator"
    CONTACT = "contact"
    SECTION = "section"
    COMMENTS = "comments"
    VISITORS = "visitors"
    ARREST = "arrest"
    OTHER = "other"


@app.command()
def add(context: typer.Context, name: Name) -> None:
    """Open the dossier of a site."""
    with opened(context) as (home, acting):
        from havre.flows.site import add_site

        site = add_site(home, acting, name)
        _done(context, {"number": site.pk, "site": site.name}, f"Dossier {site.name} is open.")


@app.command("list")
def list_(context: typer.Context) -> None:
    """List the sites of which your unit has a dossier."""
    with opened(context) as (home, acting):
        from havre.flows.site_shown import list_sites

        found = list_sites(home, acting)
        if asked(context).json:
            answers.say_json(found)
            return
        columns = {"number": "", "site": "Site", "addresses": "Addresses", "captures": "Captures", "media": "Media"}
        answers.say_table("Sites", found, columns) if found else answers.say("There is no dossier of a site.")


@app.command()
def show(
    context: typer.Context,
    name: Name,
    count: Annotated[bool, typer.Option("--count", help="Count anew what is known, however long it takes.")] = False,
) -> None:
    """Show everything your unit knows of a site."""
    with opened(context) as (home, acting):
        from havre.flows.site_shown import show_site

        told = show_site(home, acting, name, count=count)
        answers.say_json(told) if asked(context).json else _say_site(told)


@app.command()
def address(
    context: typer.Context,
    name: Name,
    where: Annotated[str, typer.Argument(metavar="ADDRESS", help="Kept as text; nothing is fetched.")],
    kind: Annotated[As, typer.Option(help="What it is to the site.")] = As.ADDRESS,
    since: Day = None,
    until: Day = None,
    source: Annotated[str, typer.Option(help="Who says so.")] = "",
) -> None:
    """Note where a site stands, stood, is mirrored or moved."""
    with opened(context) as (home, acting):
        from havre.flows.site import add_address
        from havre.sites.say import SaidAddress

        said = SaidAddress(where, kind.value.replace("-", " "), _day(since), _day(until), source)
        found = add_address(home, acting, name, said)
        _done(context, {"address": found.address, "kind": found.kind}, f"{found.address} is noted ({found.kind}).")


@app.command()
def fact(
    context: typer.Context,
    name: Name,
    kind: Annotated[Says, typer.Argument(help="What is said.")],
    value: Annotated[str, typer.Argument(help="What is said; of comments their category, of visitors the time.")],
    count: Annotated[int | None, typer.Option(min=0, help="How many comments or visitors.")] = None,
    source: Annotated[str, typer.Option(help="Who says so.")] = "",
    on: Day = None,
) -> None:
    """Note something that is known of a site, with its source and day."""
    with opened(context) as (home, acting):
        from havre.flows.site import add_fact
        from havre.sites.models import FactKind
        from havre.sites.say import SaidFact

        said = SaidFact(FactKind[kind.name].value, value, count, source, _day(on))
        found = add_fact(home, acting, name, said)
        _done(context, {"statement": found.pk, "kind": found.kind}, f"Statement {found.pk} is noted ({found.kind}).")


@app.command()
def forget(
    context: typer.Context, number: Annotated[int, typer.Argument(min=1, metavar="STATEMENT", help="Its number.")]
) -> None:
    """Withdraw a statement that was wrong."""
    with opened(context) as (home, acting):
        from havre.flows.site import withdraw_fact

        found = withdraw_fact(home, acting, number)
        _done(context, {"statement": found.pk, "withdrawn": True}, f"Statement {number} is withdrawn.")


@app.command()
def remove(
    context: typer.Context,
    name: Name,
    capture: Annotated[int, typer.Argument(min=1, metavar="CAPTURE", help="Its number, as `havre site show` says.")],
) -> None:
    """Remove a capture with all its rows; what was taken into a case stays there."""
    with opened(context) as (home, acting):
        from havre.flows.site_removed import remove_capture

        told = remove_capture(home, acting, name, capture)
        _done(context, told, f"Capture {capture} of {told['site']} is gone, with {told['good']:,} rows.")


@app.command()
def due(
    context: typer.Context,
    days: Annotated[int, typer.Option(min=0, max=3650, help="Within so many days.")] = 30,
) -> None:
    """List captures whose rows are erased soon, and those without a last day (`havre site keep` gives them one)."""
    with opened(context) as (home, acting):
        from havre.flows.site_kept import list_due
        from havre.sites.told import told_of

        found = [told_of(each) for each in list_due(home, acting, days)]
        if asked(context).json:
            answers.say_json(found)
        elif found:
            columns = {"capture": "", "site": "Site", "good": "Rows", "retain_until": "Kept until"}
            undated = "no last day: give one"
            rows = [each | {"retain_until": each["retain_until"] or undated} for each in found]
            answers.say_table("Erased soon, or never", rows, columns)
        else:
            answers.say("No capture is erased soon.")


@app.command()
def keep(
    context: typer.Context,
    name: Name,
    capture: Annotated[int, typer.Argument(min=1, metavar="CAPTURE", help="Its number, as `havre site show` says.")],
    until: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="The last day.")],
    because: Annotated[str, typer.Option(help="Why; the log keeps it.")],
) -> None:
    """Keep the rows of a capture until a later day."""
    with opened(context) as (home, acting):
        from havre.flows.site_kept import keep_capture

        found = keep_capture(home, acting, name, capture, until.date(), because)
        told = {"capture": found.pk, "retain_until": until.date().isoformat()}
        _done(context, told, f"Capture {capture} is kept until {until.date()}.")


@app.command()
def link(context: typer.Context, name: Name, case: Annotated[str, typer.Argument(metavar="REF")]) -> None:
    """Note that a case of your unit belongs to a site."""
    with opened(context) as (home, acting):
        from havre.flows.site import link as linked

        found = linked(home, acting, name, case)
        told = {"site": found.site.name, "case": found.case.reference}
        _done(context, told, f"Case {found.case.reference} belongs to {found.site.name}.")


@app.command("import")
def import_(
    context: typer.Context,
    path: Annotated[str, typer.Argument(metavar="FILE", help="A list of addresses with digests, a WARC, a folder.")],
    site: Annotated[str, typer.Option(metavar="NAME", help="The site; its dossier is opened where there is none.")],
    kind: Annotated[str, typer.Option("--format", help="list, warc or folder, where it is not recognised.")] = "",
    case: Annotated[str, typer.Option(metavar="REF", help="Take its pictures and films into this case.")] = "",
    bad: Annotated[Path | None, typer.Option(help="Write every row that can't be used here, one JSON a line.")] = None,
    workers: Annotated[int, typer.Option(min=1, max=256, help="Lanes that take pictures in.")] = 2,
) -> None:
    """Note what a capture of a site holds; killed and run again, it goes on where it ended."""
    with opened(context, decoding=True) as (home, acting):
        from havre.flows.site_capture import import_capture

        def tell(read: int, size: int) -> None:
            if size and interactive():
                answers.err.print(f"{read / size:.0%}", end="\r")

        told = import_capture(home, acting, path, site, kind=kind, case=case, bad=bad, workers=workers, tell=tell)
        if asked(context).json:
            answers.say_json(told)
            return
        _say_capture(told)
        for each in told["bad_entries"]:
            answers.warn(f"{each['place']}: {each['reason']} ({each['excerpt']})")


@app.command()
def compare(
    context: typer.Context,
    one: Annotated[str, typer.Argument(help="A site, or one capture of it as NAME#NUMBER.")],
    other: Annotated[str, typer.Argument(help="Another.")],
) -> None:
    """Count what two sites share, and say where it was seen first."""
    with opened(context) as (home, acting):
        from havre.flows.site_shown import compare_sites

        told = compare_sites(home, acting, one, other)
        if asked(context).json:
            answers.say_json(told)
            return
        if not told["comparable"]:
            answers.say("They name their contents by different digests: they can't be compared.")
            return
        answers.say(f"{told['shared']:,} contents are on both sites.")
        for side in (told["one"], told["other"]):
            answers.say(f"  {side['site']}: {side['share'] or 0:.1%} of {side['media']:,}")


@app.command()
def origin(
    context: typer.Context,
    name: Name,
    platform: Annotated[str, typer.Option(help="Write what was taken from this platform.")] = "",
    family: Annotated[str, typer.Option(metavar="F1", help="Write where this family's pictures stand.")] = "",
    out: Annotated[Path | None, typer.Option(help="The file: .csv or .json.")] = None,
) -> None:
    """Say from which open pages the pictures of a site come; write lists for a platform or a family."""
    with opened(context) as (home, acting):
        from havre.flows import site_origin as origins

        if (platform or family) and (out is None or (platform and family)):
            raise Invalid("name one platform or one family, and with --out the file to write")
        if platform and out is not None:
            told = origins.list_for_platform(home, acting, name, platform, out)
        elif family and out is not None:
            told = origins.list_for_family(home, acting, name, family, out)
        else:
            told = origins.origin(home, acting, name)
        if asked(context).json:
            answers.say_json(told)
        elif "written" in told:
            answers.say(f"{told['written']:,} rows are in {told['file']}.")
        else:
            columns = {
                "name": "Platform",
                "rows": "Rows",
                "media": "Media",
                "in_pictures": "By what stands in pictures",
            }
            answers.say_table(f"Open pages, of {told['good']:,} rows", told["platforms"], columns)


@app.command()
def family(
    context: typer.Context,
    name: Name,
    consent: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="When the family consented; needed to begin.")
    ] = None,
    page: Annotated[str, typer.Option(help="The family's own page from which pictures were taken.")] = "",
    digest: Annotated[list[str] | None, typer.Option(help="Of a picture that is theirs; may be given often.")] = None,
    contact: Annotated[str, typer.Option(help="How to reach them; kept sealed.")] = "",
    withdraw: Annotated[str, typer.Option(metavar="F1", help="This family consents no more.")] = "",
    reach: Annotated[str, typer.Option(metavar="F1", help="Say how to reach this family; it is logged.")] = "",
) -> None:
    """Note what a family declares and consents to; withdraw it; or say how to reach it."""
    with opened(context) as (home, acting):
        from havre.flows import site
        from havre.flows.site_origin import family_shown
        from havre.sites.family import Declared

        if withdraw:
            found = site.withdraw_consent(home, acting, name, withdraw)
            _done(context, family_shown(found), f"{found.reference} consents no more: what it told is gone.")
        elif reach:
            told = site.contact_of(home, acting, name, reach)
            _done(context, {"family": reach, "contact": told or None}, told or "Nobody said how to reach them.")
        else:
            if consent is None:
                raise Invalid("say with --consent YYYY-MM-DD when the family consented: without that nothing is kept")
            said = Declared(consent.date(), page, [_digest(each) for each in digest or []])
            found = site.declare(home, acting, name, said, contact)
            _done(context, family_shown(found), f"{found.reference} is noted.")


def _digest(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise Invalid(f"a digest is hexadecimal, not {text!r}") from None


def _day(at: datetime | None) -> date | None:
    return at.replace(tzinfo=UTC).date() if at is not None else None


def _done(context: typer.Context, told: Any, words: str) -> None:
    answers.say_json(told) if asked(context).json else answers.say(words)


def _say_capture(told: dict[str, Any]) -> None:
    if told["again"]:
        answers.say(f"This capture was read before: capture {told['capture']} of {told['site']}.")
    elif told["opened"]:
        answers.say(f"A dossier of {told['site']} was opened.")
    answers.say(f"{told['read']:,} read: {told['good']:,} good, {told['bad']:,} bad, {told['passed']:,} passed over.")
    share = f", {told['known_share']:.1%} known" if told["known_share"] is not None else ""
    answers.say(f"{told['media']:,} distinct contents{share}.")
    if told["ended_early"]:
        answers.warn("it breaks off before its end, or swells beyond reason")


def _say_site(told: dict[str, Any]) -> None:
    answers.say(f"{told['site']}, open since {told['opened_at']}")
    answers.say_table(
        "Addresses", told["addresses"], {"address": "Address", "kind": "", "since": "Since", "until": "Until"}
    )
    names = ("operators", "contacts", "sections_behind_a_password", "comments", "visitors", "arrests", "other")
    facts = [fact for name in names for fact in told[name]]
    columns = {"statement": "", "kind": "Kind", "value": "What", "count": "Count", "source": "Source", "on": "Day"}
    answers.say_table("Known", facts, columns)
    columns = {"capture": "", "format": "Format", "good": "Rows", "media": "Media", "known_share": "Known"}
    columns |= {"retain_until": "Kept until", "erased_at": "Erased"}
    answers.say_table("Captures", told["captures"], columns)
    answers.say_table("Series", told["series"], {"series": "Series", "name": "Name", "media": "Media", "life": "State"})
    answers.say(f"{told['reports']['pages']:,} pages reported, {len(told['reports']['notices']):,} notices.")
    answers.say("Cases: " + (", ".join(each["case"] for each in told["cases"]) or "none"))
