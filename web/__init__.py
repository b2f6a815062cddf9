"""HTTP, pages, command line, settings, and the one place where everything is put together."""
