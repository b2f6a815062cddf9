"""Journeys of a shopper, a seller and an auditor through the real front, in a real browser."""
