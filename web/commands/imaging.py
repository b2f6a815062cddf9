"""``boutique imaging``: extraction, classification and coordination of files, without a server."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import track
from rich.table import Table

from web.bootstrap import (
    IMAGING_REFUSALS,
    FileClassified,
    Sheet,
    TrainingPlan,
    WardrobePiece,
    classify_files,
    coordinate_files,
    corrected,
    extract_files,
    outfits,
    train_classifier,
    wardrobe,
    worn_or_waiting,
)
from web.commands.running import EXIT_REFUSED, EXIT_UNAVAILABLE, console, errors
from web.settings import Settings

app = typer.Typer(
    name="imaging",
    help="Extraction, classification and coordination of files.",
    no_args_is_help=True,
)

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


@app.command("classify")
def classify(
    images: Annotated[list[Path], typer.Argument(help="Images of one commodity each.")],
    *,
    as_json: Annotated[
        bool,
        typer.Option(
            "--json",
            help="Print one JSON object: type, design and colours. For several images, one object "
            "a line in their order, with the image's name.",
        ),
    ] = False,
) -> None:
    """Say what type, design and colours the commodity of each image has, and how surely."""
    table = Table("image", "type", "design", "colours", "look at", box=None)
    refused = 0
    for result in classify_files(images):
        if result.found is None:
            refused += 1
            errors.print(f"{result.image}: {result.detail}", style="red", highlight=False)
        if as_json:
            typer.echo(json.dumps(_classified(result, is_named=len(images) > 1)))
        elif result.found is not None:
            table.add_row(result.image, *_in_words(result))
    if table.row_count:
        console.print(table, highlight=False)
    if refused:
        raise typer.Exit(EXIT_REFUSED)


def _classified(result: FileClassified, *, is_named: bool) -> dict[str, object]:
    name: dict[str, object] = {"image": result.image} if is_named else {}
    found = result.found
    if found is None:
        return name | {"refused": result.refused, "detail": result.detail}
    return name | {
        "type": _rounded(found.type.name, found.type.confidence),
        "design": _rounded(found.design.name, found.design.confidence),
        "colours": [
            {
                "name": colour.name,
                "share": round(colour.share, 4),
                "oklch": [round(value, 4) for value in colour.oklch],
            }
            for colour in found.colours
        ],
    }


def _rounded(name: str, confidence: float) -> dict[str, object]:
    return {"name": name, "confidence": round(confidence, 4)}


def _in_words(result: FileClassified) -> tuple[str, ...]:
    found = result.found
    if found is None:
        return ()
    colours = ", ".join(f"{colour.name} {colour.share:.0%}" for colour in found.colours)
    return (
        f"{found.type.name} {found.type.confidence:.0%}",
        f"{found.design.name} {found.design.confidence:.0%}",
        colours,
        ", ".join(result.review),
    )


@app.command("train")
def train(  # noqa: PLR0913 (its options)
    data: Annotated[
        Path,
        typer.Argument(
            help="Folder with train/TYPE/*.jpg, validation/TYPE/*.jpg and "
            "labels_by_eye_validation.csv."
        ),
    ],
    into: Annotated[Path, typer.Option(help="Folder for the trained files and their record.")],
    epochs: Annotated[int, typer.Option(min=1, max=200)] = 9,
    seed: Annotated[int, typer.Option(min=0)] = 0,
    *,
    begun_from: Annotated[
        Path | None,
        typer.Option(
            "--from",
            exists=True,
            file_okay=False,
            help="Folder that an earlier training wrote, to go on from it.",
        ),
    ] = None,
    is_all: Annotated[
        bool,
        typer.Option("--all", help="Learn from validation/ too; nothing is left to measure on."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Train what `classify` uses. Takes most of an hour on one processor, and needs PyTorch."""
    try:
        record = train_classifier(
            data,
            into=into,
            plan=TrainingPlan(epochs=epochs, seed=seed, is_all=is_all, begun_from=begun_from),
            progress=lambda words: errors.print(words, style="dim", highlight=False),
        )
    except IMAGING_REFUSALS as error:
        errors.print(str(error), style="red", highlight=False)
        raise typer.Exit(EXIT_UNAVAILABLE) from None
    if as_json:
        typer.echo(json.dumps(record))
        return
    for question, share in record["held_out_accuracy_of_the_network"].items():
        console.print(f"{question}: {share:.1%} of what was held out", highlight=False)


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
    *,
    corrections: Annotated[
        Path | None,
        typer.Option(
            help="Landmarks as sellers corrected them: JSON, under the end of each photograph's "
            'path {"landmarks": {NAME: [ROW, COL]}} in fractions of its height and width.'
        ),
    ] = None,
    number: Annotated[int, typer.Option("--outfits", min=1, max=100, help="Outfits each.")] = 20,
    body: Annotated[
        str,
        typer.Option(
            help="`own`, `drawn` below the own head, or `auto`: own where the photo suits."
        ),
    ] = "auto",
    as_json: AsJson = False,
) -> None:
    """Show every person in many outfits: OUT/page-NN.png, with OUT/cells.csv and cells.json.

    Garments that would wait for their seller, being doubtful, are named and left out.
    """
    try:
        chosen = outfits(_worn(garments or ["drawn"], corrections, quiet=as_json), number=number)
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


def _worn(named: list[str], corrections: Path | None, *, quiet: bool) -> list[WardrobePiece]:
    """Find the garments that are named, without those that wait for their seller."""
    pieces = wardrobe(named)
    if corrections is not None:
        pieces = corrected(pieces, corrections)
    looked_at = track(
        worn_or_waiting(pieces),
        total=len(pieces),
        description=f"{len(pieces)} garments",
        console=errors,
        disable=quiet,
    )
    worn: list[WardrobePiece] = []
    for piece, why in looked_at:
        if why is None:
            worn.append(piece)
        else:
            errors.print(f"{piece.name} waits for its seller: {why}", highlight=False)
    return worn
