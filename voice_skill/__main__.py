"""``python -m voice_skill`` and the console script."""

import signal
import sys


def run() -> None:
    """Exit with the status of the command line."""
    # As interrupts.held() does, from before it can be imported.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    from voice_skill.cli import main, quiet_libraries

    quiet_libraries()
    sys.exit(main())


if __name__ == "__main__":
    run()
