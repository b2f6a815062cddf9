"""Commodities drawn by our own code: silhouettes, fabrics and one soft studio light."""

from imaging.drawing.catalogue import CATALOGUE, draw
from imaging.drawing.sketch import SELLERS, Sketch

__all__ = ["CATALOGUE", "SELLERS", "Sketch", "draw"]
