"""`havre selfservice`: hashes that people sent without the picture; and the kernel that their browsers run."""

from pathlib import Path
from typing import Annotated

import typer

from havre.entrypoints.command import answers
from havre.entrypoints.command.context import asked

app = typer.Typer(help="Hashes that people sent without the picture.", no_args_is_help=True)

CHECKOUT = Path(__file__).parents[4] / "native" / "pdq"
SERVED = Path(__file__).parents[1] / "public" / "static"


@app.command()
def build(
    context: typer.Context,
    sources: Annotated[Path, typer.Option(help="The C sources.")] = CHECKOUT,
    into: Annotated[Path, typer.Option(help="Where the artefacts are written.")] = SERVED,
) -> None:
    """Build the WebAssembly that browsers run: the same sources give the same bytes."""
    from havre.selfservice.kernel import build as build_kernel

    made = build_kernel(sources, into)
    if asked(context).json:
        answers.say_json(made)
        return
    for name, size in made.items():
        answers.say(f"{into / name}: {size} bytes")
