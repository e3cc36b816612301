"""Makes a function a command: its arguments are groups of options, and its help shows the groups as sections."""

import copy
import shlex
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from itertools import groupby
from typing import Any

import click

from nlpkit.cli.options import SHARED, Options, cutting, reading, running
from nlpkit.errors import OptionError

#: Where the context keeps the words that were typed after the name of the command.
TYPED = "nlpkit.typed"
#: Options that the library calls otherwise than the command line does.
_OTHER_NAMES = {"bonferroni": "--no-correction"}


class Command(click.Command):
    """A command whose help shows its options under the titles of their groups, and of shared ones the names.

    own: shared groups that this command is about; its help explains them. moved: options that other commands have now:
    option -> command.
    """

    groups: Sequence[Options] = ()
    own: Sequence[Options] = ()
    moved: Mapping[str, str] = {}

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parses what the user typed; called by click. Raises UsageError for an option that another command has now."""
        ctx.meta[TYPED] = list(args)
        options = args[: args.index("--")] if "--" in args else args
        for option in () if ctx.resilient_parsing else (arg.partition("=")[0] for arg in options):
            if option in self.moved:
                typed = shlex.join(["nlpkit", self.moved[option], *args])
                raise click.UsageError(f"{option} is an option of `nlpkit {self.moved[option]}`: type `{typed}`", ctx)
        if not ctx.resilient_parsing:
            self._refuse_repeats(ctx, args)
            self._refuse_several(ctx, options)
        return super().parse_args(ctx, args)

    def _refuse_repeats(self, ctx: click.Context, args: list[str]) -> None:
        """Raises UsageError for an option that takes one value and is given several, or for a switch and its opposite.

        A switch that is repeated says nothing else than one that is not.
        """
        single = {param.name: param for param in self.params if isinstance(param, click.Option) and not param.multiple}
        several = click.Command(None, params=[_repeatable(param) for param in self.params])
        found, _, _ = several.make_parser(ctx).parse_args(list(args))
        for name, values in found.items():
            if name not in single or not isinstance(values, list) or len(values) < 2:
                continue
            param = single[name]
            flag = max(param.opts, key=len)
            if not param.is_flag:
                typed = [f"{flag} {shlex.quote(str(value))}" for value in values]
                times = "twice" if len(values) == 2 else f"{len(values)} times"
                raise click.UsageError(f"{' and '.join(typed)}: {flag} is given {times}; give it once", ctx)
            if len(set(values)) > 1:
                opposite = max(param.secondary_opts, key=len)
                raise click.UsageError(f"{flag} and {opposite} contradict each other; give one of them", ctx)

    def _refuse_several(self, ctx: click.Context, args: Sequence[str]) -> None:
        """Raises UsageError where a name follows that of --against while INPUTs stand before: a pattern that the shell
        has replaced by several names, of which the others would be taken for INPUTs."""
        for place, arg in enumerate(args[:-2]):
            further = args[place + 2]
            if arg != "--against" or further.startswith("-"):
                continue
            found, _, _ = self.make_parser(ctx).parse_args(list(args[:place]))
            inputs = found.get("inputs")
            if isinstance(inputs, list | tuple) and inputs:
                cause = f"{further}: stands after --against, which takes one file or folder"
                raise click.UsageError(f"{cause}; name a folder, or put all INPUTs before it", ctx)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the sections of options; called by click."""
        grouped = {id(param) for group in self.groups for param in group.params}
        brief = [group for group in SHARED if group not in self.own]
        named = {id(param) for group in brief for param in group.params}
        for title, groups in groupby(self.groups, lambda group: group.title):
            params = [param for group in groups for param in group.params if id(param) not in named]
            _write_section(ctx, formatter, title, params)
        rows = [
            (group.title, [_spelled(p) for p in group.params if id(p) in grouped and _is_shown(p)]) for group in brief
        ]
        if any(names for _, names in rows):
            with formatter.section("Shared by commands, explained by `nlpkit help options`"):
                formatter.write_dl([(title, ", ".join(names)) for title, names in rows if names])
        _write_section(ctx, formatter, "Help", [param for param in self.get_params(ctx) if id(param) not in grouped])


def shared_help(ctx: click.Context) -> str:
    """Returns what `nlpkit help options` writes: the options that commands share, each with its help."""
    formatter = ctx.make_formatter()
    formatter.write("Options that mean the same in every command that has them; `nlpkit COMMAND --help` names those.\n")
    for group in SHARED:
        _write_section(ctx, formatter, group.title, group.params)
    return formatter.getvalue().rstrip("\n")


def _write_section(
    ctx: click.Context, formatter: click.HelpFormatter, title: str, params: Sequence[click.Parameter]
) -> None:
    records = [record for param in params if _is_shown(param) and (record := param.get_help_record(ctx))]
    if records:
        with formatter.section(title):
            formatter.write_dl(records)


def _is_shown(param: click.Parameter) -> bool:
    return isinstance(param, click.Option) and not param.hidden


def _spelled(param: click.Parameter) -> str:
    """Returns an option as a list of options shows it: -j/--jobs, --progress/--no-progress."""
    return "/".join((*param.opts, *param.secondary_opts))


def _repeatable(param: click.Parameter) -> click.Parameter:
    """Returns a copy of a parameter of which, if it is an option, the parser keeps all values that are typed."""
    twin = copy.copy(param)
    if isinstance(twin, click.Option):
        twin.multiple = True
    return twin


def with_options(
    *groups: Options, own: Sequence[Options] = (), moved: Mapping[str, str] | None = None
) -> Callable[[Callable[..., None]], Command]:
    """Makes a function a command, which gets each group of options as the argument with the group's name.

    own, moved: see Command.
    """

    def decorate(function: Callable[..., None]) -> Command:
        @wraps(function)
        def callback(**values: Any) -> None:
            from nlpkit.compilation import hide_scipy  # here, because --help does without

            hide_scipy()
            try:
                built = {g.name: g.build(**{p.name: values[p.name] for p in g.params if p.name}) for g in groups}
                if "console" in built:
                    built["console"].flags = flags(params)
                if "corpus" in built and "console" in built:
                    built["corpus"].notify = built["console"].say
                function(**built)
            except OptionError as error:
                raise click.UsageError(error.typed(flags(params)), click.get_current_context()) from error

        params = [param for group in groups for param in group.params]
        made = click.command(cls=Command, params=params, context_settings={"help_option_names": ["-h", "--help"]})(
            callback
        )
        made.groups, made.own, made.moved = groups, own, moved or {}
        return made

    return decorate


def flags(params: Sequence[click.Parameter]) -> dict[str, str]:
    """Returns the flag of each option by the library's name. params: those of the command that runs.

    Messages about files and memory name options of these groups, whether the command has them or not.
    """
    known = (*reading.params, *cutting.params, *running.params, *params)
    return {**_OTHER_NAMES, **{param.name: param.opts[-1] for param in known if param.name}}


def given() -> set[str]:
    """Returns the names of the options that the user has typed."""
    context = click.get_current_context()
    typed = click.core.ParameterSource.COMMANDLINE
    return {name for name in context.params if context.get_parameter_source(name) == typed}
