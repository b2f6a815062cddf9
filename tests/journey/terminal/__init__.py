"""Terminal mode in a browser of its own, whose profile outlives it."""
