"""Mines with what users would call from Python: itemsets_peer.py LIBRARY TEXT OUTPUT COUNT ROUNDS [LISTED].

LIBRARY is pyfim, rules (pyfim's association rules, of two items or more, confidence 0.5), mlxtend or efficient-apriori.
TEXT has a transaction a line, its items separated by spaces; COUNT is the least support. OUTPUT is a JSON object:
seconds   of each call, the transactions in memory in the shape that the library takes
found     how many itemsets (or rules)
best      what was called: pyfim has several algorithms, and takes items as str or as int; each is tried, and the
          fastest measured
LISTED gets a row for each itemset, its items (or "antecedent -> consequent"), a tab and its count, with what pyfim
leaves out: the itemset of one item that is in every transaction.
"""

import gc
import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

ENOUGH, TRIAL = 0.3, 0.05  # seconds to measure for, and to try an algorithm for, if the rounds take less
CONFIDENCE = 50  # per cent
Transactions = list[list[str]]
Found = Iterable[tuple[Iterable[Any], int]]  # itemsets and their counts
Call = Callable[[], Any]


def seconds_of(call: Call) -> float:
    """The time of one call; its result goes after the clock is read."""
    gc.collect()
    began = time.perf_counter()
    result = call()
    taken = time.perf_counter() - began
    del result
    return taken


def rounds_of(call: Call, rounds: int, enough: float = ENOUGH) -> list[float]:
    seconds: list[float] = []
    while len(seconds) < rounds or sum(seconds) < enough:
        seconds.append(seconds_of(call))
    return seconds


def pyfim(transactions: Transactions, count: int) -> dict[str, Call]:
    import fim

    calls = {}
    for kind, shaped in (("str", transactions), ("int", [list(map(int, items)) for items in transactions])):
        for name in ("eclat", "fpgrowth", "apriori", "relim", "sam"):
            algorithm = getattr(fim, name)
            calls[f"{name}, {kind}"] = lambda algorithm=algorithm, shaped=shaped: algorithm(
                shaped, target="s", supp=-count, zmin=1
            )
    return calls


def rules(transactions: Transactions, count: int, report: str = "scl") -> dict[str, Call]:
    """The report: support, confidence, lift. Mode "o": the support of a rule is that of all its items."""
    import fim

    shapes = {"str": transactions, "int": [list(map(int, items)) for items in transactions]}
    options = {"supp": -count, "conf": CONFIDENCE, "zmin": 2, "mode": "o", "report": report}
    return {f"arules, {kind}": lambda shaped=shaped: fim.arules(shaped, **options) for kind, shaped in shapes.items()}


def mlxtend(transactions: Transactions, count: int) -> dict[str, Call]:
    import pandas
    from mlxtend.frequent_patterns import fpgrowth
    from mlxtend.preprocessing import TransactionEncoder

    encoder = TransactionEncoder()
    frame = pandas.DataFrame(encoder.fit(transactions).transform(transactions), columns=encoder.columns_)
    share = (count - 0.5) / len(transactions)
    return {"fpgrowth": lambda: fpgrowth(frame, min_support=share, use_colnames=True)}


def efficient_apriori(transactions: Transactions, count: int) -> dict[str, Call]:
    from efficient_apriori import itemsets_from_transactions

    rows, share = [tuple(items) for items in transactions], (count - 0.5) / len(transactions)
    longest = max(map(len, rows))
    return {"itemsets": lambda: itemsets_from_transactions(rows, min_support=share, max_length=longest)[0]}


LIBRARIES = {"pyfim": pyfim, "rules": rules, "mlxtend": mlxtend, "efficient-apriori": efficient_apriori}


def found_by(library: str, transactions: Transactions, result: Any) -> Found:
    """A library's itemsets in one shape."""
    if library == "mlxtend":
        shares = zip(result["itemsets"], result["support"], strict=True)
        return [(items, round(share * len(transactions))) for items, share in shares]
    if library == "efficient-apriori":
        return [row for sets in result.values() for row in sets.items()]
    return [*result, *left_out(transactions, {items[0] for items, _ in result if len(items) == 1})]


def left_out(transactions: Transactions, single: set[Any]) -> Iterator[tuple[list[str], int]]:
    everywhere = set.intersection(*map(set, transactions))
    for item in sorted(everywhere - set(map(str, single))):
        yield [item], len(transactions)


def main(library: str, text: str, output: str, count: str, rounds: str, listed: str = "") -> None:
    with open(text, encoding="utf-8") as lines:
        transactions = [line.split() for line in lines]
    calls = LIBRARIES[library](transactions, int(count))
    best = min(calls, key=lambda name: min(rounds_of(calls[name], 1, TRIAL))) if len(calls) > 1 else next(iter(calls))
    seconds = rounds_of(calls[best], int(rounds))
    if library == "rules":
        counted = rules(transactions, int(count), report="a")[best]()
        rows = [(f"{_joined(body)} -> {head}", number) for head, body, number in counted]
    else:
        rows = [(_joined(items), number) for items, number in found_by(library, transactions, calls[best]())]
    if listed:
        with open(listed, "w", encoding="utf-8", newline="\n") as out:
            out.writelines(f"{what}\t{number}\n" for what, number in rows)
    Path(output).write_text(json.dumps({"seconds": seconds, "found": len(rows), "best": best}), encoding="utf-8")


def _joined(items: Iterable[Any]) -> str:
    return " ".join(sorted(map(str, items)))


if __name__ == "__main__":
    main(*sys.argv[1:])
