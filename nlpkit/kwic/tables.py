"""Looks something up in its lines, for Python programs: returns a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from nlpkit.arguments import checked
from nlpkit.choices import CONTEXT, EXECUTOR
from nlpkit.corpus import Corpus
from nlpkit.executors import Progress, RunningOptions
from nlpkit.frequencies import Jieba
from nlpkit.kwic.feed import Feed
from nlpkit.kwic.hits import Hits, Row
from nlpkit.kwic.options import ConcordanceOptions
from nlpkit.kwic.result import Concordance
from nlpkit.places.sources import Input
from nlpkit.segmentation import Segmenter


@checked
def concordance(
    corpus: Corpus | Input | Iterable[Input],
    query: str,
    *,
    word: bool = False,
    phrase: bool = False,
    regex: bool = False,
    language: str | None = None,
    tokenizer: str = "words",
    segmenter: Segmenter | None = None,
    jieba: Jieba | None = None,
    pattern: str | None = None,
    normalize: bool = False,
    casefold: bool = False,
    context: int | str = CONTEXT,
    sort: str | None = None,
    by_frequency: bool = False,
    sample: int | None = None,
    seed: int | None = None,
    top: int | None = None,
    jobs: int | None = None,
    executor: str = EXECUTOR,
    scheduler: str | None = None,
    progress: Progress | None = None,
    notify: Callable[[str], object] | None = None,
) -> Concordance:
    """Looks something up in its lines.

    corpus: a Corpus, or what one is made of: a path, '-', a binary file, or several of these.
    query: what to look for: a string, whatever stands around it. word: one token: 'model' is not found in 'remodel'.
    phrase: tokens in a row, separated by white space; what has none is cut by the tokenizer. regex: a regular
    expression, line by line. What is found lies within one line, and hits do not overlap.
    language, tokenizer, segmenter, jieba, pattern: what a token is, as in `count`. normalize (with word, phrase and
    sort): compare tokens in the form NFKC. casefold: ignore case, in what is looked for and in what hits are sorted by.
    context: on each side, within the line: 30 for characters, '5w' for words and what stands between them.
    sort: by the words beside the hit: 'R1,R2' is the first to the right, then the second; 'L1' the first to the left;
    equal ones by their places. A word is a token with a letter or a digit; others are passed over. By default hits are
    in the order of the text. by_frequency: those with the most frequent neighbour come first; it is that of the first
    place of `sort`.
    sample: the size of a random sample of hits, which is the same for each `seed` (0 by default). top:
    only the first of them.
    jobs, executor, scheduler: as in `count`; the result does not depend on them, nor on the corpus' chunk size.
    progress: called with each number of bytes that are done. notify: called with lines for the user.

    `line` counts the lines of a text file, compressed or not, from 1. Of JSON Lines, CSV and TSV it counts records, of
    Parquet, of HTML and of lines that were joined or left out the lines of the text that is searched. `offset` is the
    byte, in UTF-8, of the file, or of the record's text.

    Returns Concordance. Raises OptionError, InputError, EncodingError, LexiconError, OutputError, WorkerError.

    Example: `concordance("laws.txt", "model", word=True, sort="R1", top=20)`.
    """
    options = ConcordanceOptions(
        query=query,
        word=word,
        phrase=phrase,
        regex=regex,
        language=language,
        tokenizer=tokenizer,
        segmenter=segmenter,
        jieba=jieba,
        pattern=pattern,
        normalize=normalize,
        casefold=casefold,
        context=context,
        sort=sort,
        by_frequency=by_frequency,
        sample=sample,
        seed=seed,
        top=top,
    )
    corpus = corpus if isinstance(corpus, Corpus) else Corpus(corpus)
    how = RunningOptions(jobs, executor, scheduler, corpus.tmp_dir)
    feed = Feed(corpus, options, how, progress, notify)
    rows: list[Row] = []
    for batch in feed.batches():
        rows += [] if batch is None else batch.rows() if isinstance(batch, Hits) else batch
    return feed.concordance(rows)
