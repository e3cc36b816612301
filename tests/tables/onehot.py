"""Tables with a column for each item: flags and quantities."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from tests.tables.making import Made, day, flags, goods, hash_of, joined, orders, sets, table, written


def flagged(
    r: random.Random,
    language: str,
    yes: object,
    no: object,
    header: Sequence[str],
    front: Callable[[int], Sequence[object]],
    delimiter: str = ",",
) -> Made:
    """Orders as flags, with further columns in front. header: their names. front: their cells, by the number of the row."""
    names, b = goods(language), orders(r, language)
    rows = [[*front(i), *row] for i, row in enumerate(flags(b, names, yes, no))]
    return written([[*header, *names], *rows], delimiter), sets(b)


@table("onehot.csv", "onehot")
def zeros_and_ones_with_ids(r: random.Random) -> Made:
    return flagged(r, "en", 1, 0, ["id"], lambda i: [i + 1])


@table("frame.csv", "onehot")
def pandas_booleans_with_index(r: random.Random) -> Made:
    return flagged(r, "en", True, False, [""], lambda i: [i])


@table("matrix.csv", "onehot")
def letter_x_and_blanks(r: random.Random) -> Made:
    return flagged(r, "de", "x", "", ["Bon"], lambda i: [i], ";")


@table("是否.csv", "onehot")
def chinese_yes_and_no(r: random.Random) -> Made:
    return flagged(r, "zh", "是", "否", ["订单号"], lambda i: [f"D{i}"])


@table("floats.csv", "onehot")
def floats(r: random.Random) -> Made:
    return flagged(r, "en", "1.0", "0.0", ["id"], lambda i: [i])


@table("pivot.csv", "onehot")
def quantities_with_blanks(r: random.Random) -> Made:
    names, b = goods("en"), orders(r)
    rows = [
        [1001 + i, *(r.choice([1, 1, 2, 3, 12]) if name in x else r.choice([0, ""]) for name in names)]
        for i, x in enumerate(b)
    ]
    return written([["invoice", *names], *rows]), sets(b)


@table("透视表.csv", "onehot")
def chinese_pivot(r: random.Random) -> Made:
    names, b = goods("zh"), orders(r, "zh")
    rows = [[f"SO{i:05}", *(r.randint(1, 5) if name in x else "" for name in names)] for i, x in enumerate(b)]
    return "\ufeff" + written([["订单编号", *names], *rows]), sets(b)


@table("supermarket.arff", "onehot")
def arff_of_a_supermarket(r: random.Random) -> Made:
    names, b = goods("en"), orders(r, "en", 80, 6)
    head = "@relation supermarket\n" + "".join(f"@attribute '{name}' {{ t}}\n" for name in names) + "@data\n"
    return head + written(flags(b, names, "t", "?")), sets(b)


@table("sparse.arff", "onehot")
def sparse_arff(r: random.Random) -> Made:
    names, b = goods("de"), orders(r, "de", 50)
    head = (
        "% made by hand\n@RELATION korb\n\n" + "".join(f"@ATTRIBUTE {name} {{0,1}}\n" for name in names) + "\n@DATA\n"
    )
    body = ("{" + ",".join(f"{i} 1" for i, name in enumerate(names) if name in basket) + "}\n" for basket in b)
    return head + "".join(body), sets(b)


@table("encoded.csv", "onehot")
def booleans_without_index(r: random.Random) -> Made:
    names, b = goods("en"), orders(r)
    return written([names, *flags(b, names, True, False)]), sets(b)


@table("kunden.csv", "onehot")
def german_yes_and_no(r: random.Random) -> Made:
    return flagged(r, "de", "ja", "nein", ["Kunde"], lambda i: [f"Kunde {hash_of(i)}"], ";")


@table("checks.csv", "onehot")
def check_marks(r: random.Random) -> Made:
    return flagged(r, "en", "✓", "", ["order"], lambda i: [i])


@table("matrix.csv", "onehot")
def r_booleans_with_row_names(r: random.Random) -> Made:
    names, b = goods("fr"), orders(r, "fr")
    rows = [[f'"{i + 1}"', *row] for i, row in enumerate(flags(b, names, "TRUE", "FALSE"))]
    header = ",".join(['""', *(f'"{name}"' for name in names)])
    return header + "\n" + joined(rows, ","), sets(b)


@table("matrix.txt", "onehot")
def r_write_table_with_short_header(r: random.Random) -> Made:
    names, b = goods("en"), orders(r)
    rows = [f'"{i + 1}" ' + " ".join(row) for i, row in enumerate(flags(b, names, "TRUE", "FALSE"))]
    return " ".join(f'"{name}"' for name in names) + "\n" + "\n".join(rows) + "\n", sets(b)


@table("customers.csv", "onehot")
def quantities_as_floats(r: random.Random) -> Made:
    names, b = goods("en"), orders(r, "en", 60, 6)
    rows = [
        [f"{hash_of(i)}", *(f"{r.randint(1, 9)}.0" if name in x else "0.0" for name in names)] for i, x in enumerate(b)
    ]
    return written([["CustomerID", *names], *rows]), sets(b)


@table("days.csv", "onehot")
def dates_in_front(r: random.Random) -> Made:
    return flagged(r, "pt", 1, 0, ["data"], lambda i: [day(i)])


@table("five.csv", "onehot")
def five_rows_of_flags(r: random.Random) -> Made:
    rows = [[1, 1, 0], [1, 0, 0], [0, 1, 1], [1, 1, 1], [0, 0, 1]]
    names = ["milk", "bread", "beer"]
    return written([names, *rows]), sets([n for n, held in zip(names, row, strict=True) if held] for row in rows)


@table("flags.tsv", "onehot")
def korean_o_and_x(r: random.Random) -> Made:
    return flagged(r, "ko", "예", "아니오", ["주문번호"], lambda i: [i + 1], "\t")


@table("да.csv", "onehot")
def russian_yes_and_no(r: random.Random) -> Made:
    return flagged(r, "ru", "да", "нет", ["Чек"], lambda i: [i + 1], ";")


@table("ids.csv", "onehot")
def several_ids_in_front(r: random.Random) -> Made:
    return flagged(
        r, "en", 1, 0, ["order_id", "customer_id", "order_date"], lambda i: [9000 + i, 100 + i % 19, day(i // 5)]
    )


@table("big.csv", "onehot", slow=True)
def two_hundred_thousand_rows_of_flags(r: random.Random) -> Made:
    names = [f"p{i}" for i in range(20)]
    b = [[name for name in names if r.random() < 0.15] for _ in range(200_000)]
    rows = (",".join("1" if name in basket else "0" for name in names) for basket in map(set, b))
    return ",".join(["tid", *names]) + "\n" + "".join(f"{i},{row}\n" for i, row in enumerate(rows)), sets(b)
