"""``boutique imaging``: extraction and coordination of files, without a server."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import track

from web.bootstrap import (
    IMAGING_REFUSALS,
    Sheet,
    coordinate_files,
    extract_files,
    outfits,
    wardrobe,
)
from web.commands.running import EXIT_REFUSED, EXIT_UNAVAILABLE, console, errors
from web.settings import Settings

app = typer.Typer(help="Extraction and coordination of files.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("extract")
def extract(
    photos: Annotated[list[Path], typer.Argument(help="Photographs of one person each.")],
    out: Annotated[Path, typer.Option(help="Folder for the extracted persons.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Cut the person out of each photo: OUT/<name of the photo>.png, of the photo's own size."""
    results = list[dict[str, object]]()
    try:
        for result in extract_files(photos, folder=out, networks=Settings().networks):
            results.append(asdict(result))
            if not as_json:
                said = result.picture or f"[red]{result.refused}[/red]: {result.detail}"
                console.print(f"{result.photo} → {said}", highlight=False)
    except IMAGING_REFUSALS as error:
        errors.print(str(error), style="red", highlight=False)
        raise typer.Exit(EXIT_UNAVAILABLE) from None
    if as_json:
        typer.echo(json.dumps(results))
    if any(result["refused"] for result in results):
        raise typer.Exit(EXIT_REFUSED)


@app.command("coordinate")
def coordinate(
    photo: Annotated[str, typer.Argument(help="Photograph of a person, or a mannequin's name.")],
    garments: Annotated[list[str], typer.Argument(help="Garments as TYPE=FILE.")],
    out: Annotated[Path, typer.Option(help="PNG file to write.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Show the person of a photo wearing garments, in the body frame 500:1024."""
    try:
        coordinate_files(photo, garments, out=out, networks=Settings().networks)
    except (*IMAGING_REFUSALS, OSError) as error:
        errors.print(str(error), style="red", highlight=False)
        raise typer.Exit(EXIT_REFUSED) from None
    if as_json:
        typer.echo(json.dumps({"picture": str(out)}))
    else:
        console.print(f"{out} shows the look.", highlight=False)


@app.command("sheet")
def sheet(  # noqa: PLR0913 (one argument an option)
    persons: Annotated[
        list[str],
        typer.Argument(help="Photographs, names of mannequins, or `drawn` for every mannequin."),
    ],
    out: Annotated[Path, typer.Option(help="Folder for the pages and the list of their cells.")],
    garments: Annotated[
        list[str] | None,
        typer.Option(help="TYPE=FILE, a folder whose pictures begin with their type, or `drawn`."),
    ] = None,
    number: Annotated[int, typer.Option("--outfits", min=1, max=100, help="Outfits each.")] = 20,
    body: Annotated[
        str,
        typer.Option(
            help="`own`, `drawn` below the own head, or `auto`: own where the photo suits."
        ),
    ] = "auto",
    *,
    as_json: AsJson = False,
) -> None:
    """Show every person in many outfits: OUT/page-NN.png, with OUT/cells.csv and cells.json."""
    try:
        chosen = outfits(wardrobe(garments or ["drawn"]), number=number)
        asked = Sheet(
            photos=persons, outfits=chosen, folder=out, networks=Settings().networks, body=body
        )
        cells = list(
            track(
                asked.draw(),
                total=asked.size,
                description=f"{len(asked.persons)} persons, {len(chosen)} outfits",
                console=errors,
                disable=as_json,
            )
        )
    except (*IMAGING_REFUSALS, OSError) as error:
        errors.print(str(error), style="red", highlight=False)
        raise typer.Exit(EXIT_REFUSED) from None
    pages = sorted({str(out / cell.page) for cell in cells})
    if as_json:
        typer.echo(json.dumps({"pages": pages, "cells": [asdict(cell) for cell in cells]}))
        return
    refused = {cell.person: cell.detail for cell in cells if cell.refused}
    for person, detail in refused.items():
        console.print(f"{person}: [red]{detail}[/red]", highlight=False)
    console.print(f"{len(cells)} cells on {len(pages)} pages in {out}.", highlight=False)
