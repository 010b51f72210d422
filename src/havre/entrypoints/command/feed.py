"""`havre feed`: hash lists for platforms, from the first key to the last receipt."""

from pathlib import Path
from typing import Annotated, Any

import typer

from havre.entrypoints.command import answers, feed_many
from havre.entrypoints.command.context import asked, opened
from havre.errors import Invalid

app = typer.Typer(no_args_is_help=True, help="Hash lists for platforms: verified, signed, and taken back.")
subscriber_app = typer.Typer(no_args_is_help=True, help="Who reads the lists.")
app.add_typer(subscriber_app, name="subscriber")
for each in (feed_many.propose, feed_many.review, feed_many.confirm):
    app.command()(each)

Number = Annotated[int, typer.Argument(help="The entry's number.", min=1)]
Because = Annotated[str, typer.Option("--because", help="Why; nothing personal. It is told to nobody outside.")]
Name = Annotated[str, typer.Argument(help="The subscriber's name.")]


@app.command()
def keys(
    context: typer.Context,
    folder: Annotated[Path, typer.Option(help="Where root keys come, or lie; take it away afterwards.")],
    roots: Annotated[int, typer.Option(min=1, max=9, help="How many root keys are made.")] = 3,
    threshold: Annotated[int, typer.Option(min=1, max=9, help="How many of them must sign.")] = 2,
    rotate: Annotated[str, typer.Option(help="targets, online or root: another key; renew: root lasts on.")] = "",
    into: Annotated[Path | None, typer.Option(help="Where new root keys come.")] = None,
) -> None:
    """Make the feed with its keys and the first root, which subscribers are given; or put other keys in their place."""
    with opened(context) as (home, acting):
        from havre.flows import feed_keys

        if rotate:
            told = feed_keys.rotate(home, acting, rotate, folder, into)
        else:
            told = feed_keys.make_keys(home, acting, folder, roots, threshold)
        _said(context, told, f"{told['root']} is root {told['version']}: give it to subscribers; take {folder} away.")


@app.command()
def root(
    context: typer.Context, file: Annotated[Path, typer.Argument(help="The newest N.root.json, older ones beside it.")]
) -> None:
    """Show the newest root after a restore: nothing is signed before, for subscribers may hold one made since."""
    with opened(context) as (home, acting):
        from havre.flows.feed_roots import take_root

        told = take_root(home, acting, file)
        _said(context, told, f"root {told['version']} is the newest; {told['taken']:,} were not known here.")
        for role in told["rotate"]:
            answers.warn(f"its key for {role} is not here: `havre feed keys --rotate {role} --folder FOLDER`")


@app.command()
def retract(context: typer.Context, number: Number, because: Because) -> None:
    """Take an entry back, whatever it is: subscribers hear it within minutes while `havre work --watch` runs."""
    with opened(context) as (home, acting):
        from havre.flows import feed_entries

        made = feed_entries.entry_fields(feed_entries.retract(home, acting, number, because))
        _said(context, made, f"{number} is taken back.")


@app.command()
def judge(
    context: typer.Context,
    number: Number,
    because: Because,
    holds: Annotated[bool, typer.Option("--holds/--wrong", help="It stays, or is taken back.")],
) -> None:
    """Decide what a subscriber says is wrong."""
    with opened(context) as (home, acting):
        from havre.flows import feed_entries

        made = feed_entries.entry_fields(feed_entries.judge_again(home, acting, number, holds, because))
        _said(context, made, f"{number} {'holds' if holds else 'is taken back'}.")


@app.command()
def entries(
    context: typer.Context,
    state: Annotated[str, typer.Option(help="proposed, confirmed, published, challenged or retracted.")] = "",
    most: Annotated[int, typer.Option(min=1, max=10_000, help="How many.")] = 200,
) -> None:
    """List entries, with what subscribers say against them."""
    with opened(context) as (home, acting):
        from havre.flows import feed_entries

        found = feed_entries.list_entries(home, acting, state, most)
        if asked(context).json:
            answers.say_json(found)
            return
        rows = [each | {"against": "; ".join(each["against"])} for each in found]
        columns = {"number": "Entry", "list": "List", "state": "State", "confirmed": "Units", "against": "Against"}
        answers.say_table("Entries", rows, columns | {"proposed_by": "Proposed by", "confirmed_by": "Confirmed by"})


@app.command()
def benign(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A list of hashes of what is harmless.")],
    kind: Annotated[str, typer.Option("--format", help="What the list is, where it is not recognised.")] = "",
) -> None:
    """Load hashes of what is harmless: nothing that collides with them is ever on a list."""
    with opened(context, decoding=True) as (home, acting):
        from havre.flows.load_benign import load_benign

        told = load_benign(home, acting, file, kind)
        _said(context, told, f"{told['kept']:,} hashes are kept, {told['bad']:,} entries could not be read.")
        collide = told["collide"]
        if isinstance(collide, list) and collide:
            answers.warn(
                f"these entries collide with them: {', '.join(map(str, collide))}; look, then `havre feed retract`"
            )


@app.command()
def publish(context: typer.Context) -> None:
    """Publish what is due now; `havre work --watch` does it by itself."""
    with opened(context) as (home, acting):
        from havre.flows.publish_feed import publish as publish_now

        done = publish_now(home, acting).to_json()
        said = (
            f"version {done['version']}: {done['changed']:,} entries changed, {done['retracted']:,} of them taken back"
        )
        _said(context, done, f"{said}; signed for {done['subscribers']:,} subscribers.")


@app.command()
def verify(
    context: typer.Context,
    where: Annotated[str, typer.Argument(metavar="FOLDER|URL", help="A subscriber's address, or a folder of it.")],
    root: Annotated[Path, typer.Option(help="The root that was given at subscription.")],
    token: Annotated[Path | None, typer.Option(help="A file with the token; HAVRE_FEED_TOKEN otherwise.")] = None,
) -> None:
    """Verify a feed as a subscriber does: signatures from the pinned root on, then every line of every file."""
    try:
        pinned = root.read_bytes()
        shown = (
            token.read_text("ascii").strip()
            if token is not None
            else asked(context).environ.get("HAVRE_FEED_TOKEN", "")
        )
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"{root if token is None else token} can't be read: {error}") from error
    from havre.flows.verify_feed import verify as verify_at

    found = [each.to_json() for each in verify_at(where, pinned, shown)]
    if asked(context).json:
        answers.say_json(found)
        return
    columns = {"list": "List", "version": "Version", "entries": "Entries", "retracted": "Taken back", "files": "Files"}
    answers.say_table("Lists that are as they were signed", found, columns)


@app.command()
def mirror(context: typer.Context, name: Name, folder: Annotated[Path, typer.Argument(help="A new folder.")]) -> None:
    """Copy what a subscriber would fetch into a folder, to carry it to them."""
    with opened(context) as (home, acting):
        from havre.flows.mirror_feed import mirror as mirror_to

        told = mirror_to(home, acting, name, folder)
        _said(context, told, f"{told['files']:,} files of version {told['version']} lie in {folder}.")


@app.command()
def status(context: typer.Context) -> None:
    """Say how the lists are, what is due, and what subscribers say."""
    with opened(context) as (home, acting):
        from havre.flows.feed_subscribers import status as status_of

        told = status_of(home, acting)
        if asked(context).json:
            answers.say_json(told)
            return
        answers.say(f"version {told['version']}, signed at {told['signed_at'] or 'no time yet'}")
        answers.say(f"{told['due']:,} due, {told['proposed']:,} proposed, {told['challenged']:,} challenged")
        columns = {"list": "List", "version": "Version", "entries": "Entries", "retracted": "Taken back"}
        answers.say_table("Lists", told["lists"], columns | {"subscribers": "Subscribers"})
        if not told["written"]:
            answers.warn("a publication was cut off: `havre feed publish` finishes it")
        if told["behind_with_retractions"]:
            answers.warn(
                f"{told['behind_with_retractions']:,} did not put a retraction into use: `havre feed receipts`"
            )


@app.command()
def receipts(context: typer.Context) -> None:
    """Show how far each subscriber is with each list, and which retractions are not in use."""
    with opened(context) as (home, acting):
        from havre.flows.feed_subscribers import receipts as receipts_of

        found = receipts_of(home, acting)
        if asked(context).json:
            answers.say_json(found)
            return
        columns = {"subscriber": "Subscriber", "list": "List", "version": "Version", "used": "In use", "at": "Said at"}
        answers.say_table("Receipts", found, columns | {"missing": "Retractions missing", "since": "Since"})


@app.command()
def canary(
    context: typer.Context, value: Annotated[str, typer.Argument(metavar="HASH", help="A hash that was found.")]
) -> None:
    """Say whose canary a hash is, that was found where it should not be."""
    with opened(context) as (home, acting):
        from havre.flows.feed_subscribers import trace

        told = trace(home, acting, value)
        _said(context, told, f"{told['subscriber']} alone was given this, on {told['list']}.")


@subscriber_app.command()
def add(
    context: typer.Context,
    name: Name,
    lists: Annotated[str, typer.Option(help="Names of lists, with a comma between two.")],
    audience: Annotated[str, typer.Option("--class", help="platform, hotline or provider.")] = "platform",
) -> None:
    """Take a subscriber on: the token is shown once, and nowhere else."""
    with opened(context) as (home, acting):
        from havre.flows.feed_subscribers import add_subscriber

        told = add_subscriber(home, acting, name, audience, [each for each in lists.split(",") if each.strip()])
        _said(context, told, f"{told['subscriber']} reads at {told['path']} with the token {told['token']}")
        answers.warn("the token is shown once: hand it over with the newest root, and publish")


@subscriber_app.command("token")
def token_(context: typer.Context, name: Name) -> None:
    """Give a subscriber another token; the one before opens nothing any more."""
    with opened(context) as (home, acting):
        from havre.flows.feed_subscribers import new_token

        told = new_token(home, acting, name)
        _said(context, told, f"{told['subscriber']} reads at {told['path']} with the token {told['token']}")


@subscriber_app.command("list")
def list_(context: typer.Context) -> None:
    """List who reads what, or did."""
    with opened(context) as (home, acting):
        from havre.flows.feed_subscribers import list_subscribers

        found = list_subscribers(home, acting)
        if asked(context).json:
            answers.say_json(found)
            return
        rows = [each | {"lists": ", ".join(each["lists"])} for each in found]
        columns = {
            "subscriber": "Subscriber",
            "audience": "Class",
            "lists": "Lists",
            "path": "Address",
            "ended": "Ended",
        }
        answers.say_table("Subscribers", rows, columns)


@subscriber_app.command()
def end(context: typer.Context, name: Name) -> None:
    """End a subscription: its token opens nothing from now on."""
    with opened(context) as (home, acting):
        from havre.flows.feed_subscribers import end_subscriber

        told = end_subscriber(home, acting, name)
        _said(
            context, {"subscriber": told.name, "ended": told.ended_at and told.ended_at.isoformat()}, f"{name} ended."
        )


def _said(context: typer.Context, fields: dict[str, Any], sentence: str) -> None:
    if asked(context).json:
        answers.say_json(fields)
        return
    answers.say(sentence)
