"""The command line: commands, which are imported when they are used, and the one handler of errors.

Each command is a module of this package that has a click command with the name `command`. Nothing here imports numba,
numpy or jieba, so that `nlpkit --help` answers at once.
"""

import gc
import io
import os
import re
import signal
import sys
import threading
import traceback
from collections.abc import Sequence
from importlib import import_module
from types import FrameType
from typing import NoReturn

import click

import nlpkit
from nlpkit.errors import LESS_MEMORY, NlpkitError, OptionError
from nlpkit.suggest import hint

COMMANDS = {
    "discover": "Find the words of raw text.",
    "terms": "Find the terms of a field: its words, and terms of several words.",
    "segment": "Cut text into words.",
    "count": "Count words, or n-grams of them.",
    "keywords": "Find the words that are typical of a text beside another one.",
    "concordance": "Look a word up in its lines.",
    "collocations": "Find the words that stand near each other, or near one word.",
    "apriori": "Find items that go together: frequent itemsets, association rules.",
    "score": "Score a segmentation against a gold standard.",
    "help": "Explain a command, or the options that commands share.",
}
"""Name -> its line in `nlpkit --help`, known without importing the command."""

_signals: list[int] = []  # signals to end this process that have come
_lost = threading.Event()  # set if the last one came where no exception gets out


class LazyGroup(click.Group):
    """A group that imports a command only to run it or to show its own help."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = import_module(f"nlpkit.cli.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in COMMANDS and not ctx.resilient_parsing:
            if os.path.exists(name):
                raise click.UsageError(
                    f"{name} is a file or directory; a command comes before it, such as `nlpkit count {name}`",
                    ctx,
                )
            raise click.UsageError(f"no such command: {name}; {_suggestion(name, COMMANDS)}", ctx)
        return super().resolve_command(ctx, args)


@click.group(
    cls=LazyGroup,
    invoke_without_command=True,
    subcommand_metavar="COMMAND [ARGS]...",
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="`nlpkit help COMMAND` explains a command, `nlpkit help options` what commands share. "
    "NLPKIT_DEBUG=1 shows the traceback of an error.",
)
@click.version_option(nlpkit.__version__, prog_name="nlpkit")
@click.pass_context
def cli(context: click.Context) -> None:
    """Find the words of raw text, and what goes together: unsupervised, exact, streaming."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Runs a command line (default: sys.argv) and leaves the process.

    Exit status: 0 done (a reader that closed the pipe included), 1 an input or the machine failed, 2 wrong usage,
    130 interrupted, 128 + signal terminated.
    """
    status = 0
    context = None
    try:
        _prepare_process()
        if "_NLPKIT_COMPLETE" in os.environ:  # a shell asks how to complete the line
            cli.main(prog_name="nlpkit")
        with cli.make_context("nlpkit", list(sys.argv[1:] if arguments is None else arguments)) as context:
            cli.invoke(context)
        if sys.stdout is not None:
            sys.stdout.flush()
    except click.exceptions.Exit as done:
        status = done.exit_code
    except SystemExit as done:  # of completion
        status = done.code if isinstance(done.code, int) else 1
    except BaseException as error:
        status = _explain(error, context)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # all is done; Python takes its time to end
    _close_streams()
    sys.exit(status)


def _explain(error: BaseException, context: click.Context | None) -> int:
    """Writes to stderr what went wrong. Returns the exit status."""
    status, message = _judge(error, context)
    try:
        if os.environ.get("NLPKIT_DEBUG"):
            traceback.print_exception(error)
        if message:
            from nlpkit.cli.progress import printable  # here, because few commands fail

            click.echo(f"nlpkit: {printable(message)}", err=True)
    except BrokenPipeError:
        pass
    return status


def _judge(error: BaseException, context: click.Context | None) -> tuple[int, str]:
    """Returns the exit status and the message for an error. context: of the whole command line, None if it has none."""
    if _signals:  # libraries raise errors of their own after they were stopped
        return 128 + _signals[0], "interrupted" if _signals[0] == signal.SIGINT else ""
    match error:
        case click.UsageError():
            return 2, f"{_usage_message(error)}\nSee `{error.ctx.command_path if error.ctx else 'nlpkit'} --help`."
        case OptionError():
            return 2, error.typed(_flags(context))
        case NlpkitError():
            return 1, error.typed(_flags(context))
        case click.ClickException():
            return error.exit_code, error.format_message()
        case KeyboardInterrupt() | click.Abort():
            return 130, "interrupted"
        case BrokenPipeError():
            return 0, ""
        case MemoryError():
            return 1, NlpkitError("out of memory; ", *LESS_MEMORY).typed(_flags(context))
        case RuntimeError() if "start new thread" in str(error):  # Python has no class of its own for it
            return 1, "the system gives no further thread (ulimit -u, -v); try fewer --jobs, or --executor serial"
        case OSError():
            place = f"{error.filename}: " if error.filename else ""
            return 1, f"{place}{error.strerror or error}"
        case _:
            cause = str(error).strip().split("\n")[0]
            return 1, f"this is a bug ({type(error).__name__}: {cause}); NLPKIT_DEBUG=1 shows where it happened"


def _flags(context: click.Context | None) -> dict[str, str]:
    """Returns option -> flag, of the command that ran."""
    from nlpkit.cli.command import flags  # here, because `nlpkit --help` does without

    name = context.invoked_subcommand if context else None
    command = cli.get_command(context, name) if context and name else None
    return flags(command.params if command else ())


def _usage_message(error: click.UsageError) -> str:
    if isinstance(error, click.NoSuchOption):
        params = error.ctx.command.get_params(error.ctx) if error.ctx else []
        options = [name for param in params for name in (*param.opts, *param.secondary_opts) if name.startswith("--")]
        near = hint(error.option_name, options, "the help lists all", synonyms=True)
        return f"no such option: {error.option_name}; {near}"
    message = error.format_message().removesuffix(".")
    if isinstance(error, click.BadParameter) and error.param and isinstance(error.param.type, click.Choice):
        message += _near_choice(message, error.param.type)
    return message[:1].lower() + message[1:]


def _near_choice(message: str, choice: "click.Choice[str]") -> str:
    """Returns a question for the choice that is most like what was typed, which click's message quotes."""
    typed = re.search(r"'([^']*)' is not one of", message)
    known = list(map(str, choice.choices))
    return hint(typed[1], known, before="; ", synonyms=True) if typed else ""


def _suggestion(name: str, known: Sequence[str] | dict[str, str]) -> str:
    otherwise = f"there are {', '.join(known)}" if len(known) < 16 else "the help lists all"
    return hint(name, known, otherwise, synonyms=True)


def _prepare_process() -> None:
    """Sets the streams to UTF-8 in every locale, opens closed ones on the null device, and handles signals.

    The descriptor of a closed stream would be given to the next file that is opened.
    """
    _signals.clear()
    _lost.clear()
    gc.set_threshold(100_000, 20, 50)  # what is imported stays: to search it for garbage takes a tenth of the start
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    if sys.stderr is None:
        sys.stderr = open(2, "w", closefd=False)  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler):
            signal.signal(number, _stop)


def _stop(number: int, _frame: FrameType | None) -> None:
    if _signals and not _lost.is_set():
        return  # everything ends; a second Ctrl-C would only stop the tidying up
    _lost.clear()
    _signals.append(number)
    sys.unraisablehook = _stop_again
    raise KeyboardInterrupt


def _stop_again(ignored: "sys.UnraisableHookArgs") -> None:
    """Sends a signal again that came while a finalizer or a callback ran, from which no exception gets out.

    Other exceptions that are ignored come from objects that were half made when the signal came: they are not reported.
    """
    if issubclass(ignored.exc_type, KeyboardInterrupt):
        _lost.set()
        threading.Timer(0.01, _send, _signals[:1]).start()


def _send(number: int) -> None:
    """Sends a signal to the main thread, which may be waiting and must wake up."""
    main = threading.main_thread().ident
    if main is not None and hasattr(signal, "pthread_kill"):
        signal.pthread_kill(main, number)
    else:
        signal.raise_signal(number)


def _close_streams() -> None:
    """Flushes the streams, so that the interpreter does not complain about a pipe without a reader."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
