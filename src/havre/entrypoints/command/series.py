"""`havre series`: what may be one child or scene, why, and what analysts say of it."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from havre.entrypoints.command import answers
from havre.entrypoints.command.context import asked, opened
from havre.entrypoints.command.notice_words import beside_it, otherwise

if TYPE_CHECKING:
    from havre.flows.series_decided import Decided
    from havre.flows.series_shown import Shown

app = typer.Typer(no_args_is_help=True, help="Media that may be of one child or scene, and why.")

Reference = Annotated[str, typer.Argument(metavar="REF", help="The series, as `havre series show` calls it.")]

SHORT = 12
"""Hex digits of a SHA-256 shown to a person: enough to name a member of a split by."""


@app.command()
def propose(
    context: typer.Context,
    anew: Annotated[bool, typer.Option("--anew", help="Read everything again, not only what is new.")] = False,
) -> None:
    """Read what came since the last time and propose series."""
    with opened(context) as (home, acting):
        from havre.flows.series import propose

        found = propose(home, acting, anew=anew)
        if asked(context).json:
            answers.say_json(found.to_json())
            return
        answers.say(f"{found.media:,} media read, {found.links:,} links found.")
        told = [f"{count:,} {what}" for what, count in found.to_json().items() if what in found.became and count]
        answers.say(f"Series: {', '.join(told)}." if told else "No series changed.")
        answers.say(f"{found.proposed:,} wait for your word, {found.confirmed:,} are confirmed: havre series show")


@app.command()
def show(
    context: typer.Context,
    reference: Annotated[str, typer.Argument(metavar="[REF]", help="One series; all of them otherwise.")] = "",
    links: Annotated[int, typer.Option(min=1, help="Links told at most.")] = 20,
    over: Annotated[bool, typer.Option("--all", help="List those that are over too.")] = False,
) -> None:
    """List series, or show one with every reason for it."""
    with opened(context) as (home, acting):
        from havre.flows.check import about_the_same, beside_ours, elsewhere, known_in
        from havre.flows.seen import enter_seen
        from havre.flows.series_shown import list_series, show_series

        if not reference:
            _say_list(list_series(home, acting, over), asked(context).json)
            return
        shown = show_series(home, acting, reference)
        beside = beside_ours(acting, shown.series)
        same = about_the_same(acting, shown.series, elsewhere(acting, shown.series))
        known = known_in(acting, shown.series, [*beside, *same])
        enter_seen(home, acting)
        if asked(context).json:
            answers.say_json(shown.to_json() | {"beside": beside, "identified": known})
        else:
            _say_one(shown, links, beside)
            if disagree := otherwise(known):
                answers.warn(disagree)


@app.command()
def confirm(context: typer.Context, reference: Reference) -> None:
    """Say that its media belong together; more may be proposed to be added."""
    with opened(context) as (home, acting):
        from havre.flows.series_decided import confirm

        _say_decided(confirm(home, acting, reference), asked(context).json)


@app.command()
def reject(context: typer.Context, reference: Reference) -> None:
    """Say that no two of its media belong together; they are not proposed together again."""
    with opened(context) as (home, acting):
        from havre.flows.series_decided import reject

        _say_decided(reject(home, acting, reference), asked(context).json)


@app.command()
def split(
    context: typer.Context,
    reference: Reference,
    members: Annotated[list[str], typer.Argument(metavar="MEMBER…", help="Beginnings of their SHA-256.")],
) -> None:
    """Say that these members do not belong to the others."""
    with opened(context) as (home, acting):
        from havre.flows.series_decided import split

        _say_decided(split(home, acting, reference, members), asked(context).json)


@app.command()
def claim(
    context: typer.Context,
    reference: Reference,
    hand_to: Annotated[str, typer.Option(metavar="UNIT", help="Who is to go on with it, once that unit says so.")] = "",
) -> None:
    """Say that you work on it: others who may know of it see that."""
    with opened(context) as (home, acting):
        from havre.flows.claim import hand_over, take

        held = hand_over(home, acting, reference, hand_to) if hand_to else take(home, acting, reference)
        if asked(context).json and hand_to:
            answers.say_json({"series": reference, "by": held.by.name, "hand_to": held.hand_to})
        elif hand_to:
            answers.say(f"{held.hand_to} ({held.hand_to_country}) is asked to go on; until it says so, it stays yours.")
        elif asked(context).json:
            answers.say_json({"series": reference, "by": held.by.name, "until": held.until.isoformat()})
        else:
            answers.say(f"You work on it until {held.until:%Y-%m-%d}, or longer while you do.")


@app.command()
def release(context: typer.Context, reference: Reference) -> None:
    """Say that nobody works on it any more."""
    with opened(context) as (home, acting):
        from havre.flows.claim import give_back

        held = give_back(home, acting, reference)
        if asked(context).json:
            answers.say_json({"series": reference, "was by": held.by.name})
        else:
            answers.say("Nobody works on it now.")


@app.command()
def identify(
    context: typer.Context,
    reference: Reference,
    pseudonym: Annotated[str, typer.Option(help="How your unit calls the child; never a name.")],
    country: Annotated[str, typer.Option(help="Whose police know who the child is.")],
    safe: Annotated[bool, typer.Option("--safe", help="The child is safe.")] = False,
) -> None:
    """Record that its child is identified: all who hold it and may know are told. Said again, it corrects."""
    with opened(context) as (home, acting):
        from havre.flows.identify import identify_called, safeguard_victim

        found = identify_called(home, acting, reference, pseudonym, country)
        if safe:
            found = safeguard_victim(home, acting, reference, found.pk)
        if asked(context).json:
            safe_at = found.safeguarded_at.isoformat() if found.safeguarded_at else None
            answers.say_json({"series": reference, "identified_by": found.identified_by, "safeguarded_at": safe_at})
        else:
            answers.say(f"{found.pseudonym} is recorded as identified.")


def _say_list(found: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        answers.say_json(found)
    elif not found:
        answers.say("No series is proposed: havre series propose looks for some")
    else:
        rows = [row | {"cases": ", ".join(row["cases"])} for row in found]
        headings = {
            "series": "Series",
            "status": "Status",
            "members": "Media",
            "cases": "Cases",
            "why": "Rarest reason",
        }
        answers.say_table("Series", rows, headings)


def _say_one(shown: "Shown", most: int, beside: Iterable[Mapping[str, Any]]) -> None:
    told = shown.to_json()
    answers.say(f"Series {told['series']}: {_state(told)}")
    if told["members"]:
        rows = [_member(member) for member in told["members"]]
        answers.say_table("", rows, {"sha256": "SHA-256", "case": "Case", "path": "Path", "said": ""})
    reasons = [line for said, rare in shown.reasons(most) for line in (said, f"    {rare}")]
    further = len(shown.proposal.links) - most
    _say_part("Why", [*reasons, *([f"and {further:,} more: --links says how many are told"] if further > 0 else [])])
    _say_part("Held together by one medium", shown.chains())
    _say_part("Not joined", shown.apart())
    _say_part("Beside it, by others", [beside_it(each) for each in beside])
    if told["status"] in ("proposed", "confirmed"):
        answers.say("")
        said = told["series"]
        answers.say(f"havre series confirm {said} · havre series reject {said} · havre series split {said} SHA-256…")


def _state(told: Mapping[str, Any]) -> str:
    if told["merged_into"]:
        return f"became part of {told['merged_into']}"
    by = f" by {told['decided_by']} on {told['decided_at'][:10]}" if told["decided_by"] else ""
    sure = sum(member["confirmed"] for member in told["members"])
    more = len(told["members"]) - sure
    added = f", {more:,} more proposed to be added" if told["status"] == "confirmed" and more else ""
    counted = f", {len(told['members']):,} media" if told["members"] else ""
    return f"{told['status']}{by}{counted}{added}"


def _member(member: Mapping[str, Any]) -> dict[str, Any]:
    more = member["places"] - 1
    return {
        "sha256": member["sha256"][:SHORT],
        "case": ", ".join(member["cases"]),
        "path": member["path"] + (f" and {more:,} more" if more else ""),
        "said": "confirmed" if member["confirmed"] else "",
    }


def _say_part(title: str, lines: Iterable[str]) -> None:
    listed = list(lines)
    if not listed:
        return
    answers.say("")
    answers.say(title)
    for line in listed:
        answers.say(f"  {line}")


def _say_decided(decided: "Decided", as_json: bool) -> None:
    if as_json:
        answers.say_json(decided.to_json())
        return
    told = decided.to_json()
    if told["already"]:
        answers.say(f"That was said of {told['series']} before: nothing changed.")
        return
    answers.say(f"Series {told['series']} is {told['status']}: the word on {told['media']:,} media is kept.")
    if told["others"]:
        answers.say(f"Media of it are now in {', '.join(told['others'])}.")
