"""What a lexicon is worth: F1 of the words cut with it, and the share of its words that dictionaries know."""

from __future__ import annotations

import re
import subprocess
import sys
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
    shares = re.findall(r"first (\d+): (\S+)", _judge(bench, "known", lexicon, f"lexicon/{terms}"))
    return {int(count): share for count, share in shares}


def size(lexicon: Path) -> int:
    with open(lexicon, "rb") as rows:
        return sum(1 for _ in rows)


def _judge(bench: Bench, question: str, lexicon: Path, reference: str) -> str:
    """The judge's answer; empty, with a note, where it cannot be asked."""
    judge, gold = bench.data.parent / "tools" / "judge_lexicon.py", bench.data / reference
    for path in (judge, gold):
        if not path.is_file():
            bench.note(f"skipped: quality ({question}): no {path}")
            return ""
    argv = [sys.executable, str(judge), question, str(lexicon), str(gold)]
    asked = subprocess.run(argv, capture_output=True, text=True, check=False)
    if asked.returncode:
        bench.fail(f"the judge of {lexicon.name}: {(asked.stderr.strip().splitlines() or ['silent'])[-1]}")
    return asked.stdout
