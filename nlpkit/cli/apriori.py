"""`nlpkit apriori`: transactions -> itemsets, association rules."""

import sys
from types import SimpleNamespace
from typing import Any

import click

import nlpkit
from nlpkit import choices
from nlpkit.cli import options
from nlpkit.cli.command import given, with_options
from nlpkit.cli.options import Options
from nlpkit.cli.plotting import Plot, plotting
from nlpkit.cli.progress import Console, counted
from nlpkit.cli.reporting import Report, check_places, reporting, title_of
from nlpkit.cli.writing import Output
from nlpkit.errors import Notice, Option, OptionError
from nlpkit.options import NoEffect, check_effects
from nlpkit.output import STDOUT, write_blocks

_FEW = 10  # transactions that --dry-run prints
_TEXT_OPTIONS = {
    "field",
    "column",
    "unique_lines",
    "delimiter",
    "header",
    "text_from",
    "join_lines",
}  # of other commands


def _most_items(text: str) -> int | None:
    """Converts the most items of a consequent: a number from 1, or any, which is None."""
    if text == "any":
        return None
    if not (text.isdecimal() and int(text)):
        raise OptionError(Option("max_consequent"), f" is {text!r}; give a number from 1, or any")
    return int(text)


def _split(lists: tuple[str, ...]) -> list[str]:
    """Returns what lists with commas name."""
    return [name for names in lists for name in names.split(",")]


def _rules(max_consequent: str, measures: tuple[str, ...], **how: Any) -> dict[str, Any]:
    columns = dict.fromkeys([*choices.DEFAULT_RULE_MEASURES, *map(str.strip, _split(measures))])
    return {**how, "max_consequent": _most_items(max_consequent), "measures": tuple(columns)}


def _table(missing: tuple[str, ...], **how: Any) -> dict[str, Any]:
    return {**how, "missing": tuple(_split(missing))}


class _Measure(click.Choice):  # type: ignore[type-arg]  # which has none before click 8.2
    """A choice for completion; the library checks it, whose message is shorter."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        return str(value)


def _names(*opts: str, metavar: str, help: str) -> click.Option:
    return click.Option([*opts], metavar=metavar, multiple=True, help=f"{help}; repeatable.")


READING = Options(
    "corpus",
    "Reading",
    [param for param in options.reading.params if param.name not in _TEXT_OPTIONS],
    options.reading.build,
)

TABLE = Options(
    "table",
    "Transactions",
    [
        click.Option(
            ["--layout"],
            type=click.Choice(choices.LAYOUTS),
            help="basket: a row is a transaction, its cells are items; long: a row has --id and one --item; onehot: a "
            "column is an item, 0 or 1; table: every cell is the item column=value.  [default: detected, and reported]",
        ),
        click.Option(
            ["--delimiter"], metavar="CHAR", help="Between cells; ' ' is any white space.  [default: detected]"
        ),
        click.Option(
            ["--header/--no-header"], default=None, help="The first row names the columns.  [default: detected]"
        ),
        click.Option(
            ["--id"],
            metavar="COLUMN",
            multiple=True,
            help="The column that names the transaction: a name, or a number from 1; repeatable: all are one key.",
        ),
        click.Option(
            ["--item"],
            metavar="COLUMN",
            multiple=True,
            help="The column of items, with --layout long; repeatable; with --layout basket only these have items.",
        ),
        click.Option(["--weight"], metavar="COLUMN", help="The column that says how many times a transaction counts."),
        click.Option(
            ["--item-separator"],
            metavar="TEXT",
            help="Between the items of a cell: , for 'milk, bread' and for lists as Python writes them.",
        ),
        click.Option(
            ["--missing"], metavar="CELL,...", multiple=True, help="Cells that are as if empty: ?,NA; repeatable."
        ),
        click.Option(
            ["--where"],
            metavar="CONDITION",
            multiple=True,
            help="Only rows with 'Quantity > 0', 'Date >= 2026-11-01', 'Invoice !~ ^C'; repeatable, all must hold.",
        ),
        click.Option(["--dry-run"], is_flag=True, help="Print the first ten transactions, and stop."),
        click.Option(["--trim/--no-trim"], default=True, help="Leave out spaces around items.  [default: trim]"),
    ],
    _table,
)

ITEMSETS = Options(
    "query",
    "Itemsets",
    [
        click.Option(
            ["--min-support"],
            metavar="SHARE|COUNT",
            help="0.01 or 1% of the transactions; an integer is a count.  [default: 1%, at least 2 to 5 transactions; "
            "--itemsets --top: 1]",
        ),
        click.Option(["--min-length"], type=int, default=1, metavar="N", help="The fewest items."),
        click.Option(["--max-length"], type=int, metavar="N", help="The most items."),
        _names("--contains", metavar="ITEM", help="Only itemsets or rules with this item; 'A|B': with either"),
        _names("--exclude", metavar="ITEM", help="Read transactions without this item"),
        click.Option(["--itemsets"], is_flag=True, help="Write itemsets, not rules."),
        click.Option(["--closed"], is_flag=True, help="Only itemsets that lose support with any further item."),
        click.Option(
            ["--maximal"], is_flag=True, help="Only itemsets that are no longer frequent with any further item."
        ),
    ],
)

RULES = Options(
    "rules",
    "Rules",
    [
        click.Option(
            ["--min-confidence"], metavar="SHARE", default=choices.MIN_CONFIDENCE, show_default=True, help="0.8 or 80%."
        ),
        click.Option(
            ["--min-lift"], metavar="NUMBER", help="1 leaves out items that occur together less often than by chance."
        ),
        click.Option(
            ["--non-redundant"],
            is_flag=True,
            help="Leave out a rule A -> C if a rule with fewer items of A has the same confidence or more.",
        ),
        click.Option(
            ["--min-improvement"],
            metavar="NUMBER",
            help="0.01: the confidence must be that much higher than that of each rule with fewer items of A.",
        ),
        _names("--antecedent", metavar="ITEM", help="Only rules with this item, or 'A|B', in the antecedent"),
        _names("--consequent", metavar="ITEM", help="Only rules with this item, or 'A|B', in the consequent"),
        click.Option(
            ["--max-consequent"],
            metavar="N",
            default=str(choices.MAX_CONSEQUENT),
            show_default=True,
            help="The most items in the consequent, or any.",
        ),
        click.Option(
            ["--measure", "measures"],
            type=_Measure(choices.RULE_MEASURES),
            multiple=True,
            metavar="NAME,...",
            help="Further columns: odds_ratio,jaccard, ... (docs/measures.md); repeatable.",
        ),
        click.Option(
            ["--fdr"],
            metavar="SHARE",
            help="Only rules that are significant (Fisher) at this rate of false discoveries: 0.05.",
        ),
    ],
    _rules,
)

CHOICE = Options(
    "choice",
    "Order",
    [
        click.Option(["--sort"], metavar="NAME", help="By a measure; itemsets: support.  [default: lift; as found]"),
        click.Option(["--top"], type=int, metavar="N", help="Only the best N."),
    ],
)

WRITING = options.writing_in(choices.TABLE_FORMATS, "tsv or csv, with a header row; jsonl.")


_NO_EFFECTS = (
    NoEffect(options.names(RULES.params), "itemsets", (True,), "it is about rules"),
    NoEffect(("plot", "report"), "dry_run", (True,), "nothing is mined"),
    NoEffect(("closed", "maximal"), "itemsets", (False,), "it chooses from itemsets"),
)


@with_options(READING, TABLE, ITEMSETS, RULES, CHOICE, options.running, WRITING, plotting, reporting, options.talking)
def command(
    corpus: "nlpkit.Corpus",
    table: dict[str, Any],
    query: dict[str, Any],
    rules: dict[str, Any],
    choice: dict[str, Any],
    running: dict[str, Any],
    output: Output,
    plot: Plot,
    report: Report,
    console: Console,
) -> None:
    """Find items that go together: frequent itemsets, association rules.

    INPUTs are CSV files of transactions, also compressed, directories, URLs, or - for stdin. Rules go to stdout as a
    table, best lift first; all is exact.

    \b
    nlpkit apriori baskets.csv --min-support 0.01 --min-confidence 0.5
    nlpkit apriori orders.csv --layout long --id order --item product -o rules.csv
    nlpkit apriori orders.csv --where 'Quantity > 0' --dry-run
    nlpkit apriori retail.dat --delimiter ' ' --itemsets --min-support 20 --closed
    nlpkit segment < text.txt | nlpkit apriori --delimiter ' ' --min-support 100 -
    """
    check_effects(SimpleNamespace(**query, dry_run=table["dry_run"]), _NO_EFFECTS, given())
    wants_sets, is_dry = query.pop("itemsets"), table.pop("dry_run")
    check_places(output, report, corpus.inputs, corpus.glob)
    from nlpkit.executors import RunningOptions  # here, because --help must not wait for them
    from nlpkit.itemsets import AprioriOptions, write_itemsets
    from nlpkit.itemsets.database import numbers_of
    from nlpkit.rules.nothing import why_no_itemsets, why_no_rules

    asked = AprioriOptions(**query, **(choice if wants_sets else {}))
    chosen = {} if wants_sets else _chosen(query, rules, choice)
    with console.progress(corpus) as progress:
        transactions = nlpkit.read_transactions(corpus, **table, **running, progress=progress, notify=console.say)
    told: dict[str, Any] = {"memory": corpus.memory, "notify": console.say}
    said = f"{counted(len(transactions), 'transaction')}, {counted(len(transactions.names), 'item')}"
    if is_dry:
        for option in ("contains", "antecedent", "consequent"):
            numbers_of(transactions, {**query, **chosen}.get(option, ()), option)
        write_blocks(None, (f"{line}\n".encode() for line in transactions.shown(_FEW, asked.exclude)))
        console.say(f"{said}, {console.seconds:.1f} s; nothing is mined{_not_written(output)} (--dry-run)")
        return
    if wants_sets and not (plot or report):
        how = RunningOptions(**running)
        with console.shares("mining") as shares, output.open(corpus.tmp_dir) as file:
            if output.path in (None, "-") and sys.stdout.isatty():
                shares = None  # the bar would be among the itemsets
            found = write_itemsets(file, transactions, asked, how, output.format, **told, progress=shares)
        hint = "" if found else why_no_itemsets(transactions, query)
        console.say(Notice(f"{said}, {counted(found, 'itemset')}, {console.seconds:.1f} s", hint))
        return
    with console.shares("mining") as shares:
        best = choice if wants_sets else {}
        itemsets = nlpkit.apriori(transactions, **query, **best, **running, **told, progress=shares)
    said += f", {counted(len(itemsets), 'itemset')}"
    kept: nlpkit.Itemsets | nlpkit.Rules = itemsets
    if not wants_sets:
        with console.shares("rules") as shares:
            kept = nlpkit.association_rules(itemsets, **chosen, **told, progress=shares)
        said += f", {counted(len(kept), 'rule')}"
    what, column = ("Itemsets", "support") if wants_sets else ("Rules", chosen["sort"])
    with (
        plot.after(lambda: [kept.bars(column)]),
        report.beside(kept.page, title_of(what, corpus.inputs), console),
        output.open(corpus.tmp_dir) as file,
    ):
        kept.save(file, output.format)
    if len(kept):
        hint = ""
    elif wants_sets:
        hint = why_no_itemsets(transactions, query)
    else:
        hint = why_no_rules(transactions, itemsets, query, chosen, corpus.memory)
    console.say(Notice(f"{said}, {console.seconds:.1f} s", hint))


def _chosen(query: dict[str, Any], rules: dict[str, Any], choice: dict[str, Any]) -> dict[str, Any]:
    """Returns the options of rules, checked; takes from `query` what is about the items and lengths of rules, not of
    the itemsets that they are made of."""
    from nlpkit.rules.options import RuleOptions

    chosen = {name: query.pop(name) for name in ("contains", "min_length")}
    chosen |= {**rules, "max_length": query["max_length"], "top": choice["top"]}
    chosen["sort"] = choice["sort"] or choices.RULE_SORT
    RuleOptions(**chosen)
    return chosen


def _not_written(output: Output) -> str:
    if output.path is not None and output.path not in STDOUT:
        return f", and {output.path} is not written"
    return f" or written as {output.format}" if "format" in given() else " or written"
