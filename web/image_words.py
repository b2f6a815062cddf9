"""What imaging says of pictures, in the visitor's language.

It knows pixels only, and answers from another process: in English, whole. Here its sentences are
taken apart again, so that numbers are kept.
"""

import re
from functools import cache

from web.words import gettext, marked

SENTENCES = (
    # why a picture is refused
    marked("The file is empty. Choose the photograph again."),
    marked("The file is larger than %(megabytes)s MB. Send a smaller version of the picture."),
    marked("This is not a picture we can read. Send a JPEG, PNG, WebP, AVIF or HEIC file."),
    marked(
        "The file is damaged and cannot be read. Open it in a photo app, save it again as JPEG or "
        "PNG, and send that."
    ),
    marked("The file ends too early. Send it again, or export it once more."),
    marked("This picture takes too much memory to open. Send a smaller or simpler version of it."),
    marked(
        "The picture has only %(width)s x %(height)s pixels. Send one with at least %(least)s on "
        "each side."
    ),
    marked(
        "The picture is %(width)s x %(height)s pixels: too long for its width. Crop it to what is "
        "to be seen."
    ),
    marked(
        "The picture has more than %(megapixels)s megapixels. Send a smaller version of it, or "
        "the same as JPEG."
    ),
    marked("The picture has more than %(megapixels)s megapixels. Send a smaller version of it."),
    marked(
        "This progressive JPEG is too large. Send a smaller version of it, or save it as an "
        "ordinary (baseline) JPEG."
    ),
    marked("This image moves. Choose a still picture instead."),
    marked(
        "This outline is of another size than the picture. Send one that is %(width)s pixels wide "
        "and %(height)s high."
    ),
    marked("Nothing would be left of the picture. Paint some of it back."),
    marked(
        "We cannot find a person in this picture. Take one in good light, standing alone in front "
        "of a plain background, from head to feet."
    ),
    marked(
        "No commodity stands out from the background of this image. Photograph it on a plain "
        "background of another colour."
    ),
    marked("Many pictures are being read right now. Try again in a minute."),
    marked("Reading this picture took too long. Send a smaller or simpler version of it."),
    marked(
        "This picture cannot be processed. Save it again as JPEG or PNG, smaller if possible, and "
        "send that."
    ),
    # what a better one would have
    marked("Stand up, and let the camera see you from head to feet."),
    marked("Let your arms hang a little away from your body."),
    marked("Wear something close-fitting, without a coat, a scarf or a large bag."),
    marked("Wear something with short sleeves, so that your arms can be seen."),
    marked("Wear something short, so that your legs can be seen."),
    marked("Keep your hands away from your face."),
    marked("Step closer, so that you fill the height of the picture."),
    marked("Step back so that your feet are in the picture."),
    marked("Hold the camera higher so that your head is in the picture."),
    marked("Stand in the middle so that nothing of you is cut off."),
    marked("Face the camera, with both shoulders equally far from it."),
    marked("Hold your arms a little away from your body."),
    marked("Stand with your feet a little apart."),
    marked("Use more light and a plain background, and be alone in the picture."),
)

_FIELD = re.compile(r"%\\\((\w+)\\\)s")


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (text, re.compile(_FIELD.sub(r"(?P<\1>\\S+)", re.escape(text)))) for text in SENTENCES
    )


def image_words(message: str) -> str:
    """Say what imaging said; as it is, where that is not known here."""
    for text, pattern in _patterns():
        found = pattern.fullmatch(message)
        if found is not None:
            return gettext(text, **found.groupdict())
    return message
