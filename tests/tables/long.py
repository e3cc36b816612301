"""Tables with one item a row, and the ids of transactions."""

from __future__ import annotations

import csv
import random

from tests.tables.making import Made, day, goods, hash_of, lines, orders, price, sets, table, written


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
