"""Times association_rules from Python: rules_api.py TEXT OUTPUT COUNT ROUNDS [LISTED].

TEXT has a transaction a line, its items separated by spaces; COUNT is the least support, the confidence at least 0.5,
the measures the default ones, as columns. OUTPUT is a JSON object:
mined   seconds of each call of `apriori` and `association_rules`, compiled and in memory, one after the other
rules   the same of `association_rules` alone
found   how many rules
LISTED gets a row for each rule: "antecedent -> consequent", a tab, its count. ROUNDS may be 0: one call of each, and
nothing timed, for the memory of it.
"""

import gc
import json
import sys
import time
from pathlib import Path

import nlpkit

CONFIDENCE = "0.5"
MEASURES = 6


def main(text: str, output: str, count: str, rounds: str, listed: str = "") -> None:
    transactions = nlpkit.read_transactions(text, layout="basket", delimiter=" ", header=False)
    mined, alone = [], []
    for turn in range(int(rounds) + 1):
        sets = rules = None  # freed before the clock runs
        gc.collect()
        began = time.perf_counter()
        sets = nlpkit.apriori(transactions, min_support=int(count))
        between = time.perf_counter()
        rules = nlpkit.association_rules(sets, min_confidence=CONFIDENCE)
        assert len(rules.measures) == MEASURES  # made when they are first asked for
        ended = time.perf_counter()
        if turn:  # the first compiles
            mined.append(ended - began)
            alone.append(ended - between)
    if listed:
        with open(listed, "w", encoding="utf-8", newline="\n") as out:
            for rule in rules:
                body, head = (" ".join(sorted(side)) for side in (rule.antecedent, rule.consequent))
                out.write(f"{body} -> {head}\t{rule.count}\n")
    report = {"mined": mined, "rules": alone, "found": len(rules)}
    Path(output).write_text(json.dumps(report), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
