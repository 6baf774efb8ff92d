"""``python -m voice_skill`` and the console script."""

import sys

from voice_skill.cli import main, quiet_libraries


def run() -> None:
    """Exit with the status of the command line."""
    quiet_libraries()
    sys.exit(main())


if __name__ == "__main__":
    run()
