"""`havre match`: a platform's own uploads against the lists of a feed, as a service or once."""

import ipaddress
import json
import os
import secrets
import subprocess
import sys
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from havre.entrypoints.command import answers
from havre.entrypoints.command.context import Asked, asked
from havre.entrypoints.command.serve import LOOPBACK, PATIENCE, end_with, ended_by_signals
from havre.errors import Invalid, Unavailable

if TYPE_CHECKING:
    from havre.hashlists.entry import Signal

SERVICE = "havre.entrypoints.matching.main:named()"
"""What the web server calls; named, not imported: entry points know nothing of one another."""

PASSED_ON = frozenset(
    {"PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME", "SSL_CERT_FILE"}
)
PORT = 8100
THREADS = 8
FOLDERS = ".havre-feeds"
"""In the home of whoever runs it: a folder for each feed, where none is named with --home."""
METHODS = {32: ("md5",), 40: ("sha1",), 64: ("pdq", "sha256")}
"""What a hash of so many digits may be."""


class OneOrServe(TyperGroup):
    """`havre match FILE`, beside commands of their own names."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """What is no command is what to look up."""
        known = {*self.commands, "--help"}
        return super().parse_args(ctx, args if not args or args[0] in known else ["look", *args])


app = typer.Typer(
    cls=OneOrServe,
    no_args_is_help=True,
    subcommand_metavar="serve|key|status|vote|votes|FILE|HASH …",
    help="Match uploads against the lists of a feed: as a service, or one FILE or HASH; and say what was wrong.",
)

Feed = Annotated[str, typer.Option(help="The feed's address, as its publisher gave it.")]
Root = Annotated[str, typer.Option(metavar="FILE", help="The feed's first root; the folder then keeps it.")]
Fingerprint = Annotated[str, typer.Option(metavar="SHA256", help="Or the SHA-256 of that root.")]
Proxy = Annotated[str, typer.Option(metavar="URL", help="Ask through this proxy; HTTPS_PROXY otherwise.")]
Token = Annotated[str, typer.Option(metavar="FILE", help="The file with the token that the feed asks for.")]


@dataclass(frozen=True, slots=True)
class Binding:
    """Where the service is reached, and how it proves itself there."""

    address: str
    port: int
    certificate: str = ""
    key: str = ""
    client_ca: str = ""

    def check(self, clients: str) -> None:
        """Raise Invalid where it would answer anybody, or tell keys to whoever listens."""
        if bool(self.certificate) != bool(self.key):
            raise Invalid("TLS needs both --certificate and --key")
        if self.client_ca and not self.certificate:
            raise Invalid("clients show certificates only in TLS: give --certificate and --key too")
        if self.local:
            return
        if not clients:
            raise Invalid("without --clients only this machine is answered: leave out --bind, or name the clients")
        if not self.certificate:
            raise Invalid("keys travel in TLS alone: give --certificate and --key, or put a proxy in front of loopback")

    @property
    def local(self) -> bool:
        """Whether only this machine reaches it."""
        try:
            return ipaddress.ip_address(self.address).is_loopback
        except ValueError as error:
            raise Invalid("--bind is an address of this machine, in numbers") from error

    @property
    def shown(self) -> str:
        """The address as a person reads it."""
        host = f"[{self.address}]" if ":" in self.address else self.address
        return f"{'https' if self.certificate else 'http'}://{host}:{self.port}/"


@app.command()
def serve(
    context: typer.Context,
    feed: Feed,
    root: Root = "",
    root_sha256: Fingerprint = "",
    token: Token = "",
    proxy: Proxy = "",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where it answers.")] = PORT,
    bind: Annotated[str, typer.Option(help="At which address; others need --clients and TLS.")] = LOOPBACK,
    clients: Annotated[str, typer.Option(metavar="FILE", help="Who may ask: keys' digests, scopes, quotas.")] = "",
    certificate: Annotated[str, typer.Option(metavar="FILE", help="The service's certificate.")] = "",
    key: Annotated[str, typer.Option(metavar="FILE", help="Its private key.")] = "",
    client_ca: Annotated[str, typer.Option(metavar="FILE", help="Who signs clients' certificates.")] = "",
    every: Annotated[float, typer.Option(min=0.1, max=86_400, help="Seconds between looks at the feed.")] = 60.0,
    threads: Annotated[int, typer.Option(min=1, max=64, help="Requests answered at once.")] = THREADS,
    hma_compat: Annotated[bool, typer.Option("--hma-compat", help="Hashes in addresses too.")] = False,
) -> None:
    """Answer look-ups in this machine's own house, from the feed alone; GET /status says when it is ready."""
    what, binding = asked(context), Binding(bind, port, certificate, key, client_ca)
    binding.check(clients)
    folder, proxy = folder_of(what, feed), proxied(what, feed, proxy)
    _begin(folder, feed, root, root_sha256, token, proxy)
    told = {"folder": str(folder), "feed": feed, "token": _whole(token), "clients": _whole(clients), "proxy": proxy}
    environment = {name: value for name, value in what.environ.items() if name in PASSED_ON}
    environment |= {"HAVRE_MATCH": json.dumps(told | {"every": every, "hma_compat": hma_compat})}
    environment |= {"MALLOC_ARENA_MAX": "2"}  # each further one reserves memory that threads leave half empty
    with ended_by_signals():
        process = subprocess.Popen(command(binding, threads), env=environment, preexec_fn=end_with(os.getpid()))
        answers.say(f"{binding.shown} answers look-ups once its lists are loaded (Ctrl C ends it)")
        try:
            code = process.wait()
        finally:
            process.terminate()
            process.wait(PATIENCE)
    raise Unavailable(f"the match service ended with {code}: what it printed above says why")


def command(binding: Binding, threads: int) -> list[str]:
    """How the server is started."""
    host = f"[{binding.address}]" if ":" in binding.address else binding.address
    words = [
        *(sys.executable, "-m", "gunicorn", "--config", "python:havre.entrypoints.matching.server"),
        *("--bind", f"{host}:{binding.port}", "--threads", str(threads), "--timeout", "120"),
        *("--graceful-timeout", "5", "--log-level", "warning", "--no-control-socket"),
    ]
    if binding.certificate:
        words += ["--certfile", binding.certificate, "--keyfile", binding.key]
    if binding.client_ca:
        words += ["--ca-certs", binding.client_ca, "--cert-reqs", "2"]
    return [*words, SERVICE]


@app.command()
def look(
    context: typer.Context,
    what: Annotated[str, typer.Argument(metavar="FILE|HASH", help="A file, or a hash in hexadecimal digits.")],
    feed: Feed,
    root: Root = "",
    root_sha256: Fingerprint = "",
    token: Token = "",
    proxy: Proxy = "",
) -> None:
    """Look up one FILE or HASH; the word `look` may be left out."""
    from havre.flows.match_uploads import subscribe, told

    path = Path(what)
    content = path.read_bytes() if path.is_file() else None
    hashes = () if content is not None else hashes_of(what)
    folder, proxy = folder_of(asked(context), feed), proxied(asked(context), feed, proxy)
    with subscribe(folder, feed, root=root, fingerprint=root_sha256, token=token, proxy=proxy) as lists:
        if lists.trouble:
            answers.warn(f"the lists are as they were before: {lists.trouble}")
        if lists.read_anew:
            answers.warn(
                f"read again as a whole, for their publisher has another history: {', '.join(lists.read_anew)}"
            )
        if content is not None:
            looked = lists.match(content)
            found, compared, why_not = looked.matches, looked.compared, looked.why_not
        else:
            found, compared = tuple(lists.match_signals([hashes])[0]), tuple(each.method for each in hashes)
            why_not = ""
    rows = [told(match, detailed=True) for match in found]
    if asked(context).json:
        answers.say_json({"matches": rows, "compared": list(compared), "why_not": why_not})
        return
    _say(rows, why_not)


@app.command()
def key(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Whose key.")],
    per_minute: Annotated[int, typer.Option(min=1, help="Look-ups a minute.")] = 6_000,
) -> None:
    """Make a key for a client: give it the key, and put the lines below it into the file of clients."""
    made = secrets.token_urlsafe(32)
    said = {"name": name, "key_sha256": sha256(made.encode()).hexdigest(), "per_minute": per_minute}
    if asked(context).json:
        answers.say_json(said | {"key": made, "scopes": ["match"]})
        return
    answers.say(f"{made}\n\n[[client]]")
    for field, value in (said | {"scopes": ["match"]}).items():
        answers.say(f"{field} = {json.dumps(value)}")


def hashes_of(text: str) -> "tuple[Signal, ...]":
    """What a hash may be, by its digits. Raises Invalid where it is none."""
    from havre.hashlists.entry import Signal

    value = text.strip().lower()
    if len(value) not in METHODS or not set(value) <= set("0123456789abcdef"):
        raise Invalid("this is no file, and no hash of 32, 40 or 64 hexadecimal digits")
    return tuple(Signal(method, value) for method in METHODS[len(value)])


def _say(rows: list[dict[str, Any]], why_not: str) -> None:
    if why_not:
        answers.warn(f"compared by its bytes alone: {why_not}")
    if not rows:
        answers.say("In none of the lists.")
        return
    for row in rows:
        row["act"] = "look first" if not row["reviewed"] or row["disputed"] else ""
        row["by"] = _by(row)
        row["categories"] = ", ".join(f"{country} {name}" for country, name in row["categories"].items())
    columns = {"list": "list", "number": "entry", "categories": "categories", "by": "found by", "act": ""}
    answers.say_table("In the lists", rows, columns)


def _by(row: dict[str, Any]) -> str:
    """What found it, as a person reads it; of a film where in it."""
    if row["method"] not in {"pdq", "film"}:
        return str(row["method"])
    parts = ["{}-{} s".format(*(f"{second:.1f}" for second in part["known"])) for part in row.get("parts", ())]
    return ", ".join([f"{row['method']}", f"{row['distance']} bits", *parts])


def _begin(folder: Path, feed: str, root: str, fingerprint: str, token: str, proxy: str) -> None:
    """Begin the folder, so that what is wrong is said before anything is served."""
    from havre.flows.match_uploads import subscription

    subscription(folder, feed, root=root, fingerprint=fingerprint, token=token, proxy=proxy)


def proxied(what: Asked, feed: str, proxy: str) -> str:
    """The proxy that was given, or that the environment names for this feed."""
    from havre.subscription.proxy import proxy_for

    return proxy_for(feed, proxy, what.environ)


def folder_of(what: Asked, feed: str) -> Path:
    """The folder of a feed: the one that was named, or one of whoever runs this."""
    if what.home is not None:
        return what.home.resolve()
    return Path(what.environ.get("HOME") or Path.home()) / FOLDERS / sha256(feed.encode()).hexdigest()[:16]


def _whole(path: str) -> str:
    return str(Path(path).resolve()) if path else ""
