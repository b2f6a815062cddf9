"""A sketch: what one drawn commodity looks like, and how it is offered."""

from dataclasses import dataclass

from imaging.drawing.cuts import Cut
from imaging.drawing.parts import Cloth

SELLERS = {"atelier-nord": "Atelier Nord", "maison-lune": "Maison Lune"}
"""The two sellers of the demo catalogue, by slug."""

NORD, LUNE = SELLERS

LETTERS = ("XS", "S", "M", "L", "XL")
WAISTS = ("34", "36", "38", "40", "42", "44")
FEET = ("36", "37", "38", "39", "40", "41", "42")
HEADS = ("S", "M", "L")
ONE = ("One size",)


@dataclass(frozen=True, kw_only=True)
class Sketch:
    """What is to be drawn, and how it is offered.

    Attributes
    ----------
    slug, name, seller : str
        Who it is; ``seller`` is a key of ``SELLERS``.
    type, design : str
        As shoppers filter.
    colours : tuple of str
        Colour names, main colour first.
    price_minor, currency : int, str
        Price in minor units, ISO 4217.
    sizes, stock : tuple of str, tuple of int
        Sizes, and pieces of each.
    description : str
        Two sentences.
    cut, cloth : Cut, Cloth
        How it is drawn.
    """

    slug: str
    name: str
    seller: str
    type: str
    design: str
    colours: tuple[str, ...]
    price_minor: int
    sizes: tuple[str, ...]
    stock: tuple[int, ...]
    description: str
    cut: Cut
    cloth: Cloth
    currency: str = "EUR"

    @property
    def seed(self) -> int:
        """Which folds: the same for a slug in every run."""
        return sum((index + 1) * ord(letter) for index, letter in enumerate(self.slug)) % 9973
