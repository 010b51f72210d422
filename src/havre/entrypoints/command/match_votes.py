"""`havre match vote`, `votes` and `status`: what a platform says of entries, and where its folder stands."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from havre.entrypoints.command import answers
from havre.entrypoints.command.context import asked, now
from havre.entrypoints.command.match import Feed, Fingerprint, Proxy, Root, Token, folder_of, proxied
from havre.errors import Invalid

if TYPE_CHECKING:
    from havre.flows.match_votes import Standing
    from havre.subscription.words import BadWord, Word

LISTS = {"list": "list", "version": "version", "receipt": "receipt", "entries": "entries", "retracted": "taken back"}
BAD = {"place": "line", "why": "why it was not said"}
REFUSED = {"list": "list", "number": "entry", "vote": "vote", "why": "why the publisher will not have it"}


def vote(
    context: typer.Context,
    word: Annotated[str, typer.Argument(metavar="up|down", help="Whether the entry is right.")],
    list_: Annotated[str, typer.Argument(metavar="LIST", help="The list, as a match says it.")],
    number: Annotated[int, typer.Argument(help="The entry's number, as a match says it.")],
    feed: Feed,
    root: Root = "",
    root_sha256: Fingerprint = "",
    token: Token = "",
    proxy: Proxy = "",
) -> None:
    """Tell the publisher whether an entry is right, and with --reason why it is wrong; kept until that can be done."""
    from havre.subscription.words import word_of

    words = [word_of({"vote": word, "list": list_, "number": number, "reason": asked(context).reason})]
    _say(context, words, (feed, root, root_sha256, token, proxy), {1: 1}, ())


def votes(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A table with the columns vote, list, number and reason.")],
    feed: Feed,
    root: Root = "",
    root_sha256: Fingerprint = "",
    token: Token = "",
    proxy: Proxy = "",
) -> None:
    """Tell the publisher of many entries: those that are wrong come back with their line and why, the others go."""
    from havre.subscription.words import BadWord, words_of

    read = list(words_of(file))
    good = [each for each in read if not isinstance(each, BadWord)]
    lines = {place: line for place, (line, _word) in enumerate(good, start=1)}
    bad = [each for each in read if isinstance(each, BadWord)]
    _say(context, [word for _line, word in good], (feed, root, root_sha256, token, proxy), lines, bad)


def _say(
    context: typer.Context,
    words: "Sequence[Word]",
    where: tuple[str, str, str, str, str],
    lines: dict[int, int],
    bad: "Sequence[BadWord]",
) -> None:
    from havre.flows.match_uploads import subscription
    from havre.flows.match_votes import say

    feed, root, fingerprint, token, proxy = where
    what = asked(context)
    folder, proxy = folder_of(what, feed), proxied(what, feed, proxy)
    done = say(subscription(folder, feed, root=root, fingerprint=fingerprint, token=token, proxy=proxy), words)
    wrong = sorted([*bad, *(replace(each, place=lines[each.place]) for each in done.bad)], key=lambda each: each.place)
    rows = [{"place": each.place, "why": each.why} for each in wrong]
    if what.json:
        told = {"taken": done.taken, "waiting": done.waiting, "trouble": done.trouble}
        answers.say_json(told | {"bad": rows})
    else:
        answers.say(f"{done.taken:,} taken by the publisher, {done.waiting:,} waiting for it.")
        if done.trouble:
            answers.warn(f"told again at the next look at the feed: {done.trouble}")
        if rows:
            answers.say_table("Not said", rows, BAD)
    if rows:
        raise typer.Exit(answers.FAILED)


def status(
    context: typer.Context,
    feed: Annotated[str, typer.Option(help="The feed's address; or name its folder with --home.")] = "",
    forget: Annotated[bool, typer.Option("--forget", help="Forget the refused votes once they are shown.")] = False,
) -> None:
    """Say where the folder stands, without asking the feed: lists, receipts and votes that are owed, bytes."""
    from havre.flows.match_votes import forget_refused, standing

    what = asked(context)
    if not feed and what.home is None:
        raise Invalid("name the feed with --feed, or its folder with --home")
    folder = folder_of(what, feed)
    found = standing(folder)
    if what.json:
        answers.say_json(_told(found))
    else:
        _show(found)
    if forget:
        forget_refused(folder, found)


def _told(found: "Standing") -> dict[str, Any]:
    age = int(now().timestamp()) - found.checked if found.checked else None
    lists = [
        {
            "list": shelf.name,
            "version": shelf.version,
            "receipt": shelf.told,
            "entries": shelf.living,
            "retracted": shelf.retracted,
        }
        for shelf in found.lists
    ]
    refused = [
        {
            "list": each.word.list,
            "number": each.word.number,
            "vote": "up" if each.word.up else "down",
            "why": each.refused,
        }
        for each in found.refused_words
    ]
    return {
        "lists": lists,
        "checked": found.checked,
        "age_seconds": age,
        "stale": found.stale(now().timestamp()),
        "receipts_owed": found.owed,
        "votes_waiting": found.waiting,
        "votes_refused": found.refused,
        "refused": refused,
        "bytes": found.bytes,
    }


def _show(found: "Standing") -> None:
    told = _told(found)
    answers.say_table("Lists", told["lists"], LISTS)
    if found.checked:
        at = datetime.fromtimestamp(found.checked, UTC)
        stale = ", stale" if told["stale"] else ""
        answers.say(f"The feed said so {told['age_seconds']:,} seconds ago, at {at:%Y-%m-%d %H:%M:%S} UTC{stale}.")
    else:
        answers.say("The feed has said nothing yet.")
    answers.say(f"Receipts owed: {', '.join(found.owed) or 'none'}.")
    answers.say(f"Votes waiting: {found.waiting:,}; refused: {found.refused:,}. The folder has {found.bytes:,} bytes.")
    if told["refused"]:
        answers.say_table("The publisher will not have", told["refused"], REFUSED)
