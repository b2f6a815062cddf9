"""The ``boutique`` command: what it prints, and what it exits with."""

import json
import socket
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import psycopg
import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from imaging.decoding import decode
from imaging.drawing.catalogue import CATALOGUE, draw
from imaging.drawing.mannequins import mannequin_as_photograph
from imaging.encoding import to_jpeg, to_png
from web import cli

REFUSED, UNAVAILABLE, MISUSED = 1, 3, 2
COMMANDS = (
    "serve",
    "demo",
    "project",
    "relay",
    "doctor",
    "audit replay",
    "audit list",
    "account create",
    "imaging extract",
    "imaging classify",
    "imaging coordinate",
    "imaging train",
    "imaging sheet",
)
APP = cli.command()
SELLER = ("--role", "seller", "--email", "s@example.com", "--password", "a long pass phrase")


def boutique(*arguments: str, **environment: str) -> Result:
    """Call the command in this process, where all that it loads is loaded already."""
    return CliRunner().invoke(APP, arguments, env=environment)


def sentences(said: str) -> str:
    """What was said, without the breaks of its lines."""
    return " ".join(said.split())


@pytest.fixture
def on_database(database_url: str, tmp_path: Path) -> dict[str, str]:
    return {"BOUTIQUE_DATABASE_URL": database_url, "BOUTIQUE_FOLDER": str(tmp_path)}


@pytest.fixture(scope="module")
def photograph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("photo") / "bruno.jpg"
    path.write_bytes(to_jpeg(mannequin_as_photograph("bruno"), quality=92))
    return path


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_tells_what_it_does(command: str) -> None:
    helped = boutique(*command.split(), "--help")
    assert helped.exit_code == 0
    assert "Usage" in helped.stdout


def test_only_the_part_that_is_called_for_is_loaded() -> None:
    said = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "web", "account", "create", "--help"],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert "Usage" in said.stdout
    assert "web.settings" in said.stderr
    assert "uvicorn" not in said.stderr
    assert "fastapi" not in said.stderr


def test_an_account_is_created_once_and_shown_as_json(on_database: dict[str, str]) -> None:
    created = boutique("account", "create", *SELLER, "--name", "Atelier", "--json", **on_database)
    assert created.exit_code == 0, created.stderr
    assert json.loads(created.stdout)["role"] == "seller"

    again = boutique("account", "create", *SELLER, "--name", "Atelier", **on_database)
    assert again.exit_code == REFUSED
    assert "Sign in instead" in sentences(again.stderr)


def test_a_seller_without_a_name_is_refused_in_a_sentence(on_database: dict[str, str]) -> None:
    refused = boutique("account", "create", *SELLER, **on_database)
    assert refused.exit_code == REFUSED
    assert "trading name" in sentences(refused.stderr)
    assert "Traceback" not in sentences(refused.stderr)


def test_the_log_is_listed_and_replayed(on_database: dict[str, str]) -> None:
    boutique("account", "create", *SELLER, "--name", "Atelier", **on_database)
    replayed = boutique("audit", "replay", "--json", **on_database)
    assert json.loads(replayed.stdout)["events"] == 1

    until = boutique("audit", "replay", "--until", "0", "--json", **on_database)
    assert json.loads(until.stdout)["events"] == 0

    listed = boutique("audit", "list", "--all", "--json", **on_database)
    assert [json.loads(line)["type"] for line in listed.stdout.splitlines()] == ["account-opened"]
    assert "pieces sold" in boutique("audit", "replay", **on_database).stdout


def test_a_projection_is_built_anew_by_name(on_database: dict[str, str]) -> None:
    boutique("account", "create", *SELLER, "--name", "Atelier", **on_database)
    rebuilt = boutique("project", "--rebuild", "accounts", **on_database)
    assert rebuilt.exit_code == 0, rebuilt.stderr
    assert "position 1" in rebuilt.stdout
    assert "Exchanged in" in sentences(rebuilt.stderr)

    unknown = boutique("project", "--rebuild", "nothing", **on_database)
    assert unknown.exit_code == UNAVAILABLE
    assert "commodity_index" in sentences(unknown.stderr)

    assert "accounts is at position 1." in boutique("project", "--once", **on_database).stdout
    once = boutique("project", "--once", "--json", **on_database)
    assert json.loads(once.stdout)["accounts"] == 1


def test_how_late_projections_are_is_told_and_a_stopped_one_says_what_to_do(
    on_database: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    boutique("account", "create", *SELLER, "--name", "Atelier", **on_database)
    with psycopg.connect(on_database["BOUTIQUE_DATABASE_URL"]) as connection:
        connection.execute(
            "INSERT INTO boutique_events_tt_main (type, data, tags)"
            """ VALUES ('account-opened', '{"recorded_at": "2020-01-01T00:00:00Z"}', '{}')"""
        )
    late = json.loads(boutique("project", "--status", "--json", **on_database).stdout)["accounts"]
    assert late.pop("lag_seconds") > 1e6
    assert late == {"position": 1, "head": 2, "lag_events": 1}
    stopped = boutique("project", "--once", **on_database)
    assert stopped.exit_code == REFUSED
    assert "Projection accounts stopped at position 2, an event 'account-opened'" in caplog.text
    assert "coordinations is at position 2." in stopped.stdout
    table = boutique("project", "--status", **on_database).stdout
    assert "events late" in table

    refused = boutique("project", "--rebuild", "accounts", **on_database)
    assert refused.exit_code == UNAVAILABLE
    assert "accounts was not built anew" in sentences(refused.stderr)
    assert "Traceback" not in sentences(refused.stderr)


def test_a_used_port_is_said_in_one_sentence(on_database: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = boutique("serve", "--port", str(port), **on_database)
    assert refused.exit_code == UNAVAILABLE
    assert f"Port {port} is in use" in sentences(refused.stderr)
    assert "Traceback" not in sentences(refused.stderr)


def test_a_database_that_is_away_is_said_in_one_sentence(tmp_path: Path) -> None:
    away = boutique(
        "project",
        "--once",
        BOUTIQUE_DATABASE_URL="postgresql://127.0.0.1:1/nothing?connect_timeout=2",
        BOUTIQUE_FOLDER=str(tmp_path),
    )
    assert away.exit_code == UNAVAILABLE
    assert "database does not answer" in sentences(away.stderr)
    assert "Traceback" not in sentences(away.stderr)


def test_stripe_without_its_key_is_said_in_one_sentence(on_database: dict[str, str]) -> None:
    refused = boutique("project", "--once", BOUTIQUE_PAYMENT_PROVIDER="stripe", **on_database)
    assert refused.exit_code == UNAVAILABLE
    assert "BOUTIQUE_STRIPE_SECRET_KEY" in sentences(refused.stderr)
    assert "Traceback" not in sentences(refused.stderr)


def test_a_folder_that_cannot_be_made_is_said_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    refused = boutique("project", "--once", BOUTIQUE_FOLDER=str(tmp_path / "file" / "inside"))
    assert refused.exit_code == UNAVAILABLE
    assert "Traceback" not in sentences(refused.stderr)


def test_people_are_extracted_at_their_photos_size(photograph: Path, tmp_path: Path) -> None:
    text = tmp_path / "notes.jpg"
    text.write_text("no picture", encoding="utf-8")
    out = tmp_path / "out"
    words = [str(photograph), str(text), str(tmp_path / "missing.jpg")]

    done = boutique("imaging", "extract", *words, "--out", str(out), "--json")

    assert done.exit_code == REFUSED  # two of the three
    extracted, unreadable, missing = json.loads(done.stdout)
    cutout = decode(Path(extracted["picture"]).read_bytes())
    assert cutout.shape[:2] == decode(photograph.read_bytes()).shape[:2]
    assert cutout.shape[2] == 4
    assert 0.1 < (cutout[:, :, 3] > 127).mean() < 0.6
    assert extracted["quality"]["score"] > 0.7
    assert unreadable["refused"] == "not-an-image"
    assert missing["refused"] == "not-found"
    assert [path.name for path in out.iterdir()] == ["bruno.png"]


def test_a_large_photo_is_extracted_at_its_own_size_too(tmp_path: Path) -> None:
    large = cv2.resize(mannequin_as_photograph("ada"), (1800, 2500))
    photo = tmp_path / "large.jpg"
    photo.write_bytes(to_jpeg(np.asarray(large, np.uint8), quality=90))
    done = boutique("imaging", "extract", str(photo), "--out", str(tmp_path / "out"))
    assert done.exit_code == 0, done.stderr
    with Image.open(tmp_path / "out" / "large.png") as cutout:
        assert (cutout.size, cutout.mode) == ((1800, 2500), "RGBA")


def test_a_look_is_coordinated_without_a_server(photograph: Path, tmp_path: Path) -> None:
    knit = next(sketch for sketch in CATALOGUE if sketch.type == "knitwear")
    garment = tmp_path / "knit.png"
    garment.write_bytes(to_png(draw(knit, height_px=600, worn=True).rgba))
    look = tmp_path / "look.png"

    done = boutique(
        "imaging", "coordinate", str(photograph), f"knitwear={garment}", "--out", str(look)
    )
    assert done.exit_code == 0, done.stderr
    assert decode(look.read_bytes()).shape == (1536, 750, 4)

    unnamed = boutique("imaging", "coordinate", "ada", str(garment), "--out", str(look))
    assert unnamed.exit_code == REFUSED
    assert "TYPE=FILE" in sentences(unnamed.stderr)


def test_an_unknown_option_is_a_misuse() -> None:
    assert boutique("serve", "--fast").exit_code == MISUSED


# -------------------------------------------------------- classification


@pytest.fixture(scope="module")
def skirt_image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("commodity") / "skirt.png"
    sketch = next(sketch for sketch in CATALOGUE if sketch.type == "skirt")
    path.write_bytes(to_png(draw(sketch, height_px=384).rgba))
    return path


def test_one_image_is_classified_as_one_object_of_json(skirt_image: Path) -> None:
    ended = boutique("imaging", "classify", str(skirt_image), "--json")

    assert ended.exit_code == 0
    found = json.loads(ended.stdout)
    assert set(found) == {"type", "design", "colours"}
    assert found["type"]["name"] == "skirt"
    assert 0 <= found["type"]["confidence"] <= 1
    assert set(found["design"]) == {"name", "confidence"}
    for colour in found["colours"]:
        assert set(colour) == {"name", "share", "oklch"}
        assert len(colour["oklch"]) == 3


def test_several_images_are_classified_in_order_and_a_bad_one_does_not_hold_them(
    skirt_image: Path, tmp_path: Path
) -> None:
    no_image = tmp_path / "notes.jpg"
    no_image.write_text("not a picture")
    names = [str(no_image), str(skirt_image), str(tmp_path / "nowhere.png")]

    ended = boutique("imaging", "classify", *names, "--json")

    assert ended.exit_code == REFUSED
    lines = [json.loads(line) for line in ended.stdout.splitlines()]
    assert [line["image"] for line in lines] == names
    assert "refused" in lines[0]
    assert lines[1]["type"]["name"] == "skirt"
    assert lines[2]["refused"] == "not-found"
    assert "notes.jpg" in ended.stderr.replace("\n", "")  # long lines are broken


def test_without_json_a_table_says_it_in_words(skirt_image: Path) -> None:
    ended = boutique("imaging", "classify", str(skirt_image))

    assert ended.exit_code == 0
    assert "skirt" in ended.stdout
    assert "%" in ended.stdout


def test_training_without_its_packages_says_how_to_install_them(tmp_path: Path) -> None:
    into = tmp_path / "weights"

    ended = boutique("imaging", "train", str(tmp_path), "--into", str(into))

    assert ended.exit_code == UNAVAILABLE
    assert "pip install --group training" in sentences(ended.stderr)
    assert not into.exists()
