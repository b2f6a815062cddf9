"""Measurements. Each module here has `run() -> dict[str, float]`; `make bench` runs them.

A figure's name says its unit: `append_32_callers_per_second`, `composite_ms`, `ratio_to_pgbench`.
"""
