"""Pictures as arrays: decoding, extraction, garments, coordination, encoding. Pure functions."""
