"""What scripts say: each names it, and the page that loads it brings the words (ADR 0038).

Sentences are by the name a script says them by, and by the script. What a problem is called has its
remedy beside it, under ``<name>.detail``.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from domain.classification import COLOURS, DESIGNS, TYPES
from domain.size_advice import REASONS
from web.terms import COUNTED, colour_word, design_word, type_word
from web.words import gettext, marked, plural_forms


class Counted(NamedTuple):
    """A sentence about a number of things, its ``count``."""

    one: str
    many: str


def plural(one: str, many: str) -> Counted:
    """Mark a sentence for the catalogues that is said by ``ngettext``."""
    return Counted(one, many)


_PIECES = plural("%(count)s piece", "%(count)s pieces")
_SECONDS = plural("%(count)s second", "%(count)s seconds")

EXCHANGE: Mapping[str, str | Counted] = {
    "unreachable": marked("The boutique cannot be reached"),
    "unreachable.detail": marked("Nothing is lost. Look at your connection and try again."),
    "failed": marked("That did not work"),
    "failed.detail": marked("Try once more."),
    "one-moment": marked("One moment…"),
}

COORDINATION: Mapping[str, str | Counted] = {
    "pieces": _PIECES,
    "your-look": plural("Your look, %(count)s piece", "Your look, %(count)s pieces"),
    "look-and-total": marked("%(look)s %(total)s."),
    "no-picture": marked("The picture could not be made"),
    "no-picture.detail": marked(
        "Your look is kept as it is listed. Load this page again to see it."
    ),
    "not-by-hand": marked("This look cannot be moved by hand just now"),
    "not-by-hand.detail": marked("Move its pieces with the buttons under Adjust."),
    "adjust": marked("Adjust %(name)s"),
    "take-off": marked("Take off %(name)s"),
    "yours-already": marked("Yours already"),
    "size-of": marked("Size of %(name)s"),
    "sold-out": marked("%(size)s, sold out"),
}

COUNTDOWN: Mapping[str, str | Counted] = {
    "five-minutes": marked("Five minutes are left."),
    "one-minute": marked("One minute is left."),
    "time-over": marked("The time is over."),
}

GARMENT: Mapping[str, str | Counted] = {
    "not-sure": marked("%(name)s, not sure"),
    "worn-like-this": marked("This is how it will be worn."),
    "no-mannequins": marked("The mannequins cannot be dressed just now; saving still works."),
}

IMAGES: Mapping[str, str | Counted] = {
    "no-camera": marked("The camera did not open. Allow it in the browser, or choose an image."),
    "sending": marked("Sending your image…"),
    "cutting-out": marked("Cutting you out…"),
}

SELLER: Mapping[str, str | Counted] = {
    "looking": marked("Looking at the image…"),
    "as-shown": marked("As the image shows: %(what)s"),
    "size": marked("Size %(count)s"),
    "pieces-of-size": marked("Pieces of size %(count)s"),
    "shown": marked("The image shows: %(type)s (%(sure)s sure), %(design)s, %(colours)s. "),
    "share": marked("%(colour)s %(share)s"),
    "comma": marked(", "),
    "asked": marked("We are not sure; choose %(asked)s yourself, or we ask you later."),
    "otherwise": marked("Choose otherwise where that is wrong."),
    "the-type": marked("the type"),
    "the-design": marked("the design"),
    "the-colours": marked("the colours"),
}

ADVICE: Mapping[str, str] = {
    "step-closer": marked("Step closer, so that you fill the height of the picture."),
    "cut-off-at-feet": marked("Step back so that your feet are in the picture."),
    "cut-off-at-head": marked("Hold the camera higher so that your head is in the picture."),
    "cut-off-at-side": marked("Stand in the middle so that nothing of you is cut off."),
    "not-frontal": marked("Face the camera, with both shoulders equally far from it."),
    "arms-not-clear": marked("Hold your arms a little away from your body."),
    "legs-not-parted": marked("Stand with your feet a little apart."),
    "unsure": marked("Use more light and a plain background, and be alone in the picture."),
}
"""What to do better in a photograph, by what is not right in it."""

REFUSED: Mapping[str, str] = {
    "empty-file": marked("The file is empty. Choose the photograph again."),
    "too-many-bytes": marked(
        "The file is larger than 15 MB. Choose a smaller version of the picture."
    ),
    "not-an-image": marked(
        "This is not a picture we can read. Choose a JPEG, PNG, WebP, AVIF or HEIC file."
    ),
    "heic-not-here": marked(
        "This browser cannot open HEIC pictures. Save it as JPEG in a photo app, or take the "
        "picture with the camera here."
    ),
    "unreadable": marked(
        "The file is damaged and cannot be read. Open it in a photo app, save it again as JPEG "
        "or PNG, and choose that."
    ),
    "too-many-pixels": marked(
        "The picture has more than 50 megapixels. Choose a smaller version of it."
    ),
    "too-small": marked(
        "The picture is too small. Choose one with at least 200 pixels on each side."
    ),
    "no-person-found": marked(
        "We cannot find a person in this picture. Take one in good light, standing alone in "
        "front of a plain background, from head to feet."
    ),
    "mask-does-not-fit": marked("This outline is of another size than the picture."),
    "nothing-left": marked("Nothing would be left of the picture. Paint some of it back."),
    "program-incomplete": marked(
        "A part of the program could not be loaded. Look at your connection and try again; "
        "nothing is lost."
    ),
    "broke-off": marked(
        "Working on the picture broke off. Close other tabs and try again; nothing is lost."
    ),
    "fault": marked("Working on the picture went wrong. Choose another one. (%(error)s)"),
}
"""Why a terminal cannot work with a photograph."""

BY_MEASURES = ("fits", "nearest", "loose", "tight", "long", "short", "give")
"""What a terminal says of sizes: it knows measures, and nothing of what was kept."""

TERMINAL: Mapping[str, str | Counted] = {
    # the screen
    "look-of": marked("Look of %(moment)s"),
    "you": marked("You"),
    "wearing": marked("%(name)s wearing %(pieces)s."),
    "worn-open": marked("%(piece)s, worn open"),
    "wearing-nothing": marked("%(name)s, without any piece of the boutique."),
    "this-look": marked("Your look"),
    "not-shown": marked("%(pieces)s cannot be shown just now"),
    "not-shown.detail": marked(
        "It is part of your look. How it is worn is not on this device yet; it is shown once the "
        "boutique can be reached."
    ),
    "not-kept": marked("This is not kept on this device"),
    "not-kept.detail": marked(
        "The boutique cannot be reached just now. What you have seen before works without it; the "
        "rest comes when it is back."
    ),
    "again": marked("%(name)s, again"),
    "gone": marked("Sold out"),
    "more": marked("More"),
    "broke": marked("That did not work"),
    "broke.detail": marked(
        "Everything that was kept is still here. Load this page again and try once more. "
        "(%(error)s)"
    ),
    **{f"size.{name}": REASONS[name] for name in BY_MEASURES},
    # looks
    "of": marked("%(label)s: %(title)s"),
    "pieces-shown": plural("%(count)s piece, shown now", "%(count)s pieces, shown now"),
    "wear": marked("Wear"),
    "duplicate": marked("Duplicate"),
    "delete": marked("Delete"),
    "look-kept": marked("Your look is kept."),
    # buying
    "choose-size": marked("Choose a size"),
    "in-size": marked("%(name)s (%(size)s)"),
    "comma": marked(", "),
    "receipt": marked("Receipt"),
    "sign-in": marked("Sign in"),
    "let-go": marked("Let it go"),
    "order": marked("%(total)s. %(words)s"),
    "order.queued": marked("Waits here until the boutique can be reached."),
    "order.sign-in": marked("Waits until you are signed in as who ordered it."),
    "order.sent": marked("Bought."),
    "no-orders": marked("Nothing yet"),
    "no-orders.detail": marked("What you buy is listed here, also while the boutique is away."),
    "nothing-to-buy": marked("There is nothing to buy yet"),
    "nothing-to-buy.detail": marked("Put something on first."),
    "size-missing": marked("A size is missing"),
    "size-missing.detail": marked("Choose the size of %(name)s, then buy the look."),
    "not-taken": marked(
        "The boutique did not take it. Load the newest program, then buy it again."
    ),
    "not-sold": marked("The boutique did not sell it"),
    "bought": marked("It is yours. The receipt stands with your orders."),
    "order-kept": marked("Your order is kept. %(words)s"),
    # photographs
    "not-usable": marked("This picture cannot be used"),
    "camera-closed": marked("The camera did not open"),
    "camera-closed.detail": marked(
        "Allow it for this site in the browser, close other programs that use it, or choose a file."
    ),
    "step.waiting": marked("Opening what cuts you out…"),
    "step.loading": marked("Loading what finds you in a picture…"),
    "step.opening": marked("Opening the picture…"),
    "step.finding": marked("Finding you…"),
    "step.outlining": marked("Cutting you out…"),
    "step.placing": marked("Placing you…"),
    **{f"advice.{code}": words for code, words in ADVICE.items()},
    **{f"refused.{code}": words for code, words in REFUSED.items()},
    # this device
    "being-kept": marked("The program is being kept; look again in a moment."),
    "not-as-signed": marked(
        "Not as it was signed: %(files)s. Erase the site’s data in the browser after exporting "  # noqa: RUF001
        "everything, and open this page again."
    ),
    "as-signed": plural(
        "%(count)s file is as it was signed.", "All %(count)s files are as they were signed."
    ),
    "program-refused": marked(
        "A program did not come whole, or was not what was signed. It is not used; the one you "
        "have stays."
    ),
    "has-passkey": marked("A passkey unlocks this device already; a new one takes its place."),
    "no-passkey": marked(
        "Your face, your finger or the PIN of this device then unlocks too. The passcode stays."
    ),
    "passkey-added": marked("The passkey unlocks this device from now on."),
    "passkey-unused": marked("The passkey was not used"),
    "passkey-unused.detail": marked("Try once more, or go on with the passcode."),
    "passkey-failed": marked("The passkey did not unlock it"),
    "passkey-failed.detail": marked("Try once more, or use the passcode."),
    "passkey-secretless": marked("This passkey cannot unlock the vault"),
    "passkey-secretless.detail": marked(
        "It does not give a secret (WebAuthn PRF). Go on with the passcode, or use another passkey."
    ),
    "added": marked("Added %(date)s"),
    "erase": marked("Erase"),
    "lasting": marked("%(megabytes)s MB are used. The browser keeps them until you erase them."),
    "passing": marked(
        "%(megabytes)s MB are used. The browser may clear them when space is short: install the "
        "program, and export a copy now and then."
    ),
    "set": marked("Set."),
    # the vault
    "passcodes-differ": marked("The two passcodes differ"),
    "passcodes-differ.detail": marked("Type the same one twice."),
    "passcode-short": marked("The passcode is too short"),
    "passcode-short.detail": marked("Take at least %(count)s characters, for example three words."),
    "passcode-changed": marked(
        "The passcode is changed. Files that were exported before keep the old one."
    ),
    "wrong-passcode": marked("That is not the passcode"),
    "wrong-passcode.detail": marked("Look at capital letters and spaces, then try again."),
    "wrong-and-wait": marked("That is not the passcode"),
    "wrong-and-wait.detail": marked("Wait %(time)s before the next try."),
    "too-many-wrong": marked("Too many wrong passcodes"),
    "too-many-wrong.detail": marked("Wait %(time)s, then try again."),
    "seconds": _SECONDS,
    "minutes": plural("%(count)s minute", "%(count)s minutes"),
    "not-safe": marked("This page is not safe enough to keep a photo"),
    "not-safe.detail": marked("Open the boutique by its https address."),
    "keeps-nothing": marked("This browser keeps nothing here"),
    "keeps-nothing.detail": marked(
        "In a private window, or where site data are blocked, a photo cannot stay on this device. "
        "Open the boutique in an ordinary window."
    ),
    "vault-exists": marked("There is a vault on this device already"),
    "vault-exists.detail": marked("Load this page again, and unlock it."),
    "vault-closed": marked("The vault is locked"),
    "vault-closed.detail": marked("Unlock it, then do it again. Everything up to now is kept."),
    "locked-import": marked("The vault is locked"),
    "locked-import.detail": marked("Unlock it first, then bring the file."),
    "device-full": marked("This device is full"),
    "device-full.detail": marked(
        "Nothing that was kept is lost, and this was not added. Free some space, or erase an "
        "image or a look, then do it again."
    ),
    "exported": marked(
        "Everything is in one file, encrypted. It opens with the passcode of today."
    ),
    "imported": marked("Everything of the file is here."),
    "no-export": marked("This is not an exported vault"),
    "no-export.detail": marked("Choose the file that was saved by “Export everything”."),
    "wrong-for-file": marked("That is not the passcode of this file"),
    "wrong-for-file.detail": marked(
        "It opens with the passcode the vault had when it was exported."
    ),
    "damaged-file": marked("This file is damaged"),
    "damaged-file.detail": marked(
        "Nothing of it was added. Export it once more, or take an older file."
    ),
}

SCRIPTS: Mapping[str, Mapping[str, str | Counted]] = {
    "exchange": EXCHANGE,
    "coordination": COORDINATION,
    "countdown": COUNTDOWN,
    "garment": GARMENT,
    "images": IMAGES,
    "seller": SELLER,
    "terminal": TERMINAL,
}


def script_words(scripts: Iterable[str]) -> dict[str, Any]:
    """Return what these scripts say, in the language that is spoken, for ``words.js``."""
    told: dict[str, Any] = {}
    for script in ("exchange", *scripts):
        for name, words in SCRIPTS[script].items():
            told[name] = gettext(words) if isinstance(words, str) else plural_forms(*words)
    if "coordination" in scripts:
        told["counted"] = [gettext(words) for words in COUNTED]
    if "seller" in scripts:
        for kind, names, word in (
            ("type", TYPES, type_word),
            ("design", DESIGNS, design_word),
            ("colour", COLOURS, colour_word),
        ):
            told |= {f"{kind}.{name}": word(name) for name in names}
    return told
