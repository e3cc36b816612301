"""What a lexicon is worth, by the judge that lies beside the data."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from .measure import Bench


def f1(bench: Bench, lexicon: Path) -> list[str]:
    """P, R and F1 of words on the PKU test set, with the lexicon as jieba's dictionary; blank without a judge."""
    found = re.search(r"P=(\S+) R=(\S+) F=(\S+)", _judge(bench, "f1", lexicon, "gold/pku_test_gold.utf8"))
    return list(found.groups()) if found else [""] * 3


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
