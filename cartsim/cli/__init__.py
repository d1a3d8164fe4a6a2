"""The command line: ``cartsim demo``, ``list``, ``show``, ``run``, ``cite``, ``key``, ``doctor``.

Only argparse is loaded until a command is known, so that ``cartsim --help`` answers at once. Every error is
one sentence; the exit code is 0 when all went well, 1 when something could not be done, 2 when the question
was wrong.
"""

from __future__ import annotations

import argparse
import importlib
import io
import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

COMMANDS = {
    "demo": "draw one annotated figure and say what it shows",
    "list": "the published models",
    "show": "a model's equations, and its parameters with their sources",
    "run": "solve a model, with doses and other numbers, to a table or a picture",
    "cite": "the reference of a model, as text and BibTeX",
    "key": "write the answers of the exercises, and a rubric, for the teacher",
    "doctor": "what is installed, and whether it works",
}


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """One sentence instead of the usage and a message."""
        raise SystemExit(_say(f"{message}; see 'cartsim {self._topic()}--help'", 2))

    def _topic(self) -> str:
        words = self.prog.split()
        return f"{words[1]} " if len(words) > 1 else ""


def parser(command: str | None = None) -> argparse.ArgumentParser:
    """The parser of all commands; `command` gets its own arguments, the others their name only."""
    main_parser = _Parser(
        prog="cartsim",
        description="CAR-T cell therapy, simulated with ordinary differential equations.",
        epilog="Begin with 'cartsim demo'. Illustrative, not for clinical use.",
    )
    main_parser.add_argument("--version", action="store_true", help="the version, and nothing else")
    subparsers = main_parser.add_subparsers(
        dest="command", metavar="COMMAND", title="commands", parser_class=_Parser
    )
    for name, summary in COMMANDS.items():
        own = subparsers.add_parser(name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.")
        if name == command:
            _module(name).arguments(own)
    return main_parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code.

    Parameters
    ----------
    arguments : sequence of str, optional
        What follows ``cartsim``; by default what the shell gave.
    """
    if arguments is None:
        _own_the_process()
    # Once cli/list.py has been imported, `list` is that module here.
    words = [*(sys.argv[1:] if arguments is None else arguments)]
    command = next((word for word in words if not word.startswith("-")), None)
    if command is not None and command not in COMMANDS:
        from ..language.errors import suggestion

        return _say(f"there is no command {command!r}" + suggestion(command, COMMANDS, plural="commands"), 2)
    try:
        chosen = parser(command).parse_args(words)
        if chosen.version:
            from importlib.metadata import version

            print(version("cartsim"))
            return 0
        if chosen.command is None:
            parser().print_help()
            return 0
        return int(_module(chosen.command).run(chosen))
    except BrokenPipeError:  # the reader of a pipe, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return _say("stopped", 130)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 2
    except ValueError as error:
        return _say(str(error), 2)
    except OSError as error:
        return _say(f"{error.filename}: {error.strerror}" if error.filename else str(error), 1)
    except RuntimeError as error:
        return _say(str(error), 1)


def _own_the_process() -> None:
    """Draw without windows, and let no sign that a terminal lacks stop the output.

    Called from Python, such as in a notebook, `main` leaves both as they are.
    """
    os.environ["MPLBACKEND"] = "agg"
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _module(command: str) -> Any:
    return importlib.import_module(f".{command}", __name__)


def _say(sentence: str, code: int) -> int:
    print(f"cartsim: {sentence}", file=sys.stderr)
    return code
