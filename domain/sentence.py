"""Sentence: something that is said, apart from what it is said of.

The domain says it in English; who speaks with people may word it otherwise (``web.words``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

Field = str | int | tuple[str, ...]
"""What a sentence is about: a name, a number, or several names."""


@dataclass(frozen=True)
class Sentence:
    """A text with its fields as ``%(name)s``.

    The last word of a field's name tells what kind of name it holds: ``type``, ``design``,
    ``colour``, ``landmark``, ``measure`` or ``role``, or several of them. It is capitalised where
    its name is.
    """

    text: str
    fields: Mapping[str, Field] = field(default_factory=dict[str, Field])

    def __str__(self) -> str:
        if not self.fields:
            return self.text
        return self.text % {
            name: ", ".join(value) if isinstance(value, tuple) else value
            for name, value in self.fields.items()
        }
