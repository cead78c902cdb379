"""``python -m service`` is ``khabar``."""

from service.cli import main

if __name__ == "__main__":
    main()
