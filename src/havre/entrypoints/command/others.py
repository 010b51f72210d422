"""`havre check`, `havre theirs` and `havre notices`: what others hold, what is done with it, what waits here."""

from typing import TYPE_CHECKING, Annotated

import typer

from havre.entrypoints.command import answers
from havre.entrypoints.command.context import asked, opened
from havre.entrypoints.command.notice_words import beside_it, line, otherwise
from havre.errors import Invalid

if TYPE_CHECKING:
    from havre.exchange.models import Shared

theirs_app = typer.Typer(no_args_is_help=True, help="Series of other sources, as far as they let your unit see them.")
notices_app = typer.Typer(no_args_is_help=True, help="What waits for your unit.")

Theirs = Annotated[str, typer.Argument(metavar="REF", help="The series, as `havre check` calls it: BE-1a2b3c4d.")]
Number = Annotated[int, typer.Argument(min=1, help="The notice, as `havre notices list` numbers it.")]


def check(context: typer.Context) -> None:
    """Is it held, claimed or identified elsewhere? As far as others let your unit know."""
    with opened(context) as (home, acting):
        from havre.flows.check import check as check_all

        found = check_all(home, acting)
        told = found.to_json()
        if asked(context).json:
            answers.say_json(told)
        elif not told["elsewhere"]:
            answers.say("Nobody else holds any of it, as far as your unit may know.")
        else:
            headings = {
                "series": "Yours",
                "reference": "Theirs",
                "by": "Held by",
                "country": "",
                "kind": "Agrees",
                "media": "Media",
                "life": "State",
                "baseline": "Baseline",
                "claimed_until": "Claimed until",
                "identified_by": "Identified",
            }
            answers.say_table("Held elsewhere", [_row(each) for each in told["elsewhere"]], headings)
        if told["waiting"] and not asked(context).json:
            answers.say(
                f"Films, sounds, places and cameras of {told['waiting']:,} files wait: `havre work` compares them."
            )
        if told["passed_over"] and not asked(context).json:
            answers.warn(
                f"{told['passed_over']:,} files of yours or of others could not be compared by film, sound or place:"
                " `havre audit show` names them"
            )


def _row(each: dict[str, object]) -> dict[str, object]:
    until = str(each["claimed_until"] or "")[:16].replace("T", " ")
    told = {key: "" if value is None else value for key, value in each.items()}
    return told | {"baseline": _baseline(each), "claimed_until": until}


def _baseline(each: dict[str, object]) -> str:
    """Of how many media two countries say so, and where they disagree."""
    told = each.get("baseline")
    found = told if isinstance(told, dict) else {}
    agreed, disputed = found.get("agreed", 0), found.get("disputed", 0)
    parts = [f"{agreed} agreed ({', '.join(found['countries'])})"] if agreed else []
    return ", ".join(
        [*parts, f"{disputed} disputed ({', '.join(found['otherwise'])} otherwise)"] if disputed else parts
    )


# ---- series of others ----


@theirs_app.command("list")
def list_theirs_(context: typer.Context) -> None:
    """List the series of other sources that your unit may see."""
    with opened(context) as (home, acting):
        from havre.flows.theirs import list_theirs

        found = list_theirs(home, acting)
        if asked(context).json:
            answers.say_json(found)
        elif not found:
            answers.say("Nobody lets your unit see a series, as yet.")
        else:
            rows = [each | each["body"] for each in found]
            headings = {"reference": "Series", "unit": "Of", "country": "", "media": "Media", "life": "State"}
            answers.say_table("Series of others", rows, headings)


@theirs_app.command()
def show(context: typer.Context, reference: Theirs) -> None:
    """Show a series of another source and what stands beside it."""
    with opened(context) as (home, acting):
        from havre.flows.theirs import see

        told = see(home, acting, reference).to_json()
        if asked(context).json:
            answers.say_json(told)
            return
        body = told["body"]
        answers.say(f"{told['reference']} of {told['unit']} ({told['country']}): {body['life']}, {body['media']} media")
        for each in told["beside"]:
            answers.say(f"  {beside_it(each)}")
        if disagree := otherwise(told["identified"]):
            answers.warn(disagree)


@theirs_app.command()
def claim(
    context: typer.Context,
    reference: Theirs,
    hand_to: Annotated[str, typer.Option(metavar="UNIT", help="Who is to go on with it, once that unit says so.")] = "",
) -> None:
    """Say that your unit works on it."""
    with opened(context) as (home, acting):
        from havre.flows.theirs import claim_theirs, hand_theirs

        done = hand_theirs(home, acting, reference, hand_to) if hand_to else claim_theirs(home, acting, reference)
        _say(context, done)


@theirs_app.command()
def clue(
    context: typer.Context,
    reference: Theirs,
    name: Annotated[str, typer.Argument(help="What the object is.")],
    kind: Annotated[str, typer.Option(help="language, plug, sign, …")] = "other",
    country: Annotated[list[str] | None, typer.Option(help="A country it suggests; several may be given.")] = None,
    certainty: Annotated[str, typer.Option(help="sure, likely or hint.")] = "likely",
) -> None:
    """Put a clue beside it."""
    with opened(context) as (home, acting):
        from havre.flows.theirs import clue_theirs
        from havre.linking.countries import constraint

        codes = [code.strip().upper() for code in country or ()]
        told = {"kind": "country", "values": codes, "certainty": certainty}
        _say(context, clue_theirs(home, acting, reference, name, kind, [constraint(told)] if codes else []))


@theirs_app.command()
def comment(
    context: typer.Context,
    reference: Theirs,
    text: Annotated[str, typer.Argument(help="Plain text.")],
    asks: Annotated[bool, typer.Option("--ask", help="It is a request.")] = False,
) -> None:
    """Write something beside it, to its source and to all who see it."""
    with opened(context) as (home, acting):
        from havre.flows.theirs import say_theirs

        _say(context, say_theirs(home, acting, reference, text, asks=asks))


@theirs_app.command()
def identify(
    context: typer.Context,
    reference: Theirs,
    country: Annotated[str, typer.Option(help="Whose police know who the child is.")],
    safe: Annotated[
        bool | None, typer.Option("--safe/--not-safe", help="The child is safe; nothing: as you said before.")
    ] = None,
) -> None:
    """Say that the child of it is identified: all who hold it are told. Said again, it corrects what you said."""
    with opened(context) as (home, acting):
        from havre.flows.identified_otherwise import waits
        from havre.flows.theirs import identify_theirs

        done = identify_theirs(home, acting, reference, country, safe)
        _say(context, done)
        if waits(acting.unit, done.series_ref) and not asked(context).json:
            answers.warn("Others say otherwise, and are told: `havre notices list`")


@theirs_app.command()
def same(
    context: typer.Context,
    reference: Theirs,
    ours: Annotated[str, typer.Argument(metavar="SERIES", help="Your unit's series, as S12.")],
    no: Annotated[bool, typer.Option("--not", help="It is not the same.")] = False,
) -> None:
    """Say that what agrees of it and of your series is the same, or not: your series follows it, or does not."""
    with opened(context) as (home, acting):
        from havre.flows.say_same import say_same

        done = say_same(home, acting, ours, reference, same=not no)
        if asked(context).json:
            answers.say_json(done.to_json())
        else:
            answers.say(f"{done.media:,} files of {done.series} are {'not ' if no else ''}the same. It is {done.life}.")


@theirs_app.command("withdraw")
def withdraw_(context: typer.Context, ref: Annotated[str, typer.Argument(help="What your unit put there.")]) -> None:
    """Withdraw what your unit put beside a series of another source."""
    with opened(context) as (home, acting):
        from havre.flows.theirs import take_back

        _say(context, take_back(home, acting, ref))


def _say(context: typer.Context, row: "Shared") -> None:
    if asked(context).json:
        answers.say_json({"kind": row.kind, "ref": str(row.ref), "version": row.version, "body": row.body})
    else:
        answers.say(f"It stands on the board: {row.kind} {row.ref}" if row.withdrawn_at is None else "It is withdrawn.")


# ---- notices ----


@notices_app.command("list")
def list_(
    context: typer.Context, old: Annotated[bool, typer.Option("--all", help="Those that were read too.")] = False
) -> None:
    """List what waits for your unit."""
    with opened(context) as (home, acting):
        from havre.flows.notices import list_notices

        found = list_notices(home, acting, old=old)
        if asked(context).json:
            answers.say_json(found)
            return
        if not found:
            answers.say("Nothing waits for your unit.")
        for each in found:
            answers.say(line(each))


@notices_app.command()
def read(context: typer.Context, number: Number) -> None:
    """Say that somebody of your unit sees to it."""
    with opened(context) as (home, acting):
        from havre.flows.notices import acknowledge, shown

        notice = acknowledge(home, acting, number)
        if asked(context).json:
            answers.say_json(shown(acting, notice))
        else:
            answers.say("Acknowledged.")


@notices_app.command("not-ours")
def not_ours_(
    context: typer.Context,
    number: Number,
    because: Annotated[str, typer.Option(help="Why it is not yours.")],
    to: Annotated[str, typer.Option(help="The country it is passed on to.")] = "",
) -> None:
    """Say that a country alert is not yours, and pass it on."""
    if not because.strip():
        raise Invalid("say why it is not yours: whoever goes on needs it")
    with opened(context) as (home, acting):
        from havre.flows.notices import not_ours, shown

        notice, alerted = not_ours(home, acting, number, because, to)
        if asked(context).json:
            answers.say_json(shown(acting, notice) | {"passed_on_to": [unit.country for unit in alerted]})
        else:
            answers.say(passed_on(to.strip().upper(), len(alerted)))


def passed_on(to: str, alerted: int) -> str:
    """What happened to an alert that is not theirs: how many units are alerted instead, or that none is."""
    if not to:
        return "Its source is told."
    if alerted:
        return f"Its source is told. Units of {to} on this node that are alerted: {alerted}."
    return f"Its source is told, and that it may be for {to}: nobody of {to} is on this node, so nobody is alerted."
