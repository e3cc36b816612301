"""What users would run instead, each found where the environment says, and run whole by a driver of ours.

NLPKIT_BENCH_WORD_DISCOVERY   a checkout of bojone/word-discovery
NLPKIT_BENCH_KENLM            KenLM's program count_ngrams, which word-discovery calls
NLPKIT_BENCH_NLP_ZERO         a checkout of bojone/nlp-zero
NLPKIT_BENCH_CPPJIEBA         a program over yanyiwu/cppjieba, PROGRAM DICTIONARY TEXT OUTPUT [HMM_MODEL]: cuts lines by
                              MPSegment, or by MixSegment with a model, and joins the words of each by a space, those
                              of white space left out
NLPKIT_BENCH_CPPJIEBA_HMM     that model, dict/hmm_model.utf8 of its checkout
NLPKIT_BENCH_PYTHON           the Python that has rjieba, jieba, gensim and six, if not the one that runs the suite;
                              for pages also scattertext, which needs six and does not say so; for terms also
                              smoothnlp, pyhanlp with Java and its data, scikit-learn, yake, rake-nltk, multi-rake,
                              keybert, pyate and spaCy's en_core_web_sm
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from .measure import Job

DRIVERS = Path(__file__).parent / "drivers"
BATCH = {"jieba": 1000, "rjieba": 10_000}  # lines: from 100 to 40,000, those with which a pool is fastest or nearly so
MEMORY = "512M"  # for those who count by sorting


def word_discovery(min_count: int | None = None) -> Job:
    """Words by n-gram PMI, on KenLM's counts; `min_count` is 32 unless given."""
    script, script_missing = _file("NLPKIT_BENCH_WORD_DISCOVERY", "word_discovery.py")
    counter, counter_missing = _file("NLPKIT_BENCH_KENLM")
    options = () if min_count is None else (str(min_count),)
    return _driver(
        "word-discovery" + (f", min_count {min_count}" if options else ""),
        "word_discovery.py",
        (script, counter, "{text}", "{output}", *options),
        script_missing or counter_missing or _module("six"),
    )


def nlp_zero() -> Job:
    """Words by minimum entropy."""
    script, missing = _file("NLPKIT_BENCH_NLP_ZERO", "nlp_zero.py")
    return _driver("nlp-zero", "nlp_zero.py", (str(Path(script).parent), "{text}", "{output}"), missing)


def gensim_phrases(rounds: int = 12) -> Job:
    """Collocations of characters, then of what they were joined to, and so on."""
    argv = ("{text}", "{output}", str(rounds))
    return _driver(f"gensim Phrases, {rounds} rounds", "gensim_phrases.py", argv, _module("gensim"))


#: What the finders of terms import, where it is not what they are called.
TERM_MODULES = {
    "hanlp": "pyhanlp",
    "hanlp-words": "pyhanlp",
    "jieba-tfidf": "jieba",
    "jieba-textrank": "jieba",
    "jieba-textrank-wide": "jieba",
    "gensim": "gensim, rjieba",
    "gensim-count": "gensim, rjieba",
    "ngrams": "sklearn, rjieba",
    "yake": "yake, rjieba",
    "yake-en": "yake",
    "rake": "rake_nltk, sklearn",
    "multi-rake": "multi_rake",
    "keybert": "keybert, sentence_transformers",
    "keybert-candidates": "sklearn",
    "pyate-combo": "pyate, en_core_web_sm",
    "pyate-cvalue": "pyate, en_core_web_sm",
}


def terms(name: str) -> Job:
    """Terms by one of the finders that its driver knows."""
    missing = _module(TERM_MODULES.get(name, name))
    return _driver(name, "terms_peer.py", (name, "{text}", "{output}"), missing)


def nltk_collocations() -> Job:
    """Pairs of words within five words, by log-likelihood."""
    return _driver("NLTK", "nltk_collocations.py", ("{text}", "{output}"), _module("nltk"))


def scattertext_page() -> Job:
    """The page of two texts whose words have spaces between them; with one that needs no network beside it."""
    argv = ("{text}.words", "{text}.other.words", "{output}.html")
    return _driver("scattertext", "scattertext_page.py", argv, _module("scattertext, six"))


def rjieba_cut() -> Job:
    """The yardstick: rjieba.cut without HMM, one thread."""
    return _driver("rjieba.cut", "rjieba_cut.py", ("{text}",), _module("rjieba"))


def rjieba_segment(hmm: bool) -> Job:
    """rjieba from text file to text file, one thread."""
    argv = ("{text}", "{output}", *(["hmm"] if hmm else []))
    return _driver("rjieba.cut" + _with_hmm(hmm), "rjieba_cut.py", argv, _module("rjieba"))


def jieba_segment(hmm: bool) -> Job:
    """jieba from text file to text file."""
    argv = ("{text}", "{output}", *(["hmm"] if hmm else []))
    return _driver("jieba.cut" + _with_hmm(hmm), "jieba_cut.py", argv, _module("jieba"))


def jieba_tags() -> Job:
    """jieba.analyse.extract_tags of each text of JSON Lines."""
    return _driver("jieba.analyse", "jieba_tags.py", ("{text}", "{output}"), _module("jieba"))


def cppjieba_segment(hmm: bool) -> Job:
    """cppjieba from text file to text file, with the dictionary of the jieba that nlpkit uses."""
    program, program_missing = _file("NLPKIT_BENCH_CPPJIEBA")
    model, model_missing = _file("NLPKIT_BENCH_CPPJIEBA_HMM") if hmm else ("", "")
    jieba = find_spec("jieba")
    dictionary = str(Path(jieba.origin).with_name("dict.txt")) if jieba and jieba.origin else ""
    argv = (program, dictionary, "{text}", "{output}", *([model] if hmm else []))
    missing = program_missing or model_missing or ("" if dictionary else f"no module jieba in {sys.executable}")
    return Job("cppjieba" + _with_hmm(hmm), argv, missing)


def segment_api() -> Job:
    """Our Segmenter and rjieba in one process, which is of the Python that runs the suite; writes JSON."""
    argv = (sys.executable, "-m", f"{__package__}.drivers.segment_api", "{text}", "{output}")
    return Job("Segmenter and rjieba from Python", argv, _module("rjieba", sys.executable))


def count_words(library: str, workers: int = 0, ngram: int = 1) -> Job:
    """Counts with jieba or rjieba, no HMM: a loop over the lines, or a pool of workers that count batches of them."""
    name = f"{library}, {f'pool of {workers}' if workers else 'a loop'}" + (", pairs" if ngram > 1 else "")
    argv = [library, "{text}", "{output}", "--ngram", str(ngram)]
    if workers:
        argv += ["--workers", str(workers), "--batch", str(BATCH[library])]
    return _driver(name, "count_jieba.py", tuple(argv), _module(library))


def count_split(longest: int = 0) -> Job:
    """A Counter over line.split(), or over the n-grams of characters in what that gives."""
    name = f"Counter of n-grams, 1 to {longest}" if longest else "Counter over line.split()"
    return _driver(name, "count_split.py", ("{text}", "{output}", *([str(longest)] if longest else [])), "")


def sort_uniq() -> Job:
    """Words by the shell, one a line, sorted."""
    script = f'export LC_ALL=C; tr -s " " "\\n" < "$0" | sort -S {MEMORY} -T "${{{{1%/*}}}}" | uniq -c > "$1"'
    absent = [f"no {program}" for program in ("sh", "tr", "sort", "uniq") if not shutil.which(program)]
    return Job("tr, sort, uniq -c", ("sh", "-c", script, "{text}", "{output}"), ", ".join(absent))


def kenlm_count(*orders: int) -> Job:
    """KenLM's counts of what spaces separate: of one order, or of some one after the other; as binary rows."""
    program, missing = _file("NLPKIT_BENCH_KENLM")
    each = (
        f'"$0" -o $order -S {MEMORY} -T "$2." --write_vocab_list "$2.vocabulary" < "$1" > "$2.$order" || exit',
        'rm "$2.vocabulary" "$2.$order"',
    )
    script = f"for order in {' '.join(map(str, orders))}; do {'; '.join(each)}; done"
    name = " ".join(f"-o {order}" for order in orders)
    return Job(f"count_ngrams {name}", ("sh", "-c", script, program, "{text}", "{output}"), missing)


def _with_hmm(hmm: bool) -> str:
    return ", HMM" if hmm else ""


def _driver(name: str, driver: str, argv: tuple[str, ...], missing: str) -> Job:
    return Job(name, (_python(), str(DRIVERS / driver), *argv), missing)


def _python() -> str:
    return os.environ.get("NLPKIT_BENCH_PYTHON") or sys.executable


def _file(variable: str, name: str = "") -> tuple[str, str]:
    """The file that a variable names, or the file `name` in the folder that it names; and what is missing, if it is."""
    if not os.environ.get(variable):
        return "", f"{variable} is not set"
    path = Path(os.environ[variable], name).resolve()
    return str(path), "" if path.is_file() else f"{variable}: no file {path}"


@cache
def _module(name: str, python: str = "") -> str:
    """What is missing if a Python, the peers' unless given, cannot import a module."""
    command = [python or _python(), "-c", f"import {name}"]
    if not subprocess.run(command, capture_output=True, check=False).returncode:
        return ""
    return f"no module {name} in {command[0]}" + ("" if python else " (NLPKIT_BENCH_PYTHON)")
