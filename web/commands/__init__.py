"""The ``boutique`` command: one module per group of subcommands."""
