"""`nlpkit help`: explains a command, or the options that commands share."""

import click

from nlpkit.cli.command import shared_help
from nlpkit.suggest import hint


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("topic", required=False, metavar="[COMMAND|options]")
@click.pass_context
def command(context: click.Context, topic: str | None) -> None:
    """Explain a command, or the options that commands share.

    \b
    nlpkit help
    nlpkit help count
    nlpkit help options
    """
    parent = context.parent
    assert parent is not None and isinstance(parent.command, click.Group)
    if topic is None:
        click.echo(parent.get_help())
        return
    if topic == "options":
        click.echo(shared_help(context))
        return
    topics = [*parent.command.list_commands(parent), "options"]
    if topic not in topics:
        otherwise = f"there are {', '.join(topics)}"
        raise click.UsageError(f"no help on {topic}; {hint(topic, topics, otherwise)}", context)
    asked = parent.command.get_command(parent, topic)
    assert asked is not None
    click.echo(asked.get_help(click.Context(asked, parent, topic, **asked.context_settings)))
