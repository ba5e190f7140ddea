#!/usr/bin/env python3
"""Tries the completions as a user does: in bash and zsh under a pseudo terminal, with Tab.

    Tests/install/completions.py .build/release/splitvote

Subcommands, flags, files, and what only the pipeline and its store know: stages, runs, label sets, parameters. A shell that is
not here is skipped, saying so. A completion script that was broken must be noticed.
"""

import fcntl
import os
import pathlib
import pty
import re
import select
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
import textwrap
import time

TAB, CLEAR, SHOW = b"\t", b"\x15", b"\x07"
PATIENCE = 20  # seconds

# What makes a shell complete, and print what is typed so far in angle brackets at control-G.
SHELLS = {
    "bash": (
        ["bash", "--norc", "--noprofile", "-i"],
        """
        PS1='READY ' HISTFILE= ; bind 'set enable-bracketed-paste off'; bind 'set bell-style none'
        bind 'set completion-query-items 0'; bind 'set page-completions off'
        bind -x '"\\C-g": printf "\\n<<%s>>\\n" "$READLINE_LINE"'
        source {script}
        """,
    ),
    "zsh": (
        ["zsh", "-f", "-i"],
        """
        PS1='READY ' HISTFILE= ; unsetopt beep prompt_cr prompt_sp automenu; unset zle_bracketed_paste; LISTMAX=0
        fpath=({folder} $fpath); autoload -U compinit; compinit -u -D
        show() {{ print -r -- $'\\n'"<<$BUFFER>>" }}; zle -N show; bindkey '^G' show; bindkey '^U' kill-whole-line
        """,
    ),
}


class Shell:
    """A shell on a pseudo terminal, 120 columns wide."""

    def __init__(self, command, folder, path, setup):
        self.said = ""
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.environ.update(PATH=f"{path}:{os.environ['PATH']}", TERM="dumb", HOME=str(folder), COLUMNS="120", LC_ALL="C.UTF-8")
            os.execvp(command[0], command)
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 120, 0, 0))
        (folder / "setup").write_text(textwrap.dedent(setup))
        self.type(b". ./setup\n")
        self.wait(r"READY $")

    def type(self, keys):
        os.write(self.terminal, keys)

    def wait(self, pattern):
        """Reads until the terminal shows the pattern."""
        end = time.monotonic() + PATIENCE
        while not re.search(pattern, self.said):
            if not select.select([self.terminal], [], [], max(0, end - time.monotonic()))[0]:
                raise AssertionError(f"the shell does not show {pattern!r}, but:\n{self.said}")
            self.said += os.read(self.terminal, 65536).decode(errors="replace")
        return self.said

    def complete(self, line, is_choice):
        """What a line becomes by Tab, and the words that are shown by a second one where there is a choice."""
        self.said = ""
        self.type(line.encode() + TAB * (2 if is_choice else 1) + SHOW)
        shown = self.wait(r"<<(.*?)>>")
        typed = re.search(r"<<(.*?)>>", shown)[1]
        self.type(CLEAR)
        self.said = ""
        return typed, set(re.split(r"\s+", shown.partition("<<")[0].replace("\x07", "")))

    def close(self):
        os.write(self.terminal, b"\x15exit\n")
        os.waitpid(self.pid, 0)
        os.close(self.terminal)


def cases(run, labels):
    """A line, what Tab makes of it, and words that are offered where there is a choice."""
    one = "splitvote run pipeline.yaml"
    return [
        ("splitvote rel", "splitvote relabel ", set()),
        ("splitvote run pip", "splitvote run pipeline.yaml ", set()),
        (f"{one} --force-", f"{one} --force-all ", set()),
        (f"{one} --lo", f"{one} --lo", {"--lock-wait", "--log-format"}),
        (f"{one} --log-format j", f"{one} --log-format json ", set()),
        (f"{one} --until la", f"{one} --until labels ", set()),
        (f"{one} --until ", f"{one} --until ", {"comments", "clean", "labels", "sample", "split", "tsv", "report"}),
        (f"{one} -s clean,+la", f"{one} -s clean,+labels ", set()),
        (f"{one} -S min", f"{one} -S min_votes=20 ", set()),
        (f"{one} -S labels.min", f"{one} -S labels.min_votes=20 ", set()),
        (f"{one} -S split.sa", f"{one} -S split.salt=v1 ", set()),
        ("splitvote explain pipeline.yaml cl", "splitvote explain pipeline.yaml clean ", set()),
        ("splitvote runs pipeline.yaml sh", "splitvote runs pipeline.yaml show ", set()),
        (f"splitvote runs pipeline.yaml show {run[:6]}", f"splitvote runs pipeline.yaml show {run} ", set()),
        ("splitvote labels pipeline.yaml ", "splitvote labels pipeline.yaml ", {"ls", "show", "diff", "agreement", "promote"}),
        (f"splitvote labels pipeline.yaml show {labels[:4]}", f"splitvote labels pipeline.yaml show {labels} ", set()),
        (f"splitvote labels pipeline.yaml diff latest {labels[:4]}", f"splitvote labels pipeline.yaml diff latest {labels} ", set()),
        ("splitvote export pipeline.yaml --label-set prev", "splitvote export pipeline.yaml --label-set previous ", set()),
        ("splitvote predict --model ou", "splitvote predict --model out/", set()),
        # Nothing is offered, and nothing said, where the file cannot be read.
        ("splitvote run broken.yaml --until ", "splitvote run broken.yaml --until ", set()),
    ]


def problems(shell, cases):
    found = []
    # The end of the line before may be drawn late.
    typed_words = {word for line, wanted, _ in cases for word in f"{line} {wanted}".split()} | {"", "READY"}
    for line, wanted, words in cases:
        typed, shown = shell.complete(line, bool(words))
        # bash takes all words for names of files, in which it escapes =; the program is given the same word.
        typed = typed.replace("\\=", "=")
        # zsh keeps a space for the next word to itself until that begins.
        if typed.rstrip() != wanted.rstrip() or not words <= shown:
            found.append(f"{line!r} became {typed!r}, expected {wanted!r}; shown: {sorted(shown)}")
        elif "broken" in line and not shown <= typed_words:
            found.append(f"{line!r} printed {sorted(shown)}")
    return found


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        path = folder / "bin"
        path.mkdir()
        (path / "splitvote").symlink_to(program)

        def ask(*words):
            return subprocess.run([program, *words], cwd=folder, check=True, capture_output=True, text=True).stdout

        ask("init", ".")
        ask("run", "pipeline.yaml", "--quiet")
        (folder / "broken.yaml").write_text("stages: [")
        run = ask("runs", "pipeline.yaml").split("\n")[1].split()[0]
        labels = ask("labels", "pipeline.yaml").split("\n")[1].split()[0]
        tried = cases(run, labels)
        for name, (command, setup) in SHELLS.items():
            if not shutil.which(command[0]):
                print(f"completions: {name} skipped, it is not installed")
                continue
            scripts = folder / name
            scripts.mkdir()
            script = scripts / "_splitvote"
            text = ask("--generate-completion-script", name)

            def outcome(text):
                script.write_text(text)
                shell = Shell(command, folder, path, setup.format(script=script, folder=scripts))
                try:
                    return problems(shell, tried)
                finally:
                    shell.close()

            started = time.monotonic()
            found = outcome(text)
            assert not found, f"{name}:\n" + "\n".join(found)
            # The control: scripts that ask the program for words under another name.
            broken = outcome(text.replace("---completion", "---completions"))
            assert len(broken) >= 8, f"{name}: of a script that asks wrongly only this was noticed: {broken}"
            print(f"completions: {name}, {len(tried)} lines in {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
