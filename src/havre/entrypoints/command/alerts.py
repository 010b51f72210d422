"""`havre alerts`: what your unit waits for, of others and of itself, and what set it off."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from havre.entrypoints.command import answers
from havre.entrypoints.command.context import asked, opened
from havre.errors import Invalid

app = typer.Typer(no_args_is_help=True, help="Alerts: what your unit waits for, of others and of itself.")

Number = Annotated[int, typer.Argument(min=1, help="As `havre alerts list` or `havre alerts hits` numbers it.")]


@app.command()
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="What is waited for.")],
    trigger: Annotated[
        list[str],
        typer.Option(
            metavar="KIND=VALUE",
            help="md5, sha1, sha256, pdq, series, place (51.05,3.72,2), camera, word or country; may be given often.",
        ),
    ],
    priority: Annotated[int, typer.Option(min=0, max=255, help="More is more urgent.")] = 0,
    days: Annotated[int, typer.Option(min=1, max=365, help="How long it stands.")] = 90,
    description: Annotated[str, typer.Option(help="More about it.")] = "",
    reference: Annotated[str, typer.Option(help="Your own number for it.")] = "",
    contact: Annotated[str, typer.Option(help="Whom to contact; the unit otherwise.")] = "",
    phone: Annotated[str, typer.Option(help="Their telephone.")] = "",
    email: Annotated[str, typer.Option(help="Their address.")] = "",
) -> None:
    """Ask an alert: of what others let your unit know, and of what it holds."""
    with opened(context) as (home, acting):
        from havre.flows.alerts import Wanted, ask_alert, shown

        told = {"name": contact, "phone": phone, "email": email}
        triggers = [_trigger(each) for each in trigger]
        wanted = Wanted(name, triggers, priority, description, reference, told, timedelta(days=days))
        alert = ask_alert(home, acting, wanted)
        if asked(context).json:
            answers.say_json(shown(alert, acting) | {"hits": alert.hits.count()})
        else:
            answers.say(f"Alert {alert.pk} ({alert.reference}) stands until {alert.expires_at:%Y-%m-%d}.")
            answers.say(f"{alert.hits.count():,} hits already: see `havre alerts hits`.")


def _trigger(text: str) -> tuple[str, str]:
    kind, sign, value = text.partition("=")
    if not sign:
        raise Invalid(f"a trigger is written as KIND=VALUE, such as word=wallpaper, not {text!r}")
    return kind.strip(), value


@app.command("list")
def list_(context: typer.Context) -> None:
    """List the alerts of your unit."""
    with opened(context) as (home, acting):
        from havre.flows.alerts import list_alerts

        found = list_alerts(home, acting)
        if asked(context).json:
            answers.say_json(found)
            return
        columns = {
            "number": "",
            "name": "Waits for",
            "priority": "Priority",
            "reference": "Reference",
            "state": "State",
        }
        rows = [each | {"state": "waiting" if each["active"] else "over"} for each in found]
        answers.say_table("Alerts", rows, columns) if found else answers.say("Nothing is waited for.")


@app.command()
def hits(
    context: typer.Context, old: Annotated[bool, typer.Option("--all", help="Those that were handled too.")] = False
) -> None:
    """List what set alerts off: how far it agrees, and whom to contact."""
    with opened(context) as (home, acting):
        from havre.flows.alerts import list_alert_hits

        found = list_alert_hits(home, acting, old=old)
        if asked(context).json:
            answers.say_json(found)
            return
        columns = {
            "number": "",
            "alert": "Alert",
            "trigger": "By",
            "percent": "%",
            "by": "Held by",
            "contact": "Contact",
        }
        answers.say_table("Hits", found, columns) if found else answers.say("Nothing set an alert off.")


@app.command()
def handle(context: typer.Context, number: Number) -> None:
    """Say that somebody has seen to a hit."""
    with opened(context) as (home, acting):
        from havre.flows.alerts import handle_alert_hit, hit_shown

        hit = handle_alert_hit(home, acting, number)
        answers.say_json(hit_shown(acting, hit)) if asked(context).json else answers.say(f"Hit {number} is handled.")


@app.command()
def withdraw(context: typer.Context, number: Number) -> None:
    """Ask this no more; its hits stay."""
    with opened(context) as (home, acting):
        from havre.flows.alerts import end_alert, shown

        alert = end_alert(home, acting, number)
        answers.say_json(shown(alert, acting)) if asked(context).json else answers.say(f"Alert {number} is over.")


@app.command("export")
def export_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Where to write it, as VICS 2.0.")],
    hits: Annotated[bool, typer.Option("--hits", help="Answers to alerts that came in files.")] = False,
) -> None:
    """Write your unit's alerts, or its answers to those of others, for a system that is not Havre."""
    with opened(context) as (home, acting):
        from havre.flows.alert_files import export_alerts

        done = export_alerts(home, acting, file, hits=hits)
        if asked(context).json:
            answers.say_json(done)
        else:
            answers.say(f"{done['alerts']:,} alerts, {done['triggers']:,} triggers, {done['hits']:,} hits written.")


@app.command("import")
def import_(context: typer.Context, file: Annotated[Path, typer.Argument(help="A VICS 2.0 file with alerts.")]) -> None:
    """Ask the alerts of another system here, and take what it hit of yours."""
    with opened(context, decoding=True) as (home, acting):
        from havre.flows.alert_files import import_alerts

        done = import_alerts(home, acting, file).to_json()
        if asked(context).json:
            answers.say_json(done)
            return
        answers.say(f"{done['added']:,} alerts added, {done['repeated']:,} known already, {done['expired']:,} over.")
        for each in done["bad_records"]:
            answers.warn(f"{each['place']}: {each['reason']} ({each['excerpt']})")
        answers.say(f"{done['hits_of_ours']:,} hits of yours, {done['new_hits']:,} hits here.")
