"""Tables of kinds that a person who tried the guess found to be read wrong; they are read right since."""

from __future__ import annotations

import random
from functools import partial

from tests.tables.making import Made, day, flags, goods, lines, orders, padded, price, sets, table, written

mended = partial(table, lap=5)


@mended("ventas.csv", "long")
def order_lines_without_names_after_a_date(r: random.Random) -> Made:
    b = orders(r, "es", 50)
    rows = lines(b, lambda o, n, p, item: [day(o // 6), 5400 + o, item, r.randint(1, 4)])
    return written(rows, ";"), sets(b)


@mended("export.txt", "long")
def codes_without_names(r: random.Random) -> Made:
    b = [r.sample([f"P-{i:02d}" for i in range(14)], r.randint(1, 4)) for _ in range(60)]
    return written(lines(b, lambda o, n, p, item: [f"SO-{100 + o}", item, r.randint(1, 5)]), "\t"), sets(b)


@mended("pairs.csv", "long")
def numbers_without_names(r: random.Random) -> Made:
    b = [r.sample([str(i) for i in range(20, 45)], r.randint(1, 5)) for _ in range(90)]
    return written(lines(b, lambda o, n, p, item: [o + 1, item])), sets(b)


@mended("Bons.csv", "long")
def german_receipts_that_begin_again_in_each_shop(r: random.Random) -> Made:
    b = orders(r, "de", 60)
    rows = lines(b, lambda o, n, p, item: [f"Filiale {o // 20 + 1}", o % 20 + 1, item, f"{price(item):.2f}"])
    return written([["Filiale", "Bon-Nr", "Artikel", "Preis"], *rows], ";"), sets(b)


@mended("till.csv", "long")
def receipts_that_begin_again_every_day(r: random.Random) -> Made:
    b = orders(r, "en", 72)
    rows = lines(b, lambda o, n, p, item: [day(o // 8, "%d/%m/%Y"), f"R{o % 8 + 1:03d}", item, r.randint(1, 3)])
    return written([["day", "receipt no", "product", "qty"], *rows]), sets(b)


@mended("orders_export.csv", "long")
def orders_by_name_of_customers_who_come_again(r: random.Random) -> Made:
    b = orders(r, "en", 55)
    rows = lines(
        b,
        lambda o, n, p, item: [
            f"#{2055 - o}", f"c{o * 7 % 16}@example.org", *(["", ""] if p else ["paid", day(99 - o)]), 1, item,
            f"{price(item):.2f}",
        ],
    )  # fmt: skip
    header = ["Name", "Email", "Financial Status", "Paid at", "Lineitem quantity", "Lineitem name", "Lineitem price"]
    return written([header, *rows]), sets(b)


@mended("fidelite.csv", "long")
def french_cards_and_dates(r: random.Random) -> Made:
    keys = r.sample([(c, d) for c in range(60) for d in range(40)], 150)
    b = orders(r, "fr", 150, 4)
    rows = lines(b, lambda o, n, p, item: [3000 + keys[o][0], day(keys[o][1], "%d/%m/%Y"), item])
    r.shuffle(rows)
    return written([["Carte fidélité", "Jour", "Produit"], *rows], ";"), sets(b)


@mended("bestellingen.tsv", "long")
def dutch_lines_in_any_order(r: random.Random) -> Made:
    b = orders(r, "en", 60)
    rows = lines(b, lambda o, n, p, item: [p + 1, f"B-{700 + o}", item, r.randint(1, 3), f"€ {price(item):.2f}"])
    r.shuffle(rows)
    return written([["Regel", "Bestelnr", "Omschrijving", "Stuks", "Bedrag"], *rows], "\t"), sets(b)


@mended("q1.csv", "long")
def names_of_one_letter(r: random.Random) -> Made:
    b = orders(r, "pt", 60)
    rows = lines(b, lambda o, n, p, item: [r.choice("NSOL"), 900 + o, item, r.randint(1, 3)])
    return written([["R", "P", "X", "Q"], *rows]), sets(b)


@mended("lines.csv", "long")
def one_item_with_a_comma_that_is_not_quoted(r: random.Random) -> Made:
    b = orders(r, "en", 50)
    rows = lines(b, lambda o, n, p, item: [o + 1, item])
    return written([["order", "item"], *rows]) + "51,nuts, mixed\n", sets([*b, ["nuts, mixed"]])


@mended("lines2.csv", "long")
def one_order_without_an_item(r: random.Random) -> Made:
    b = orders(r, "en", 50)
    rows = lines(b, lambda o, n, p, item: [o + 1, item])
    return written([["order", "item"], *rows]) + "51\n", sets([*b, []])


@mended("Einkäufe.csv", "basket")
def a_first_basket_of_items_that_nobody_else_buys(r: random.Random) -> Made:
    b = [["Hummer", "Kaviar", "Champagner"], *orders(r, "de", 80)]
    return written(b), sets(b)


@mended("sets.txt", "basket")
def lines_in_braces(r: random.Random) -> Made:
    b = orders(r, "fr", 50)
    return "".join(f"{{{','.join(x)}}}\n" for x in b), sets(b)


@mended("tickets.csv", "basket")
def spanish_columns_of_items_and_their_sum(r: random.Random) -> Made:
    b = orders(r, "es", 50)
    rows = [
        [800 + i, *row, f"{sum(map(price, x)):.2f}", len(x)]
        for i, (x, row) in enumerate(zip(b, padded(b), strict=True))
    ]
    width = max(map(len, b))
    header = ["Ticket", *(f"Producto{i + 1}" for i in range(width)), "Importe", "Cantidad"]
    return written([header, *rows], ";"), sets(b)


@mended("by_store.csv", "onehot")
def quantities_after_numbers_of_stores(r: random.Random) -> Made:
    names, b = sorted(goods("en")), orders(r, "en")
    rows = [
        [i + 1, i % 4 + 1, 2014 + i % 2, *(r.randint(1, 3) if name in x else 0 for name in names)]
        for i, x in enumerate(b)
    ]
    return written([["invoice", "store", "year", *names], *rows]), sets(b)


@mended("revenue.csv", "onehot")
def amounts_above_a_thousand(r: random.Random) -> Made:
    names, b = sorted(goods("en")), orders(r, "en")
    rows = [[f"K{i}", *(f"{r.randint(200, 9000):,}" if name in x else 0 for name in names)] for i, x in enumerate(b)]
    return written([["client", *names], *rows]), sets(b)


@mended("answers.csv", "onehot")
def flags_after_ages(r: random.Random) -> Made:
    names, b = goods("en")[:8], [r.sample(goods("en")[:8], r.randint(1, 4)) for _ in range(60)]
    rows = [[r.randint(18, 80), r.randint(900, 5000), *row] for row in flags(b, names, 1, 0)]
    return written([["age", "monthly", *names], *rows]), sets(b)


@mended("pivot_returns.csv", "onehot")
def a_return_among_quantities(r: random.Random) -> Made:
    names, b = sorted(goods("en")), orders(r, "en")
    rows = [[i + 1, *(r.randint(1, 3) if name in x else 0 for name in names)] for i, x in enumerate(b)]
    rows.append([len(b) + 1, -2, *([0] * (len(names) - 1))])
    return written([["invoice", *names], *rows]), sets(b)


@mended("pivot_sum.csv", "onehot", shown="its last row is a total")
def flags_above_a_row_of_totals(r: random.Random) -> Made:
    names, b = sorted(goods("en")), orders(r, "en")
    sums = ["Total", *(sum(name in x for x in b) for name in names)]
    rows = [[i + 1, *row] for i, row in enumerate(flags(b, names, 1, 0))]
    return written([["invoice", *names], *rows, sums]), sets(b)
