"""What a lexicon or a list of terms is worth: F1 of words cut with it, and the judges that lie beside the data."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from .measure import Bench


def f1(bench: Bench, lexicon: Path) -> list[str]:
    """P, R and F1 of words on the PKU test set, cut with the whole lexicon; blank without the gold standard."""
    gold = bench.data / "gold" / "pku_test_gold.utf8"
    if not gold.is_file():
        bench.note(f"skipped: quality (f1): no {gold}")
        return [""] * 3
    raw = re.sub(rb"[ \t\r]|\xe3\x80\x80", b"", gold.read_bytes())  # also the ideographic space
    cut = _nlpkit(bench, lexicon, ["segment", "-", "-d", str(lexicon), "-q"], raw)
    found = _nlpkit(bench, lexicon, ["score", str(gold), "-", "-f", "tsv", "-q"], cut).decode().splitlines()
    cells = dict(zip(found[0].split("\t"), found[1].split("\t"), strict=True)) if found else {}
    return [cells.get(name, "") for name in ("precision", "recall", "f1")]


def _nlpkit(bench: Bench, lexicon: Path, args: list[str], data: bytes) -> bytes:
    """What the command writes; nothing, with a note, where it fails."""
    done = subprocess.run([sys.executable, "-m", "nlpkit", *args], input=data, capture_output=True, check=False)
    if done.returncode:
        bench.fail(f"{lexicon.name}: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout


def known(bench: Bench, lexicon: Path, terms: str) -> dict[int, str]:
    """Of its first 1000, 5000... words longer than a character, the share that jieba or the terms know."""
    shares = re.findall(r"first (\d+): (\S+)", _judge_lexicon(bench, "known", lexicon, f"lexicon/{terms}"))
    return {int(count): share for count, share in shares}


def size(lexicon: Path) -> int:
    with open(lexicon, "rb") as rows:
        return sum(1 for _ in rows)


def recall(bench: Bench, listed: Path, gold: Path) -> list[dict[int, str]]:
    """Of all terms of a gold list, and of those of four characters and more: the shares in the first 1000, 5000..."""
    lines = _judge(bench, "judge_terms.py", listed, gold).splitlines() or [""] * 2
    return [{int(n.replace(",", "")): share for n, share in re.findall(r"([\d,]+): (\S+)", line)} for line in lines]


def frequent(bench: Bench, gold: str, text: Path, least: int = 20) -> Path | None:
    """A file of the terms of a gold list that occur in a text so often; None, with a note, where they are not known."""
    source = bench.data / gold
    if not source.is_file() or not find_spec("ahocorasick"):
        bench.note(f"skipped: share of {gold}: no {source if not source.is_file() else 'module ahocorasick'}")
        return None
    import ahocorasick  # type: ignore[import-not-found]

    counts = {row.partition("\t")[0].strip(): 0 for row in source.read_text(encoding="utf-8").splitlines()}
    counts.pop("", None)
    automaton = ahocorasick.Automaton()
    for term in counts:
        automaton.add_word(term, term)
    automaton.make_automaton()
    with open(text, encoding="utf-8") as lines:
        for line in lines:
            for _, term in automaton.iter(line):
                counts[term] += 1
    kept = bench.folder / f"{text.stem}.{source.name}"
    kept.write_text("".join(f"{term}\n" for term, count in counts.items() if count >= least), encoding="utf-8")
    return kept


def best_f1(bench: Bench, listed: Path, gold: Path) -> list[str]:
    """P, R, F1 and the length of the beginning of a list that has the best F1; of distinct terms, without case."""
    if not gold.is_file():
        bench.note(f"skipped: F1 of terms: no {gold}")
        return [""] * 4
    known, rows = set(_terms(gold)), dict.fromkeys(_terms(listed))
    right, best = 0, (0.0, 0.0, 0.0, 0)
    for length, term in enumerate(rows, 1):
        right += term in known
        best = max(best, (2 * right / (length + len(known)), right / length, right / len(known), length))
    f1, precision, part, length = best
    return [*(f"{share:.3f}" for share in (precision, part, f1)), f"{length:,}"]


def _terms(path: Path) -> Iterator[str]:
    """The first column, in lower case, white space as one space."""
    with open(path, encoding="utf-8") as rows:
        yield from filter(None, (" ".join(row.partition("\t")[0].lower().split()) for row in rows))


def _judge_lexicon(bench: Bench, question: str, lexicon: Path, reference: str) -> str:
    return _judge(bench, "judge_lexicon.py", lexicon, bench.data / reference, question)


def _judge(bench: Bench, judge: str, judged: Path, gold: Path, *question: str) -> str:
    """The judge's answer; empty, with a note, where it cannot be asked."""
    script = bench.data.parent / "tools" / judge
    for path in (script, gold):
        if not path.is_file():
            bench.note(f"skipped: quality ({' '.join([judge, *question])}): no {path}")
            return ""
    argv = [sys.executable, str(script), *question, str(judged), str(gold)]
    asked = subprocess.run(argv, capture_output=True, text=True, check=False)
    if asked.returncode:
        bench.fail(f"the judge of {judged.name}: {(asked.stderr.strip().splitlines() or ['silent'])[-1]}")
    return asked.stdout
