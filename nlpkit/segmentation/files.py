"""Files -> files: the words of a corpus, or of what comes on standard input, are written as they are found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from os import PathLike, fspath
from pathlib import Path

from nlpkit.arguments import checked
from nlpkit.corpus import Corpus
from nlpkit.errors import Option, OptionError, Setting
from nlpkit.executors import Executor, Progress, RunningOptions, open_executor
from nlpkit.output import check_not_input, format_by_name, open_output
from nlpkit.places.sources import STDIN_NAMES, Input
from nlpkit.segmentation.batches import Batch, TableForm, record_batches, text_batches
from nlpkit.segmentation.options import Layout, check_outputs
from nlpkit.segmentation.outputs import CutPart, LineOutput, find_targets, write_files
from nlpkit.segmentation.segmenter import Segmenter

_TABLES = ("csv", "tsv")


@checked
def segment(
    corpus: Corpus | Input | Iterable[Input],
    output: str | PathLike[str] | None = None,
    *,
    segmenter: Segmenter | None = None,
    layout: Layout | None = None,
    out_dir: str | PathLike[str] | None = None,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> int:
    """Cuts a corpus into words and writes them. Returns the number of lines that were written.

    corpus: a Corpus that is not open, or what one is made of: a path, '-', or several. Standard input ('-') is read as
    it comes; if it is slow, each line is answered at once. output: a file, which is replaced when all is done; None is
    standard output. `.jsonl` or `.conll` at the end of its name chooses that format where `layout` chooses none;
    `.gz`, `.bz2`, `.xz`, `.zst` pack it. out_dir: a folder instead, which gets a file for each file of the corpus: of
    the same name without the suffix of a compression, for files of a directory in the same directories. segmenter: by
    default Segmenter().
    layout: how words are written; by default as text, and records with their words added. jobs: threads, by default one
    a processor. progress: called with the number of bytes that were done since the last call.

        segment("novel.txt", "words.txt", segmenter=Segmenter(hmm=True), layout=Layout(separator="/"))

    Raises OptionError, also where `output` is a file that is read; InputError, EncodingError, LexiconError;
    OutputError; BrokenPipeError.
    """
    output, out_dir = (None if path is None else fspath(path) for path in (output, out_dir))
    check_outputs(output, out_dir)
    corpus = corpus if isinstance(corpus, Corpus) else Corpus(corpus)
    segmenter = segmenter or Segmenter(notify=corpus.notify)
    check_not_input(output, [*corpus.inputs, *segmenter.options.files], corpus.glob)
    if layout is not None and layout.offsets and not corpus.options.keeps_text:
        changed = Option("join_lines") if corpus.options.join_lines else Setting("text_from", "html")
        raise OptionError(Option("offsets"), " are places in the text as the file has it; not with ", changed)
    running = RunningOptions(jobs)
    named = format_by_name(output, ("jsonl", "conll", *_TABLES))
    layout = layout or Layout("rows")
    cutter = _Cutter(segmenter, layout, running, progress, output, named)
    if out_dir is not None:
        with corpus:
            return cutter.write_folder(corpus, Path(out_dir))
    with open_output(output, folder=corpus.tmp_dir) as file:
        out = LineOutput(file)
        table = TableForm()
        for part, is_live in _by_kind_of_input(corpus):
            if is_live:
                cutter.write_live(part, out, table)
            else:
                with part:
                    cutter.write_corpus(part, out, table)
    return out.lines


def _by_kind_of_input(corpus: Corpus) -> Iterator[tuple[Corpus, bool]]:
    """The corpus in parts: standard input, which is read as it comes, and the files between.

    To leave out repeated lines, all is read twice, standard input too.
    """
    if corpus.options.unique_lines or not any(item in STDIN_NAMES for item in corpus.inputs):
        yield corpus, False
        return
    for is_stdin, inputs in groupby(corpus.inputs, lambda item: item in STDIN_NAMES):
        yield corpus.restricted(("-",) if is_stdin else tuple(inputs)), is_stdin


@dataclass(frozen=True)
class _Cutter:
    """Cuts what is read, and writes it. named: the format that the name of the output asks for, if it does."""

    segmenter: Segmenter
    layout: Layout
    running: RunningOptions
    progress: Progress | None
    output: str | None = None
    named: str | None = None

    def write_corpus(self, corpus: Corpus, out: LineOutput, table: TableForm) -> None:
        """Writes the words of an open corpus to one output."""
        layout = self._layout_for(set(corpus.formats), corpus.options.unique_lines)
        if layout.format == "rows":
            batches = record_batches(corpus.rows(), self.segmenter, layout, table)
        else:
            batches = text_batches(corpus.chunks(in_order=True), self.segmenter, layout)
        with open_executor(self.running, corpus.size) as executor:
            for part in self._cut(batches, executor):
                out.write(part)

    def write_live(self, corpus: Corpus, out: LineOutput, table: TableForm) -> None:
        """Writes the words of what comes on standard input, as it comes."""
        live = corpus.open_live()
        layout = self._layout_for({live.format})
        if layout.format == "rows":
            batches = record_batches(live.rows(), self.segmenter, layout, table)
        else:
            batches = text_batches(live.chunks(), self.segmenter, layout)
        running = replace(self.running, executor="serial" if self.running.jobs == 1 else "threads")
        with open_executor(running) as executor:
            for part in self._cut(batches, executor):
                out.write(part)
                out.flush()

    def write_folder(self, corpus: Corpus, folder: Path) -> int:
        """Writes the words of each source of an open corpus to a file of its own; returns the number of lines."""
        targets = find_targets(corpus, folder, self.segmenter.options.files)
        for target in targets.values():
            target.parent.mkdir(parents=True, exist_ok=True)
        layouts = [self._layout_for({kind}, corpus.options.unique_lines) for kind in corpus.formats]
        with open_executor(self.running, corpus.size) as executor:
            return write_files(self._cut(self._batches_by_source(corpus, layouts), executor), targets)

    def _batches_by_source(self, corpus: Corpus, layouts: list[Layout]) -> Iterator[Batch | None]:
        """Batches of one source each, in order. Texts that follow each other are read as one corpus."""

        def group_of(place: int) -> int:
            return place if layouts[place].format == "rows" else -1

        for group, places in groupby(range(len(layouts)), group_of):
            selected = corpus.selected(places)
            if group < 0:
                layout = self.layout.for_text()
                yield from text_batches(selected.chunks(in_order=True), self.segmenter, layout, by_source=True)
            else:
                source = selected.sources[0].name
                yield from record_batches(selected.rows(), self.segmenter, layouts[group], TableForm(), source)

    def _cut(self, batches: Iterable[Batch | None], executor: Executor) -> Iterator[CutPart]:
        for parts in executor.map_ordered(Batch.cut, batches, self.progress):
            yield from parts

    def _layout_for(self, formats: set[str], unique_lines: bool = False) -> Layout:
        """The layout for one output of inputs that have these formats.

        Raises OptionError if records of several formats, or without their repeated lines, would come back.
        """
        if self.layout.format == "rows" and self.named is not None and formats != {self.named}:
            return self._layout_by_name(self.named)
        if self.layout.format != "rows" or not formats - {"text", "parquet"}:
            return self.layout.for_text()
        if len(formats) > 1:
            names = ", ".join(sorted(formats))
            raise OptionError(
                f"records of several formats ({names}) cannot come back in one file; see ",
                Option("out_dir"),
                ", or ",
                Option("format"),
                " text",
            )
        if unique_lines:
            raise OptionError(
                Option("unique_lines"),
                ": records come back as they are; lines can be left out with ",
                Option("format"),
                " text",
            )
        return self.layout

    def _layout_by_name(self, named: str) -> Layout:
        """The layout for an output whose name asks for another format than that of the input.

        Raises OptionError for tables, which are written only where the input is one.
        """
        if named in _TABLES:
            raise OptionError(
                f"{self.output}: words are written as {named} only where the input is {named}; name a .txt or .jsonl "
                "file, or give ",
                Setting("format", "text"),
            )
        return replace(self.layout, format=named)
