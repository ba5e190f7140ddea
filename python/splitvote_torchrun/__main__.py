"""``python -m splitvote_torchrun FOLDER``: one process of a training; run.sh starts them all.

``--check`` looks only at the packages that are needed. Standard output gets one JSON object a line.
"""

import argparse
import json
import os
import pathlib
import signal
import sys
import time
import traceback

from . import versions
from .errors import Problem


def main() -> int:
    parser = argparse.ArgumentParser(prog="splitvote_torchrun", description=__doc__)
    parser.add_argument("folder", type=pathlib.Path, help="the folder that splitvote wrote")
    parser.add_argument("--check", action="store_true", help="look only at the packages that are needed")
    arguments = parser.parse_args()
    leads = os.environ.get("RANK", "0") == "0"

    def tell(event: str, **facts):
        if leads:
            print(json.dumps({"event": event, **facts}), flush=True)

    try:
        found = versions.check(arguments.folder)
        if arguments.check:
            tell("versions", **found)
            return 0
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        from . import train

        train.run(arguments.folder, tell)
        return 0
    except Problem as problem:
        if not leads:
            # Mostly every process finds the same, and the launcher ends the others once one of them has said it.
            time.sleep(3)
        print(problem.lines(), file=sys.stderr, flush=True)
        return 2
    except (OSError, RuntimeError, AssertionError) as error:
        traceback.print_exc()
        print(f"error: process {os.environ.get('RANK', '0')}: {type(error).__name__}: {error}".split("\n")[0],
              file=sys.stderr, flush=True)
        return 1


if __name__ == "__main__":
    sys.exit(main())
