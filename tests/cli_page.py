"""docs/cli.md, made of the commands' own help: `python -m tests.cli_page > docs/cli.md`."""

from typing import Any

import click

from nlpkit.cli import COMMANDS, cli
from nlpkit.cli.command import shared_help

SETTINGS: dict[str, Any] = {"terminal_width": 100, "max_content_width": 100}
INTRODUCTION = """\
# The command line

<!-- Made by `make docs` from the commands' own help; change that. -->

Data goes to standard output, everything else to standard error, as UTF-8. `-` is standard input or output. Sizes
are bytes, like `64k` or `8M`.

| exit status | |
|---|---|
| 0 | done; a reader that closed the pipe early (`head`) is no error |
| 1 | an input, or the machine, failed |
| 2 | wrong usage; nothing was read |
| 130, 143 | interrupted with Ctrl-C, terminated: the old output file, or none, is there |
"""


def page() -> str:
    """The whole page."""
    parts = [INTRODUCTION, _section("nlpkit", cli, None)]
    parent = click.Context(cli, info_name="nlpkit")
    for name in COMMANDS:
        command = cli.get_command(parent, name)
        assert command is not None
        parts.append(_section(f"nlpkit {name}", command, parent))
    context = click.Context(cli, info_name="nlpkit", **SETTINGS)
    parts.append(f"## nlpkit help options\n\n```text\n{shared_help(context)}\n```\n")
    return "\n".join(parts)


def _section(title: str, command: click.Command, parent: click.Context | None) -> str:
    context = click.Context(command, info_name=title.split()[-1], parent=parent, **SETTINGS | command.context_settings)
    return f"## {title}\n\n```text\n{command.get_help(context)}\n```\n"


if __name__ == "__main__":
    print(page(), end="")
