"""``python -m voice_skill`` and the console script."""

import sys

from voice_skill.cli import main


def run() -> None:
    """Exit with the status of the command line."""
    sys.exit(main())


if __name__ == "__main__":
    run()
