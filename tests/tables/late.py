"""Tables of sixteen kinds that were thought of when the guess had been made."""

from __future__ import annotations

import random
from functools import partial

from tests.tables.making import Made, day, goods, joined, lines, orders, price, sets, table, written

late = partial(table, lap=2)


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
    return joined(rows, "::"), sets(b)


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
