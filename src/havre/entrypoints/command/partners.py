"""`havre hotline partner` and `havre hotline reporter`: who may report by program, by one way or the other.

Both give a key, take it back and list who has one; they differ in whom they let in, and in the words for that.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from havre.entrypoints.command import answers
from havre.entrypoints.command.context import asked, opened

if TYPE_CHECKING:
    from havre.hotline.models import Partner


@dataclass(frozen=True, slots=True)
class Way:
    """One of the two ways to report by program, and the words for whoever goes it."""

    called: str
    """The field of the command line that names them."""
    tipline: bool
    """Whether it is a platform that files as with the CyberTipline."""
    about: str
    name: str
    given: str
    """What is said as a key is shown."""
    revoking: str
    listing: str
    title: str
    columns: Mapping[str, str]


PARTNERS = Way(
    called="partner",
    tipline=False,
    about="Keys with which partners' programs report.",
    name="How you call the partner.",
    given="hand it over by a safe way: it is not shown again",
    revoking="Take a partner's key back; from now on it counts no more.",
    listing="List the partners and since when their keys count, or no more.",
    title="Partners",
    columns={"partner": "Partner", "since": "Since", "revoked": "Taken back"},
)

PLATFORMS = Way(
    called="reporter",
    tipline=True,
    about="Keys with which platforms file reports as with the CyberTipline.",
    name="How you call the platform.",
    given="it is the password of HTTP Basic, under any name; hand it over by a safe way: it is not shown again",
    revoking="Take a platform's key back; from now on it counts no more, and what it began it can't finish.",
    listing="List the platforms, since when their keys count or no more, and how many reports each began and finished.",
    title="Platforms that report",
    columns={
        "reporter": "Platform",
        "since": "Since",
        "revoked": "Taken back",
        "open": "Open",
        "finished": "Finished",
    },
)


def keys(way: Way) -> typer.Typer:
    """The commands that give keys, take them back and list them."""
    app = typer.Typer(no_args_is_help=True, help=way.about)
    name_of = Annotated[str, typer.Argument(help=way.name)]

    @app.command(help="Make a key and print it: it is shown once, and kept only as a digest.")
    def add(context: typer.Context, name: name_of) -> None:
        _add(context, way, name)

    @app.command(help=way.revoking)
    def revoke(context: typer.Context, name: name_of) -> None:
        _revoke(context, way, name)

    @app.command("list", help=way.listing)
    def listed(context: typer.Context) -> None:
        _list(context, way)

    return app


def _add(context: typer.Context, way: Way, name: str) -> None:
    with opened(context) as (home, acting):
        from havre.flows.partners import add_partner

        key = add_partner(home, acting, name, tipline=way.tipline)
    if asked(context).json:
        answers.say_json({way.called: name.strip(), "key": key})
        return
    answers.say(key)
    answers.warn(way.given)


def _revoke(context: typer.Context, way: Way, name: str) -> None:
    with opened(context) as (home, acting):
        from havre.flows.partners import revoke_partner

        revoke_partner(home, acting, name, tipline=way.tipline)
    if asked(context).json:
        answers.say_json({way.called: name.strip(), "revoked": True})
        return
    answers.say("The key counts no more.")


def _list(context: typer.Context, way: Way) -> None:
    with opened(context) as (home, acting):
        from havre.flows.partners import partners

        rows = [_row(way, each) for each in partners(home, acting, tipline=way.tipline)]
    if asked(context).json:
        answers.say_json(rows)
        return
    answers.say_table(way.title, rows, way.columns)


def _row(way: Way, partner: "Partner") -> dict[str, Any]:
    from havre.hotline.tips import counted

    row = {way.called: partner.name, "since": partner.made_at.isoformat(), "revoked": partner.revoked_at is not None}
    return row | (counted(partner) if way.tipline else {})


app = keys(PARTNERS)
platforms_app = keys(PLATFORMS)
