#!/usr/bin/env python3
"""Shows that `man` renders every manual page without a warning, that each begins as `whatis` needs it, and that every command
has one. Skipped, saying so, where there is no man.

    Tests/install/pages.py .build/release/splitvote
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
ENVIRONMENT = os.environ | {"LC_ALL": "C.UTF-8", "MANWIDTH": "80", "MAN_KEEP_FORMATTING": ""}


def warnings(page):
    """What man and groff say of a page beside its text."""
    command = ["man", "--local-file", "--warnings=w", "-E", "UTF-8", str(page)]
    shown = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True)
    return shown.stderr.strip() or ("" if shown.returncode == 0 else f"exit status {shown.returncode}"), shown.stdout


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    if not shutil.which("man"):
        return print("pages: skipped, there is no man")
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        subprocess.run([ROOT / "scripts" / "man-pages", program, folder], check=True)
        help = json.loads(subprocess.run([program, "--experimental-dump-help"], check=True, capture_output=True).stdout)
        names = [one["commandName"] for one in help["command"]["subcommands"] if one["commandName"] != "help"]
        wanted = {"splitvote.1"} | {f"splitvote-{name}.1" for name in names}
        found = {page.name for page in folder.iterdir()}
        assert found == wanted, f"pages that are missing or too many: {sorted(found ^ wanted)}"
        for page in sorted(folder.iterdir()):
            said, text = warnings(page)
            assert not said, f"{page.name}: {said}"
            assert "SYNOPSIS" in text and "DESCRIPTION" in text, f"{page.name} lacks a section:\n{text}"
            assert max(map(len, text.split("\n"))) <= 80, f"{page.name} is wider than a terminal"
            if shutil.which("lexgrog"):
                parsed = subprocess.run(["lexgrog", page], capture_output=True, text=True)
                assert parsed.returncode == 0, f"{page.name}: whatis cannot read its first line: {parsed.stdout}{parsed.stderr}"
        # What must be noticed: a request that does not exist, and a page that whatis cannot read.
        broken = folder / "broken.1"
        broken.write_text((folder / "splitvote.1").read_text().replace(".SH NAME", ".SHH NAME"))
        assert warnings(broken)[0], "a broken page was not noticed"
        if shutil.which("lexgrog"):
            assert subprocess.run(["lexgrog", broken], capture_output=True).returncode != 0
    print(f"pages: {len(wanted)} manual pages, no warnings")


if __name__ == "__main__":
    main()
