"""`havre feed import`: the lists of others that correct themselves, as knowledge with their name."""

from pathlib import Path
from typing import Annotated, Any

import typer

from havre.entrypoints.command import answers
from havre.entrypoints.command.context import asked, opened
from havre.errors import Invalid
from havre.matches.formats import FOLLOWED

LARGEST_TOKEN = 4_096


def import_(
    context: typer.Context,
    what: Annotated[str, typer.Argument(metavar="FILE|URL", help="One answer in a file, or where the list lies.")],
    kind: Annotated[str, typer.Option("--format", help=", ".join(FOLLOWED))],
    source: Annotated[str, typer.Option(help="What its knowledge is called here; the same list, the same name.")],
    label: Annotated[str, typer.Option(help="What its entries are taken for; pertinent where nothing is said.")] = "",
    token_file: Annotated[Path | None, typer.Option(help="A file that holds the token, and nothing else.")] = None,
) -> None:
    """Read another's list, and from then on what changed on it; what it takes back is known no more.

    A URL is asked through the proxy of HAVRE_EGRESS. Stopped at any moment and run again, it goes on.
    """
    secret = _secret(token_file)
    with opened(context, decoding=True) as (home, acting):
        from havre.flows.follow_list import Where, follow, follow_file
        from havre.flows.list_door import shown, through

        if "://" not in what:
            told = follow_file(home, acting, Where(kind, source, label=label), _bytes(Path(what)))
        else:
            in_address = secret if kind == "threatexchange" else ""
            where = Where(kind, source, what, in_address, label)
            told = follow(home, acting, where, through(home.settings.egress, shown(kind, secret)))
    _say(context, told)


def _say(context: typer.Context, told: dict[str, Any]) -> None:
    if asked(context).json:
        answers.say_json(told)
        return
    answers.say(f"{told['name']} is source {told['source']}: {told['read']:,} records were read.")
    for name in ("added", "changed", "withdrawn", "repeated", "older", "unknown", "bad"):
        if told[name]:
            answers.say(f"  {told[name]:>10,}  {name}")
    for bad in told["bad_records"][:10]:
        answers.warn(f"  {bad['place']}: {bad['why']}")


def _secret(path: Path | None) -> str:
    return _bytes(path, LARGEST_TOKEN).decode("utf-8", "replace").strip() if path is not None else ""


def _bytes(path: Path, most: int = 64_000_000) -> bytes:
    try:
        with path.open("rb") as file:
            read = file.read(most + 1)
    except OSError as error:
        raise Invalid(f"{path} can't be read: {error.strerror}") from error
    if len(read) > most:
        raise Invalid(f"{path} is larger than one answer may be")
    return read
