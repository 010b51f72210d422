"""`havre peer` and `havre network`: who the other nodes are, and how it goes with them."""

import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from havre.entrypoints.command import answers
from havre.entrypoints.command.context import asked, opened
from havre.errors import Invalid, Refused

app = typer.Typer(no_args_is_help=True, help="Other nodes: introduced by file, accepted by fingerprint.")
network_app = typer.Typer(no_args_is_help=True, help="How it goes with the other nodes.")

LARGEST_FILE = 64 << 10
MOST_WORDS = 3
"""Of each node, the newest first; `--json` has more."""
HEADINGS = {
    "name": "Node",
    "country": "Country",
    "state": "State",
    "fingerprint": "Fingerprint",
    "addresses": "Addresses",
}
SEEN = {
    "name": "Node",
    "state": "State",
    "last_contact": "Last contact",
    "waits": "Waiting",
    "clock": "Clock",
    "witness": "Witnessed by / of",
    "trouble": "Trouble",
}


@app.command("introduce")
def introduce(
    context: typer.Context,
    file: Annotated[Path | None, typer.Argument(help="A new file; standard output otherwise.")] = None,
    address: Annotated[
        list[str] | None, typer.Option(help="Where this node is reached: https://HOST:PORT; may be repeated.")
    ] = None,
    name: Annotated[str, typer.Option(help="What others call this node; its first unit's name otherwise.")] = "",
    hub: Annotated[str, typer.Option(help="The id of the node through which this one is reached.")] = "",
    rotate: Annotated[bool, typer.Option("--new-keys", help="Change the keys for messages first.")] = False,
) -> None:
    """Write the introduction of this node: hand it over, and read the fingerprint to whoever accepts it."""
    with opened(context) as (home, acting):
        from havre.flows import introduce as story
        from havre.sealing.peer import fingerprint

        if file is not None and file.exists():
            raise Refused(f"{file} is there already: name another file")
        if rotate:
            story.rotate(home, acting)
        text = story.introduce(home, acting, name, tuple(address or ()), hub)
        told = {"introduction": text, "node": home.node, "fingerprint": fingerprint(home.node)}
        if file is not None:
            _write(file, text)
        if asked(context).json:
            answers.say_json(told | {"file": str(file) if file else None})
        elif file is None:
            sys.stdout.write(text)
        if not asked(context).json:
            answers.warn(f"Fingerprint, to be read aloud: {told['fingerprint']}")


def _write(file: Path, text: str) -> None:
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as out:
            out.write(text)
    except FileExistsError:
        raise Refused(f"{file} is there already: name another file") from None
    except OSError as error:
        raise Invalid(f"{file} can't be written: {error.strerror}") from error


@app.command("accept")
def accept(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The introduction of another node.")],
    read_aloud: Annotated[
        str, typer.Option("--fingerprint", help="What the other node's people read to you, by a call you made.")
    ] = "",
) -> None:
    """Accept a node, once its fingerprint was read to you; without it, only show what the file says."""
    with opened(context) as (home, acting):
        from havre.flows.introduce import get_to_know, shown

        peer = get_to_know(home, acting, _read(file), read_aloud)
        if asked(context).json:
            answers.say_json(shown(peer))
        elif peer.state == "accepted":
            answers.say(f"{peer} is accepted: `havre work` exchanges with it.")
        else:
            answers.say(f"{peer}, node {peer.node}")
            answers.say(f"Fingerprint: {peer.fingerprint}")
            answers.say("Call them at a number you know, compare, and run this again with --fingerprint.")


def _read(file: Path) -> str:
    try:
        with file.open("rb") as content:
            return content.read(LARGEST_FILE).decode("ascii", "replace")
    except OSError as error:
        raise Invalid(f"{file} can't be read: {error.strerror}") from error


@app.command("list")
def list_peers(context: typer.Context) -> None:
    """List the other nodes."""
    with opened(context) as (_home, acting):
        from havre.flows.introduce import known_nodes

        found = known_nodes(acting)
        if asked(context).json:
            answers.say_json(found)
        else:
            answers.say_table("Nodes", [row | {"addresses": " ".join(row["addresses"])} for row in found], HEADINGS)


@app.command("revoke")
def revoke(
    context: typer.Context, name: Annotated[str, typer.Argument(help="Its name, or how its id begins.")]
) -> None:
    """Take nothing from a node any more, and tell it nothing; at once."""
    with opened(context) as (home, acting):
        from havre.flows.introduce import shown, turn_away

        peer = turn_away(home, acting, name)
        if asked(context).json:
            answers.say_json(shown(peer))
        else:
            answers.say(f"{peer} is revoked. What it was told before it keeps; its people must be asked to erase it.")


@app.command("tell")
def tell(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Its name, or how its id begins.")],
    text: Annotated[str, typer.Argument(help="What to tell those who run it.")],
) -> None:
    """Tell something to the people who run another node; it goes with the next contact."""
    with opened(context) as (home, acting):
        from havre.flows.introduce import say

        say(home, acting, name, text)
        if asked(context).json:
            answers.say_json({"peer": name, "waits": True})
        else:
            answers.say("It goes with the next contact.")


@network_app.command("status")
def status(context: typer.Context) -> None:
    """Show last contact, what waits, gaps, clock differences, and what nodes witnessed of each other."""
    with opened(context) as (home, acting):
        from havre.flows.network_state import state

        found = state(home, acting)
        if asked(context).json:
            answers.say_json(found)
            return
        answers.say(f"This node: {found['name'] or 'not introduced yet'}, fingerprint {found['fingerprint']}")
        answers.say_table("Nodes", [_row(each) for each in found["peers"]], SEEN)
        for line in written(found["peers"]):
            answers.say(line)
        if found["halted"]:
            answers.warn(f"This node signs nothing: {found['halted']}")
        for alarm in found["alarms"]:
            told = f", told by {alarm['told_by']}" if alarm["told_by"] else ""
            answers.warn(f"Alarm: {alarm['name']}: {alarm['why']}{told}")


def written(peers: Iterable[Mapping[str, Any]]) -> list[str]:
    """What the people of other nodes wrote to those of this one, as lines."""
    return [
        f"{peer['name']} wrote on {word['at'][:16].replace('T', ' ')}: {word['text']}"
        for peer in peers
        for word in peer["words"][:MOST_WORDS]
    ]


def _row(peer: dict[str, Any]) -> dict[str, Any]:
    queue, clock = peer["queue"], peer["clock_difference"]
    witness = {name: size or 0 for name, size in peer["witness"].items()}
    return {
        "name": f"{peer['name']} ({peer['country']})",
        "state": "doubted" if peer["doubted"] else peer["state"],
        "last_contact": (peer["last_contact"] or "never")[:19].replace("T", " "),
        "waits": queue["messages"] + queue["board"],
        "clock": "" if clock is None else f"{clock:+.1f} s",
        "witness": f"{witness['countersigned_size']} of {witness['own_size']} / {witness['witnessed_size']}",
        "trouble": peer["doubted"] or peer["trouble"] or "",
    }


@network_app.command("resolve")
def resolve(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="A doubted node; this node itself, which went back, otherwise.")] = "",
) -> None:
    """Decide to go on: with a node whose log contradicted what was witnessed, or with this one after it went back."""
    with opened(context) as (home, acting):
        from havre.flows import network_state

        network_state.resolve(home, acting, name)
        if asked(context).json:
            answers.say_json({"resolved": name or None})
        else:
            answers.say("Resolved; the log says that you decided it.")
