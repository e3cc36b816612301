"""Tables of transactions as people have them, each with the transactions that are in it.

Order systems, spreadsheets, R, pandas, SQL, tills, surveys and collections of data sets write them: in several
languages, with columns in any order, ids, dates, prices, row numbers, quantities, and marks of other programs. The
tables were written before the code that guesses how to read them. Every third table of a layout is `aside`: it was not
looked at while that code was made, and its figure is given separately.
"""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

Basket = frozenset[str]
Made = tuple[str | bytes, list[Basket]]

GOODS = {
    "en": "whole milk,yogurt,rolls,butter,soda,coffee,sausage,apples,beer,cream cheese,napkins,onions,rice,tea,eggs",
    "de": "Milch,Brot,Butter,Käse,Äpfel,Bier,Kaffee,Wurst,Joghurt,Eier,Nudeln,Zucker",
    "fr": "lait,pain,beurre,fromage,pommes,café,thé,œufs,sucre,riz,yaourt,jus d'orange",
    "es": "leche,pan,mantequilla,queso,manzanas,café,huevos,azúcar,arroz,yogur,jamón",
    "pt": "leite,pão,manteiga,queijo,maçã,café,ovos,açúcar,arroz,feijão,cerveja",
    "zh": "全脂牛奶,面包,黄油,鸡蛋,酸奶,苹果,啤酒,咖啡,大米,薯片,可乐,纸巾",
    "tw": "鮮奶,麵包,奶油,雞蛋,優格,蘋果,啤酒,咖啡,白米,洋芋片",
    "ja": "牛乳,食パン,バター,卵,ヨーグルト,りんご,ビール,コーヒー,米,納豆",
    "ko": "우유,식빵,버터,계란,요구르트,사과,맥주,커피,쌀,라면",
    "ru": "молоко,хлеб,масло,сыр,яблоки,кофе,чай,яйца,сахар,рис,йогурт",
    "sku": "85123A,71053,84406B,84029G,84029E,22752,21730,22633,22632,84879,22745,22748",
}


@dataclass(frozen=True)
class Table:
    """A table: the name of its file, its layout, and what makes it; `made` returns its bytes and its transactions.

    shown: what a line must say if the table is read wrong: what is wrong, in words that the user of the table sees.
    Without it a wrong reading is one in silence.
    """

    id: str
    name: str
    layout: str
    make: Callable[[random.Random], Made]
    aside: bool = False
    slow: bool = False
    shown: str = ""

    def made(self) -> tuple[bytes, list[Basket]]:
        """Returns the bytes of the file, and the transactions that a reader should find, in any order."""
        content, baskets = self.make(random.Random(self.id))
        return content.encode() if isinstance(content, str) else content, baskets


_TABLES: list[Table] = []


def tables() -> list[Table]:
    """Returns all tables; every third of a layout is aside."""
    places: dict[str, int] = {}
    out = []
    for table in _TABLES:
        place = places[table.layout] = places.get(table.layout, -1) + 1
        out.append(replace(table, aside=place % 3 == 2))
    return out


def table(name: str, layout: str, slow: bool = False) -> Callable[[Callable[[random.Random], Made]], Any]:
    """Registers the maker of a table under the name of its function."""

    def register(make: Callable[[random.Random], Made]) -> Any:
        _TABLES.append(Table(make.__name__, name, layout, make, slow=slow))
        return make

    return register


_LATE: list[Table] = []


def late_tables() -> list[Table]:
    """Returns tables of kinds that were thought of after the guess had been made, and were first read once, blind."""
    return list(_LATE)


def late(name: str, layout: str, shown: str = "") -> Callable[[Callable[[random.Random], Made]], Any]:
    """Registers the maker of a table of a kind that was thought of late."""

    def register(make: Callable[[random.Random], Made]) -> Any:
        _LATE.append(Table(make.__name__, name, layout, make, aside=True, shown=shown))
        return make

    return register


# ---- parts


def goods(language: str) -> list[str]:
    return GOODS[language].split(",")


def orders(r: random.Random, language: str = "en", count: int = 60, most: int = 5) -> list[list[str]]:
    """Returns orders, each of one to `most` different goods, the first of which are the more frequent ones."""
    names = goods(language)
    weights = [1 / (i + 2) for i in range(len(names))]
    return [list(dict.fromkeys(r.choices(names, weights, k=r.randint(1, most)))) for _ in range(count)]


def written(rows: Iterable[Sequence[object]], delimiter: str = ",", **how: Any) -> str:
    """Returns rows as CSV."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=how.pop("end", "\n"), **how).writerows(rows)
    return out.getvalue()


def sets(baskets: Iterable[Iterable[str]]) -> list[Basket]:
    return [frozenset(basket) for basket in baskets]


def day(n: int, form: str = "%Y-%m-%d") -> str:
    return (date(2015, 1, 1) + timedelta(days=n)).strftime(form)


Line = Callable[[int, int, int, str], Sequence[object]]


def lines(baskets: list[list[str]], line: Line) -> list[Sequence[object]]:
    """Returns the lines of orders. line: called with the number of the order, the number of the line in the whole
    table and in the order, and the item."""
    out: list[Sequence[object]] = []
    for number, basket in enumerate(baskets):
        out += [line(number, len(out) + place, place, item) for place, item in enumerate(basket)]
    return out


def price(item: str) -> float:
    return 0.5 + sum(item.encode()) % 900 / 100


def padded(baskets: list[list[str]], blank: str = "") -> list[list[str]]:
    width = max(map(len, baskets))
    return [basket + [blank] * (width - len(basket)) for basket in baskets]


def flags(baskets: list[list[str]], names: Sequence[str], yes: object, no: object) -> list[list[object]]:
    return [[yes if name in basket else no for name in names] for basket in baskets]


def answers(names: Sequence[str], rows: Iterable[Sequence[object]]) -> list[Basket]:
    """Returns the transactions of a table of categories."""
    return [frozenset(f"{name}={cell}" for name, cell in zip(names, row, strict=True) if cell != "") for row in rows]


def drawn(r: random.Random, count: int, *choices: Sequence[object]) -> list[list[object]]:
    return [[r.choice(choice) for choice in choices] for _ in range(count)]


# ---- one item a row


@table("orders.csv", "long")
def english_order_lines(r: random.Random) -> Made:
    b = orders(r)
    rows = lines(b, lambda o, n, p, item: [1000 + o, item, r.randint(1, 4), f"{price(item):.2f}"])
    return written([["order_id", "product_name", "quantity", "unit_price"], *rows]), sets(b)


@table("orders.csv", "long")
def chinese_order_lines_with_numbers_and_shop(r: random.Random) -> Made:
    b = orders(r, "zh", 100, 4)
    rows = lines(b, lambda o, n, p, item: [n + 1, f"{n % 5}号店", f"SO-{1000 + o}", item, r.randint(1, 4)])
    return written([["序号", "门店", "订单编号", "商品名称", "数量"], *rows]), sets(b)


@table("订单.csv", "long")
def chinese_shuffled_order_lines(r: random.Random) -> Made:
    b = orders(r, "zh", 100, 4)
    days = [r.randrange(28) for _ in b]
    rows = lines(
        b,
        lambda o, n, p, item: [
            f"SO-{1000 + o}",
            day(days[o], "%Y/%m/%d"),
            item,
            r.randint(1, 4),
            f"{price(item):.2f}",
            f"客户{o % 17}",
        ],
    )
    r.shuffle(rows)
    return written([["订单号", "日期", "商品名称", "数量", "单价", "客户"], *rows]), sets(b)


@table("Export.csv", "long")
def german_excel_export(r: random.Random) -> Made:
    b = orders(r, "de")
    rows = lines(
        b,
        lambda o, n, p, item: [
            day(o // 3, "%d.%m.%Y"),
            4500 + o,
            f"Kunde {o % 11}",
            item,
            r.randint(1, 6),
            f"{price(item):.2f}".replace(".", ","),
        ],
    )
    header = ["Datum", "Bestellnummer", "Kunde", "Artikel", "Menge", "Einzelpreis"]
    return "sep=;\r\n" + written([header, *rows], ";", end="\r\n"), sets(b)


@table("OnlineRetail.csv", "long")
def invoices_of_a_shop(r: random.Random) -> Made:
    names = goods("en")
    b = orders(r, "en", 80, 6)
    rows = lines(
        b,
        lambda o, n, p, item: [
            536365 + o,
            goods("sku")[names.index(item) % 12],
            item.upper(),
            r.choice([1, 2, 6, 12]),
            f"12/{1 + o // 20}/2010 {8 + o % 9}:{10 + o % 50}",
            f"{price(item):.2f}",
            17850 + o % 23,
            r.choice(["United Kingdom"] * 9 + ["France"]),
        ],
    )
    header = ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"]
    return written([header, *rows]), sets([item.upper() for item in basket] for basket in b)


@table("Groceries_dataset.csv", "long")
def members_and_dates(r: random.Random) -> Made:
    b = orders(r, "en", 300, 3)
    keys = r.sample([(m, d) for m in range(1000, 1080) for d in range(0, 700, 7)], len(b))
    rows = lines(b, lambda o, n, p, item: [keys[o][0], day(keys[o][1], "%d-%m-%Y"), item])
    r.shuffle(rows)
    return written([["Member_number", "Date", "itemDescription"], *rows]), sets(b)


@table("BreadBasket_DMS.csv", "long")
def bakery(r: random.Random) -> Made:
    b = orders(r, "en", 150, 4)
    rows = lines(
        b,
        lambda o, n, p, item: [
            day(o // 20),
            f"{8 + o % 20 // 2:02}:{o % 60:02}:{(7 * o) % 60:02}",
            o + 1,
            item.capitalize(),
        ],
    )
    return written([["Date", "Time", "Transaction", "Item"], *rows]), sets([i.capitalize() for i in x] for x in b)


@table("bakery.csv", "long")
def bakery_with_dayparts(r: random.Random) -> Made:
    b = orders(r, "en", 150, 4)
    rows = lines(
        b,
        lambda o, n, p, item: [
            o + 1,
            item,
            f"{day(o // 20, '%m/%d/%Y')} {8 + o % 20 // 2}:{o % 60:02}",
            ["Morning", "Afternoon"][o % 2],
            ["Weekend", "Weekday"][o // 20 % 2],
        ],
    )
    return written([["TransactionNo", "Items", "DateTime", "Daypart", "DayType"], *rows]), sets(b)


@table("order_products.csv", "long")
def numbered_products_with_cart_order(r: random.Random) -> Made:
    b = [[str(i) for i in r.sample(range(1, 400), r.randint(1, 9))] for _ in range(300)]
    rows = lines(b, lambda o, n, p, item: [2 + o * 3, item, p + 1, r.randint(0, 1)])
    return written([["order_id", "product_id", "add_to_cart_order", "reordered"], *rows]), sets(b)


@table("ratings.csv", "long")
def film_ratings(r: random.Random) -> Made:
    b = [[str(i) for i in sorted(r.sample(range(1, 900), r.randint(4, 40)))] for _ in range(60)]
    rows = lines(
        b, lambda o, n, p, item: [o + 1, item, r.choice(["3.0", "4.0", "5.0", "2.5"]), 964981247 + r.randrange(10**7)]
    )
    return written([["userId", "movieId", "rating", "timestamp"], *rows]), sets(b)


@table("trans.txt", "long")
def two_columns_without_header(r: random.Random) -> Made:
    b = orders(r, "en", 40, 5)
    return written(lines(b, lambda o, n, p, item: [o + 1, item])), sets(b)


@table("commandes.csv", "long")
def french_order_lines(r: random.Random) -> Made:
    b = orders(r, "fr")
    rows = lines(
        b,
        lambda o, n, p, item: [
            f"CMD{o:05}",
            day(o // 4, "%d/%m/%Y"),
            f"Client {o % 13}",
            item,
            r.randint(1, 5),
            f"{price(item):.2f}".replace(".", ","),
        ],
    )
    return written([["N° commande", "Date", "Client", "Désignation", "Qté", "PU HT"], *rows], ";"), sets(b)


@table("ventas.csv", "long")
def spanish_item_first(r: random.Random) -> Made:
    b = orders(r, "es")
    rows = lines(
        b, lambda o, n, p, item: [item, r.randint(1, 5), f"{price(item):.2f}", f"F-{o}", day(o // 5, "%d/%m/%Y")]
    )
    return written([["producto", "cantidad", "precio", "factura", "fecha"], *rows]), sets(b)


@table("vendas.csv", "long")
def portuguese_receipts(r: random.Random) -> Made:
    b = orders(r, "pt")
    rows = lines(b, lambda o, n, p, item: [["Centro", "Norte"][o % 2], 90210 + o, item, r.randint(1, 3)])
    return written([["Loja", "Nota Fiscal", "Produto", "Quantidade"], *rows], ";"), sets(b)


@table("売上.csv", "long")
def japanese_receipts(r: random.Random) -> Made:
    b = orders(r, "ja")
    rows = lines(
        b,
        lambda o, n, p, item: [
            day(o // 5, "%Y/%m/%d"),
            f"{20230000 + o}",
            item,
            r.randint(1, 3),
            int(100 * price(item)),
        ],
    )
    return "\ufeff" + written([["日付", "伝票番号", "商品名", "数量", "単価"], *rows], end="\r\n"), sets(b)


@table("주문.csv", "long")
def korean_order_lines(r: random.Random) -> Made:
    b = orders(r, "ko")
    rows = lines(
        b,
        lambda o, n, p, item: [
            f"2024-{o:06}",
            f"회원{o % 9}",
            item,
            r.randint(1, 3),
            int(1000 * price(item)),
            day(o // 5),
        ],
    )
    return written([["주문번호", "회원명", "상품명", "수량", "단가", "주문일자"], *rows]), sets(b)


@table("продажи.csv", "long")
def russian_receipts(r: random.Random) -> Made:
    b = orders(r, "ru")
    rows = lines(
        b,
        lambda o, n, p, item: [
            n + 1,
            day(o // 5, "%d.%m.%Y"),
            70000 + o,
            item,
            r.randint(1, 3),
            f"{price(item):.2f}".replace(".", ","),
        ],
    )
    return written([["№", "Дата", "Номер чека", "Товар", "Кол-во", "Цена"], *rows], ";"), sets(b)


@table("frame.csv", "long")
def pandas_index_in_front(r: random.Random) -> Made:
    b = orders(r)
    rows = lines(b, lambda o, n, p, item: [n, item, f"T{o}"])
    return written([["", "product", "transaction"], *rows]), sets(b)


@table("trans.csv", "long")
def r_write_csv_of_pairs(r: random.Random) -> Made:
    b = orders(r)
    rows = lines(b, lambda o, n, p, item: [str(n + 1), o + 1, item])
    return written([["", "TID", "item"], *rows], quoting=csv.QUOTE_NONNUMERIC), sets(b)


@table("five.csv", "long")
def five_rows(r: random.Random) -> Made:
    rows = [[1, "milk"], [1, "bread"], [2, "milk"], [3, "bread"], [3, "beer"]]
    return written([["order", "item"], *rows]), sets([["milk", "bread"], ["milk"], ["bread", "beer"]])


@table("dump.txt", "long")
def sql_export_with_pipes(r: random.Random) -> Made:
    b, names = orders(r, "en", 90), goods("en")
    rows = lines(
        b,
        lambda o, n, p, item: [
            n + 7001,
            88 + o,
            p + 1,
            f"P{100 + names.index(item)}",
            item,
            r.choice(["NULL", "promo"]),
            f"{day(o)} 00:00:00",
        ],
    )
    return written([["id", "order_id", "line_no", "sku", "name", "note", "created_at"], *rows], "|"), sets(b)


@table("銷售.csv", "long")
def taiwanese_order_lines(r: random.Random) -> Made:
    b = orders(r, "tw")
    rows = lines(b, lambda o, n, p, item: [item, f"A{o:04}", r.randint(1, 3), day(o // 9, "%Y/%m/%d")])
    r.shuffle(rows)
    return written([["品項", "訂單編號", "數量", "交易日期"], *rows]), sets(b)


@table("clicks.tsv", "long")
def pages_of_sessions(r: random.Random) -> Made:
    pages = ["/", "/cart", "/help", "/search", "/p/1", "/p/2", "/p/3", "/p/4", "/login"]
    b = [list(dict.fromkeys(r.choices(pages, k=r.randint(1, 5)))) for _ in range(90)]
    rows = lines(
        b,
        lambda o, n, p, item: [
            f"{day(o)}T10:{p:02}:{n % 60:02}Z",
            f"{hash_of(o)}",
            item,
            r.choice(["GET", "POST"]),
            r.choice([200, 200, 304]),
        ],
    )
    return written([["ts", "session_id", "url", "method", "status"], *rows], "\t"), sets(b)


def hash_of(n: int) -> str:
    return f"{n * 2654435761 % 2**32:08x}"


@table("data.csv", "long")
def names_that_say_nothing(r: random.Random) -> Made:
    b = orders(r, "en", 120, 4)
    rows = lines(b, lambda o, n, p, item: [f"{price(item):.2f}", item, day(o // 9), 100 + o])
    return written([["c1", "c2", "c3", "c4"], *rows]), sets(b)


@table("purchases.csv", "long")
def emails_and_purchases(r: random.Random) -> Made:
    b = orders(r, "en", 70, 6)
    rows = lines(b, lambda o, n, p, item: [item, f"{hash_of(o)}@example.com"])
    r.shuffle(rows)
    return written([["purchased", "email"], *rows]), sets(b)


@table("UserBehavior.csv", "long")
def user_item_category_without_header(r: random.Random) -> Made:
    b = [[str(2000000 + i * 37) for i in r.sample(range(300), r.randint(2, 12))] for _ in range(80)]
    rows = lines(
        b,
        lambda o, n, p, item: [
            1 + o,
            item,
            100000 + int(item) % 17,
            r.choice(["pv", "pv", "pv", "buy", "cart"]),
            1511544070 + r.randrange(10**5),
        ],
    )
    return written(rows), sets(b)


@table("pos.csv", "long")
def till_with_store_cashier_and_username(r: random.Random) -> Made:
    b = orders(r, "en", 200, 5)
    rows = lines(
        b,
        lambda o, n, p, item: [
            f"S{o % 3}",
            ["anna", "ben", "carla"][o % 3],
            f"{day(o // 10)} {9 + o % 10}:{o % 60:02}",
            f"R-{o:06}",
            ["dairy", "bakery", "other"][len(item) % 3],
            item,
            1,
            f"{price(item):.2f}",
            ["cash", "card"][o % 2],
        ],
    )
    return written(
        [
            ["Store", "username", "Timestamp", "Receipt No.", "Department", "Item Name", "Qty", "Amount", "Payment"],
            *rows,
        ]
    ), sets(b)


@table("orders_items.csv", "long")
def names_with_quotes_and_commas(r: random.Random) -> Made:
    b = [[f"{item}, {len(item)} oz" for item in basket] for basket in orders(r, "en", 60)]
    rows = lines(b, lambda o, n, p, item: [f"#{1001 + o}", f"c{o % 9}@example.org", day(o // 4), item, r.randint(1, 3)])
    return written([["Name", "Email", "Created at", "Lineitem name", "Lineitem quantity"], *rows]), sets(b)


@table("prescriptions.csv", "long")
def patients_and_drugs(r: random.Random) -> Made:
    drugs = ["metformin", "aspirin", "ramipril", "statin", "insulin", "ibuprofen", "warfarin"]
    b = [r.sample(drugs, r.randint(1, 4)) for _ in range(80)]
    rows = lines(b, lambda o, n, p, item: [f"P{o:04}", r.choice("MF"), item, f"{r.choice([5, 10, 20])} mg"])
    return written([["patient_id", "sex", "drug", "dose"], *rows]), sets(b)


@table("big.csv", "long", slow=True)
def a_million_shuffled_rows(r: random.Random) -> Made:
    b = [[f"item {i}" for i in {int(r.expovariate(0.02)) for _ in range(r.randint(1, 5))}] for _ in range(400_000)]
    rows = [f"{day(o % 900)},{o % 50021},{item},{r.randint(1, 3)},{o}" for o, basket in enumerate(b) for item in basket]
    r.shuffle(rows)
    return "date,customer,item,qty,order_no\n" + "\n".join(rows) + "\n", sets(b)


@table("大订单.csv", "long", slow=True)
def a_million_grouped_rows_in_chinese(r: random.Random) -> Made:
    b = [[f"商品{i}" for i in {int(r.expovariate(0.02)) for _ in range(r.randint(1, 5))}] for _ in range(400_000)]
    rows = [f"{o},{day(o % 900)},{1 + int(item[2:]) % 7}类,{item}" for o, basket in enumerate(b) for item in basket]
    return "单据编号,下单时间,类别,商品\n" + "\n".join(rows) + "\n", sets(b)


# ---- a transaction a row


@table("groceries.csv", "basket")
def baskets_with_commas(r: random.Random) -> Made:
    b = orders(r, "en", 200, 9)
    return written(b), sets(b)


@table("retail.dat", "basket")
def fimi(r: random.Random) -> Made:
    b = [[str(i) for i in sorted(r.sample(range(200), r.randint(1, 12)))] for _ in range(200)]
    return "".join(" ".join(basket) + " \n" for basket in b), sets(b)


@table("Mappe1.csv", "basket")
def spreadsheet_with_blank_cells(r: random.Random) -> Made:
    b = orders(r, "de", 80, 7)
    return written(padded(b), ";", end="\r\n"), sets(b)


@table("groceries.csv", "basket")
def item_columns_with_a_count(r: random.Random) -> Made:
    b = orders(r, "en", 120, 7)
    rows = [[len(basket), *row] for basket, row in zip(b, padded(b), strict=True)]
    return written([["Item(s)", *(f"Item {i + 1}" for i in range(len(rows[0]) - 1))], *rows]), sets(b)


@table("store_data.csv", "basket")
def pandas_without_index(r: random.Random) -> Made:
    b = orders(r, "en", 90, 8)
    rows = padded(b)
    return written([list(range(len(rows[0]))), *rows]), sets(b)


@table("frame.csv", "basket")
def pandas_with_index(r: random.Random) -> Made:
    b = orders(r, "fr", 90, 6)
    rows = [[i, *row] for i, row in enumerate(padded(b))]
    return written([["", *range(len(rows[0]) - 1)], *rows]), sets(b)


@table("购物篮.txt", "basket")
def chinese_baskets_with_enumeration_commas(r: random.Random) -> Made:
    b = orders(r, "zh", 60)
    return "".join("、".join(basket) + "\n" for basket in b), sets(b)


@table("购物篮.txt", "basket")
def chinese_baskets_with_wide_commas(r: random.Random) -> Made:
    b = orders(r, "zh", 60)
    return "".join("，".join(basket) + "\n" for basket in b), sets(b)


@table("korb.csv", "basket")
def baskets_with_semicolons(r: random.Random) -> Made:
    b = orders(r, "de", 70)
    return written(b, ";"), sets(b)


@table("baskets.tsv", "basket")
def baskets_with_tabs(r: random.Random) -> Made:
    b = orders(r, "ru", 70)
    return written(b, "\t"), sets(b)


@table("transactions.csv", "basket")
def ids_in_front_without_header(r: random.Random) -> Made:
    b = orders(r, "en", 90)
    return written([[f"T{i + 100}", *basket] for i, basket in enumerate(b)]), sets(b)


@table("transactions.csv", "basket")
def ids_in_front_with_short_header(r: random.Random) -> Made:
    b = orders(r, "en", 90)
    return written([["TID", "Items"], *([i + 1, *basket] for i, basket in enumerate(b))]), sets(b)


@table("lists.csv", "basket")
def ids_and_a_quoted_list(r: random.Random) -> Made:
    b = orders(r, "en", 60)
    return written([["Order", "Items bought"], *([101 + i, ", ".join(basket)] for i, basket in enumerate(b))]), sets(b)


@table("quoted.csv", "basket")
def quoted_lines(r: random.Random) -> Made:
    b = orders(r, "en", 60)
    return written([[",".join(basket)] for basket in b], quoting=csv.QUOTE_ALL), sets(b)


@table("lists.csv", "basket")
def python_lists(r: random.Random) -> Made:
    b = orders(r, "en", 60)
    return written([["tid", "items"], *([i + 1, str(basket)] for i, basket in enumerate(b))]), sets(b)


@table("contextPasquier.txt", "basket")
def spmf_with_names(r: random.Random) -> Made:
    b = orders(r, "en", 40)
    names = goods("en")
    head = "@CONVERTED_FROM_TEXT\n" + "".join(f"@ITEM={i + 1}={name}\n" for i, name in enumerate(names))
    return head + "".join(" ".join(str(names.index(item) + 1) for item in basket) + "\n" for basket in b), sets(b)


@table("Groceries.txt", "basket")
def r_quoted_words(r: random.Random) -> Made:
    b = orders(r, "en", 80)
    return "".join(" ".join(f'"{item}"' for item in basket) + "\n" for basket in b), sets(b)


@table("transactions.csv", "basket")
def r_transactions_as_a_frame(r: random.Random) -> Made:
    b = orders(r, "en", 80)
    rows = [[str(i + 1), "{" + ",".join(basket) + "}"] for i, basket in enumerate(b)]
    return written([["", "items"], *rows], quoting=csv.QUOTE_ALL), sets(b)


@table("words.txt", "basket")
def words_of_sentences(r: random.Random) -> Made:
    words = ["我们", "今天", "去", "公园", "玩", "他", "喜欢", "吃", "苹果", "天气", "很", "好", "，", "。"]
    b = [r.choices(words, k=r.randint(3, 9)) for _ in range(60)]
    return "".join(" ".join(basket) + "\n" for basket in b), sets(b)


@table("tags.csv", "basket")
def hashtags(r: random.Random) -> Made:
    tags = ["#love", "#sun", "#food", "#cat", "#travel", "#ootd", "#nofilter"]
    b = [r.sample(tags, r.randint(1, 5)) for _ in range(50)]
    return written(b), sets(b)


@table("posts.csv", "basket")
def json_lists(r: random.Random) -> Made:
    b = orders(r, "ru", 50)
    rows = [[i, json.dumps(basket, ensure_ascii=False)] for i, basket in enumerate(b)]
    return written([["id", "tags"], *rows]), sets(b)


@table("toy.csv", "basket")
def five_baskets(r: random.Random) -> Made:
    b = [
        ["milk", "onion", "nutmeg", "beans", "eggs", "yogurt"],
        ["dill", "onion", "nutmeg", "beans", "eggs", "yogurt"],
        ["milk", "apple", "beans", "eggs"],
        ["milk", "unicorn", "corn", "beans", "yogurt"],
        ["corn", "onion", "ice cream", "beans", "eggs"],
    ]
    return written(b), sets(b)


@table("recipes.csv", "basket")
def three_items_in_every_row(r: random.Random) -> Made:
    b = [r.sample(goods("en"), 3) for _ in range(80)]
    return written(b), sets(b)


@table("订单.csv", "basket")
def chinese_item_columns_with_ids(r: random.Random) -> Made:
    b = orders(r, "zh", 70, 5)
    rows = [[f"D{i:04}", day(i // 4), *row] for i, row in enumerate(padded(b))]
    return written([["订单号", "日期", *(f"商品{i + 1}" for i in range(len(rows[0]) - 2))], *rows]), sets(b)


@table("bons.csv", "basket")
def german_item_columns(r: random.Random) -> Made:
    b = orders(r, "de", 70, 4)
    rows = [[7000 + i, *row] for i, row in enumerate(padded(b))]
    return written([["Bon-Nr.", *(f"Artikel {i + 1}" for i in range(len(rows[0]) - 1))], *rows], ";"), sets(b)


@table("かご.csv", "basket")
def japanese_baskets(r: random.Random) -> Made:
    b = orders(r, "ja", 60)
    return written(b), sets(b)


@table("caddies.csv", "basket")
def baskets_with_spaces_and_pipes(r: random.Random) -> Made:
    b = orders(r, "fr", 60)
    return "".join(" | ".join(basket) + "\n" for basket in b), sets(b)


@table("pedidos.csv", "basket")
def ids_and_a_list_with_semicolons(r: random.Random) -> Made:
    b = orders(r, "es", 60)
    return written(
        [["pedido", "cliente", "productos"], *([f"P{i}", f"C{i % 7}", ";".join(x)] for i, x in enumerate(b))]
    ), sets(b)


@table("genres.csv", "basket")
def films_and_their_genres(r: random.Random) -> Made:
    genres = ["Action", "Comedy", "Drama", "Horror", "Romance", "Thriller", "War"]
    b = [r.sample(genres, r.randint(1, 4)) for _ in range(90)]
    rows = [[i + 1, f"Film {hash_of(i)} ({1950 + i % 60})", "|".join(basket)] for i, basket in enumerate(b)]
    return written([["movieId", "title", "genres"], *rows]), sets(b)


@table("big.dat", "basket", slow=True)
def half_a_million_baskets(r: random.Random) -> Made:
    b = [{str(int(r.expovariate(0.01))) for _ in range(r.randint(1, 8))} for _ in range(500_000)]
    return "".join(" ".join(basket) + "\n" for basket in b), sets(b)


# ---- a column an item


@table("onehot.csv", "onehot")
def zeros_and_ones_with_ids(r: random.Random) -> Made:
    names, b = goods("en"), orders(r)
    rows = [[i + 1, *row] for i, row in enumerate(flags(b, names, 1, 0))]
    return written([["id", *names], *rows]), sets(b)


@table("frame.csv", "onehot")
def pandas_booleans_with_index(r: random.Random) -> Made:
    names, b = goods("en"), orders(r)
    return written([["", *names], *([i, *row] for i, row in enumerate(flags(b, names, True, False)))]), sets(b)


@table("matrix.csv", "onehot")
def letter_x_and_blanks(r: random.Random) -> Made:
    names, b = goods("de"), orders(r, "de")
    return written([["Bon", *names], *([i, *row] for i, row in enumerate(flags(b, names, "x", "")))], ";"), sets(b)


@table("是否.csv", "onehot")
def chinese_yes_and_no(r: random.Random) -> Made:
    names, b = goods("zh"), orders(r, "zh")
    return written([["订单号", *names], *([f"D{i}", *row] for i, row in enumerate(flags(b, names, "是", "否")))]), sets(
        b
    )


@table("floats.csv", "onehot")
def floats(r: random.Random) -> Made:
    names, b = goods("en"), orders(r)
    return written([["id", *names], *([i, *row] for i, row in enumerate(flags(b, names, "1.0", "0.0")))]), sets(b)


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
    names, b = goods("de"), orders(r, "de")
    return written(
        [["Kunde", *names], *([f"Kunde {hash_of(i)}", *row] for i, row in enumerate(flags(b, names, "ja", "nein")))],
        ";",
    ), sets(b)


@table("checks.csv", "onehot")
def check_marks(r: random.Random) -> Made:
    names, b = goods("en"), orders(r)
    return written([["order", *names], *([i, *row] for i, row in enumerate(flags(b, names, "✓", "")))]), sets(b)


@table("matrix.csv", "onehot")
def r_booleans_with_row_names(r: random.Random) -> Made:
    names, b = goods("fr"), orders(r, "fr")
    rows = [[f'"{i + 1}"', *row] for i, row in enumerate(flags(b, names, "TRUE", "FALSE"))]
    header = ",".join(['""', *(f'"{name}"' for name in names)])
    return header + "\n" + "".join(",".join(map(str, row)) + "\n" for row in rows), sets(b)


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
    names, b = goods("pt"), orders(r, "pt")
    return written([["data", *names], *([day(i), *row] for i, row in enumerate(flags(b, names, 1, 0)))]), sets(b)


@table("five.csv", "onehot")
def five_rows_of_flags(r: random.Random) -> Made:
    rows = [[1, 1, 0], [1, 0, 0], [0, 1, 1], [1, 1, 1], [0, 0, 1]]
    names = ["milk", "bread", "beer"]
    return written([names, *rows]), sets([n for n, held in zip(names, row, strict=True) if held] for row in rows)


@table("flags.tsv", "onehot")
def korean_o_and_x(r: random.Random) -> Made:
    names, b = goods("ko"), orders(r, "ko")
    return written(
        [["주문번호", *names], *([i + 1, *row] for i, row in enumerate(flags(b, names, "예", "아니오")))], "\t"
    ), sets(b)


@table("да.csv", "onehot")
def russian_yes_and_no(r: random.Random) -> Made:
    names, b = goods("ru"), orders(r, "ru")
    return written(
        [["Чек", *names], *([i + 1, *row] for i, row in enumerate(flags(b, names, "да", "нет")))], ";"
    ), sets(b)


@table("ids.csv", "onehot")
def several_ids_in_front(r: random.Random) -> Made:
    names, b = goods("en"), orders(r)
    rows = [[9000 + i, 100 + i % 19, day(i // 5), *row] for i, row in enumerate(flags(b, names, 1, 0))]
    return written([["order_id", "customer_id", "order_date", *names], *rows]), sets(b)


@table("big.csv", "onehot", slow=True)
def two_hundred_thousand_rows_of_flags(r: random.Random) -> Made:
    names = [f"p{i}" for i in range(20)]
    b = [[name for name in names if r.random() < 0.15] for _ in range(200_000)]
    rows = (",".join("1" if name in basket else "0" for name in names) for basket in map(set, b))
    return ",".join(["tid", *names]) + "\n" + "".join(f"{i},{row}\n" for i, row in enumerate(rows)), sets(b)


# ---- a cell a category

SURVEY = (["f", "m"], ["18-29", "30-44", "45-64", "65+"], ["daily", "weekly", "never"], ["north", "south"])


def numbered_answers(
    r: random.Random,
    header: list[str],
    *choices: Sequence[object],
    start: int = 1,
    delimiter: str = ",",
    count: int = 80,
) -> Made:
    """A survey whose first column numbers the rows."""
    rows = drawn(r, count, *choices)
    text = written([header, *([start + i, *row] for i, row in enumerate(rows))], delimiter)
    return text, answers(header[1:], rows)


@table("survey.csv", "table")
def survey(r: random.Random) -> Made:
    header = ["gender", "age group", "shops", "region"]
    rows = drawn(r, 90, *SURVEY)
    return written([header, *rows]), answers(header, rows)


@table("titanic.csv", "table")
def titanic(r: random.Random) -> Made:
    header = ["Class", "Sex", "Age", "Survived"]
    rows = drawn(r, 200, ["1st", "2nd", "3rd", "Crew"], ["Male", "Female"], ["Child", "Adult"], ["No", "Yes"])
    return written([header, *rows]), answers(header, rows)


@table("likert.csv", "table")
def five_point_scales_with_ids(r: random.Random) -> Made:
    scale = [1, 2, 3, 4, 5]
    return numbered_answers(r, ["respondent_id", "Q1", "Q2", "Q3", "Q4", "Q5"], *[scale] * 5)


@table("agaricus-lepiota.data", "table")
def letters_without_header(r: random.Random) -> Made:
    rows = drawn(r, 300, "pe", "xbsf", "sfyg", "nbcgw", "tf", "alcn", "f", "cw", "bn")
    return written(rows), answers([f"column {i + 1}" for i in range(9)], rows)


@table("问卷.csv", "table")
def chinese_survey(r: random.Random) -> Made:
    header = ["序号", "性别", "年龄段", "学历", "是否满意"]
    return numbered_answers(
        r, header, ["男", "女"], ["18-25岁", "26-35岁", "36岁以上"], ["本科", "大专", "硕士"], ["是", "否"]
    )


@table("Umfrage.csv", "table")
def german_survey(r: random.Random) -> Made:
    header = ["Nr", "Geschlecht", "Alter", "Zufriedenheit", "Bundesland"]
    choices = (
        ["weiblich", "männlich"],
        ["unter 30", "30 bis 50", "über 50"],
        ["hoch", "mittel", "niedrig"],
        ["Bayern", "Hessen"],
    )
    return numbered_answers(r, header, *choices, delimiter=";")


@table("mushrooms.csv", "table")
def letters_with_header(r: random.Random) -> Made:
    header = ["class", "cap-shape", "cap-surface", "cap-color", "bruises", "odor"]
    rows = drawn(r, 300, "pe", "xbsf", "sfyg", "nbcgw", "tf", "alcn")
    return written([header, *rows]), answers(header, rows)


@table("weather.nominal.arff", "table")
def arff_of_weather(r: random.Random) -> Made:
    names = ["outlook", "temperature", "humidity", "windy", "play"]
    choices = (
        ["sunny", "overcast", "rainy"],
        ["hot", "mild", "cool"],
        ["high", "normal"],
        ["TRUE", "FALSE"],
        ["yes", "no"],
    )
    rows = drawn(r, 14, *choices)
    head = "".join(f"@attribute {name} {{{', '.join(choice)}}}\n" for name, choice in zip(names, choices, strict=True))
    return "@relation weather.symbolic\n\n" + head + "\n@data\n" + written(rows), answers(names, rows)


@table("weather.csv", "table")
def fourteen_days(r: random.Random) -> Made:
    header = ["outlook", "temp", "humidity", "windy", "play"]
    rows = drawn(
        r,
        14,
        ["sunny", "overcast", "rainy"],
        ["hot", "mild", "cool"],
        ["high", "normal"],
        ["weak", "strong"],
        ["yes", "no"],
    )
    return written([header, *rows]), answers(header, rows)


@table("frame.csv", "table")
def pandas_categories(r: random.Random) -> Made:
    return numbered_answers(
        r, ["", "color", "size", "shape"], ["red", "blue"], ["big", "small"], ["round", "square", "flat"], start=0
    )


@table("Titanic.txt", "table")
def r_write_table(r: random.Random) -> Made:
    header = ["Class", "Sex", "Age", "Survived"]
    rows = drawn(r, 100, ["1st", "2nd", "3rd", "Crew"], ["Male", "Female"], ["Child", "Adult"], ["No", "Yes"])
    quoted = [" ".join(f'"{cell}"' for cell in [i + 1, *row]) for i, row in enumerate(rows)]
    return " ".join(f'"{name}"' for name in header) + "\n" + "\n".join(quoted) + "\n", answers(header, rows)


@table("アンケート.csv", "table")
def japanese_survey(r: random.Random) -> Made:
    header = ["回答者ID", "性別", "年代", "利用頻度"]
    return numbered_answers(r, header, ["男性", "女性"], ["20代", "30代", "40代"], ["毎日", "週1回", "利用しない"])


@table("설문.csv", "table")
def korean_survey(r: random.Random) -> Made:
    header = ["번호", "성별", "연령대", "만족도"]
    return numbered_answers(r, header, ["남", "여"], ["20대", "30대", "40대"], ["만족", "보통", "불만족"])


@table("enquete.csv", "table")
def french_survey(r: random.Random) -> Made:
    header = ["sexe", "âge", "fréquence", "satisfait"]
    rows = drawn(r, 70, ["homme", "femme"], ["18-30", "31-50", "51+"], ["souvent", "rarement"], ["oui", "non"])
    return written([header, *rows], ";"), answers(header, rows)


@table("опрос.csv", "table")
def russian_survey(r: random.Random) -> Made:
    header = ["пол", "возраст", "город", "доволен"]
    rows = drawn(r, 70, ["муж", "жен"], ["до 30", "30-50", "50+"], ["Москва", "Казань", "Омск"], ["да", "нет"])
    return written([header, *rows], ";"), answers(header, rows)


@table("car.csv", "table")
def columns_that_share_values(r: random.Random) -> Made:
    header = ["buying", "maint", "doors", "persons", "lug_boot", "safety", "class"]
    four = ["vhigh", "high", "med", "low"]
    rows = drawn(
        r,
        300,
        four,
        four,
        [2, 3, 4, "5more"],
        [2, 4, "more"],
        ["small", "med", "big"],
        four[1:],
        ["unacc", "acc", "good"],
    )
    return written([header, *rows]), answers(header, rows)


@table("adult.csv", "table")
def numbers_among_categories(r: random.Random) -> Made:
    header = ["age", "workclass", "education", "hours-per-week", "income"]
    rows = drawn(
        r,
        200,
        range(17, 80),
        ["Private", "State-gov", "Self-emp"],
        ["HS-grad", "Bachelors", "Masters"],
        [20, 35, 40, 40, 50],
        ["<=50K", ">50K"],
    )
    return written([header, *rows]), answers(header, rows)


@table("patients.csv", "table")
def missing_answers(r: random.Random) -> Made:
    header = ["patient_id", "diagnosis", "smoker", "stage", "outcome"]
    return numbered_answers(
        r, header, ["flu", "asthma", "copd"], ["yes", "no", ""], ["I", "II", "III"], ["good", "bad"]
    )


@table("encuesta.csv", "table")
def spanish_survey_with_names(r: random.Random) -> Made:
    header = ["nombre", "sexo", "edad", "compra"]
    rows = drawn(r, 60, ["H", "M"], ["joven", "adulto", "mayor"], ["siempre", "a veces", "nunca"])
    return written([header, *([f"Persona {hash_of(i)}", *row] for i, row in enumerate(rows))]), answers(
        header[1:], rows
    )


@table("big.csv", "table", slow=True)
def two_hundred_thousand_answers(r: random.Random) -> Made:
    header = ["gender", "age group", "shops", "region"]
    rows = drawn(r, 200_000, *SURVEY)
    return written([header, *rows]), answers(header, rows)


# ---- kinds that were thought of after the guess had been made


@late("orders_export.csv", "long")
def shopify_orders_whose_later_lines_lack_the_head(r: random.Random) -> Made:
    b = orders(r, "en", 60, 4)
    rows = lines(
        b,
        lambda o, n, p, item: [
            f"#{1000 + o}",
            *(["", "", ""] if p else [f"c{o % 31}@example.com", "paid", f"{day(o // 4)} 10:{o % 60:02d}:00 +0100"]),
            r.randint(1, 3),
            item,
            f"{price(item):.2f}",
            f"SKU-{goods('en').index(item):03d}",
        ],
    )
    header = [
        "Name", "Email", "Financial Status", "Created at", "Lineitem quantity", "Lineitem name", "Lineitem price",
        "Lineitem sku",
    ]  # fmt: skip
    return written([header, *rows]), sets(b)


@late("amazon-orders.txt", "long")
def amazon_order_report(r: random.Random) -> Made:
    b = orders(r, "en", 60, 4)
    rows = lines(
        b,
        lambda o, n, p, item: [
            f"026-{1234567 + 7 * o}-{7654321 - 3 * o}",
            f"{98765432100000 + n}",
            f"{day(o // 5)}T08:{o % 60:02d}:11+00:00",
            f"buyer{o % 23}@marketplace.example.com",
            f"SKU-{goods('en').index(item):03d}",
            item,
            r.randint(1, 3),
            "EUR",
            f"{price(item):.2f}",
        ],
    )
    header = [
        "order-id", "order-item-id", "purchase-date", "buyer-email", "sku", "product-name", "quantity-purchased",
        "currency", "item-price",
    ]  # fmt: skip
    return written([header, *rows], "\t"), sets(b)


@late("items-2026.csv", "long")
def square_items_by_transaction(r: random.Random) -> Made:
    b = orders(r, "en", 80, 4)
    rows = lines(
        b,
        lambda o, n, p, item: [
            day(o // 9, "%m/%d/%y"), f"{8 + o % 9:02d}:{o * 7 % 60:02d}:{o % 60:02d}", "Pacific Time", "Food", item,
            f"{r.randint(1, 3)}.0", "Regular", f"${price(item):.2f}", f"T{o * 7919 % 100003:06d}xQ",
        ],
    )  # fmt: skip
    header = [
        "Date",
        "Time",
        "Time Zone",
        "Category",
        "Item",
        "Qty",
        "Price Point Name",
        "Gross Sales",
        "Transaction ID",
    ]
    return written([header, *rows]), sets(b)


@late("EXPORT.csv", "long")
def sap_export_with_title_lines(r: random.Random) -> Made:
    b = orders(r, "de", 70, 4)
    rows = lines(
        b,
        lambda o, n, p, item: [
            4500000 + o,
            10 * (p + 1),
            f"M-{goods('de').index(item):04d}",
            item,
            f"{r.randint(1, 9)},000",
        ],
    )
    header = ["Verkaufsbeleg", "Position", "Material", "Bezeichnung", "Auftragsmenge"]
    title = "Auftragspositionen\r\nStand: 01.02.2026;;;;\r\n\r\n"
    return title + written([header, *rows], ";", end="\r\n"), sets(b)


@late("ratings.dat", "long")
def ratings_between_double_colons(r: random.Random) -> Made:
    b = [list(dict.fromkeys(str(r.randint(1, 40) * 31) for _ in range(r.randint(3, 9)))) for _ in range(40)]
    rows = lines(b, lambda o, n, p, item: [o + 1, item, r.randint(1, 5), 978300760 + n])
    return "".join("::".join(map(str, row)) + "\n" for row in rows), sets(b)


@late("plays.tsv", "long")
def plays_of_users_and_artists(r: random.Random) -> Made:
    names = [
        "Radiohead",
        "The Beatles",
        "Daft Punk",
        "Björk",
        "Miles Davis",
        "周杰伦",
        "Portishead",
        "Air",
        "Blur",
        "Moby",
    ]
    b = [r.sample(names, r.randint(1, 5)) for _ in range(60)]
    users = [f"{r.getrandbits(64):016x}" for _ in b]
    rows = lines(b, lambda o, n, p, item: [users[o], item, r.randint(1, 900)])
    return written(rows, "\t"), sets(b)


@late("clicks.csv", "long")
def clicks_of_sessions(r: random.Random) -> Made:
    pages = ["/", "/shop", "/shop/tea", "/cart", "/checkout", "/help", "/blog/7", "/about"]
    b = [r.sample(pages, r.randint(1, 5)) for _ in range(70)]
    ids = [f"{r.getrandbits(32):08x}" for _ in b]
    rows = lines(
        b, lambda o, n, p, item: [f"{day(o // 9)}T{o % 24:02d}:00:{p:02d}Z", ids[o], f"10.0.0.{o % 200}", item, 200]
    )
    return written([["timestamp", "session_id", "ip", "url", "status"], *rows]), sets(b)


@late("diagnosen.csv", "long")
def diagnoses_of_hospital_cases(r: random.Random) -> Made:
    codes = ["I10", "E11.9", "J44.1", "N18.3", "I50.0", "E78.5", "F32.9", "M54.5", "K21.0"]
    b = [r.sample(codes, r.randint(1, 5)) for _ in range(60)]
    rows = lines(b, lambda o, n, p, item: [70000 + o, p + 1, item, "HD" if not p else "ND"])
    return written([["Fallnummer", "Lfd", "ICD", "Art"], *rows], ";"), sets(b)


@late("loans.csv", "long")
def loans_of_a_library(r: random.Random) -> Made:
    titles = ["Emma", "Dracula", "Ulysses", "Walden", "Faust", "Hamlet", "Candide", "Dubliners"]
    b = [r.sample(titles, r.randint(1, 4)) for _ in range(60)]
    rows = lines(b, lambda o, n, p, item: [900000 + n, f"R{o:05d}", item, day(n), day(n + 21)])
    return written([["loan_id", "borrower", "title", "loaned", "due"], *rows]), sets(b)


@late("选课.csv", "long")
def chinese_enrolments(r: random.Random) -> Made:
    courses = ["高等数学", "线性代数", "大学英语", "大学物理", "程序设计", "概率论", "体育", "思想政治"]
    b = [r.sample(courses, r.randint(2, 5)) for _ in range(50)]
    rows = lines(b, lambda o, n, p, item: [f"2023{o:04d}", f"学生{o}", item, r.randint(55, 99), "2023秋"])
    return written([["学号", "姓名", "课程", "成绩", "学期"], *rows]), sets(b)


@late("survey.csv", "basket")
def a_multiple_choice_beside_other_answers(r: random.Random) -> Made:
    tools = ["Python", "R", "SQL", "Excel", "Julia", "SAS"]
    b = [r.sample(tools, r.randint(1, 4)) for _ in range(60)]
    rows = [
        [f"{day(i // 9)} 09:{i % 60:02d}:00", r.choice(["f", "m"]), 20 + i % 40, ";".join(x)] for i, x in enumerate(b)
    ]
    header = ["Timestamp", "Gender", "Age", "Which tools do you use?"]
    return written([header, *rows]), sets(b)


@late("ExportOrderList.csv", "long", shown="its last row is a total")
def taobao_orders_with_protected_numbers(r: random.Random) -> Made:
    b = orders(r, "zh", 70, 4)
    rows = lines(
        b,
        lambda o, n, p, item: [
            f'="{2184000000000000000 + o}"',
            item,
            r.randint(1, 3),
            f"{price(item):.2f}",
            "交易成功",
        ],
    )
    total = ["合计", "", sum(row[2] for row in rows), "", ""]  # type: ignore[misc]
    return written([["订单编号", "商品标题", "购买数量", "商品金额", "订单状态"], *rows, total], end="\r\n"), sets(b)


@late("外卖订单.csv", "basket")
def meituan_orders_with_dishes_in_a_cell(r: random.Random) -> Made:
    dishes = ["宫保鸡丁", "米饭", "酸辣汤", "可乐", "鱼香肉丝", "水饺"]
    b = [r.sample(dishes, r.randint(1, 4)) for _ in range(60)]
    rows = [
        [f'="{30012345678900 + i}"', f"{day(i // 9)} 12:{i % 60:02d}", "+".join(x), f"{10 * len(x)}.5"]
        for i, x in enumerate(b)
    ]
    return written([["订单编号", "下单时间", "菜品", "实付金额"], *rows]), sets(b)


@late("POS売上.csv", "long")
def japanese_till_with_a_title(r: random.Random) -> Made:
    b = orders(r, "ja", 70, 4)
    rows = lines(
        b,
        lambda o, n, p, item: [
            day(o // 20, "%Y/%m/%d"),
            f"{o % 20 + 1:04d}-{o // 20}",
            item,
            1,
            int(100 * price(item)),
        ],
    )
    title = "売上明細一覧,,,,\r\n期間：2015/01/01～2015/01/31,,,,\r\n"
    return title + written([["売上日", "レシート番号", "商品名", "点数", "金額"], *rows], end="\r\n"), sets(b)


@late("baskets.csv", "basket")
def baskets_with_commas_at_the_end(r: random.Random) -> Made:
    b = orders(r, "en", 60, 5)
    return "".join(",".join(x) + "," * r.randint(0, 3) + "\n" for x in b), sets(b)


@late("supermarket.arff", "onehot")
def supermarket_of_weka(r: random.Random) -> Made:
    names = ["baby needs", "bread and cake", "juice-sat-cord-ms", "tea", "biscuits", "frozen foods", "fruit"]
    b = [[name for name in names if r.random() < 0.4] or [names[1]] for _ in range(60)]
    head = "@relation supermarket\n" + "".join(f"@attribute '{name}' {{ t}}\n" for name in names) + "@data\n"
    return head + "".join(",".join("t" if name in x else "?" for name in names) + "\n" for x in b), sets(b)
