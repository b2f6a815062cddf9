"""``python -m web`` is ``boutique``."""

from web.cli import main

if __name__ == "__main__":
    main()
