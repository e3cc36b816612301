"""Tables of sixteen more kinds, in ten languages, that were thought of when the guess had been made."""

from __future__ import annotations

import random
from functools import partial

from tests.tables.making import (
    Made,
    answers,
    day,
    drawn,
    flags,
    goods,
    hash_of,
    lines,
    orders,
    price,
    sets,
    table,
    written,
)

latest = partial(table, lap=3)


@latest("paragony.csv", "long")
def polish_receipts(r: random.Random) -> Made:
    b = orders(r, "pl", 70)
    rows = lines(
        b,
        lambda o, n, p, item: [
            day(o // 9, "%d.%m.%Y"),
            f"{o // 9 + 1}/{o % 9 + 1:03d}",
            "spożywcze",
            item,
            f"{r.randint(1, 4)},000",
            f"{price(item):.2f}".replace(".", ","),
        ],
    )
    header = ["Data sprzedaży", "Nr paragonu", "Grupa", "Nazwa towaru", "Ilość", "Cena brutto"]
    return written([header, *rows], ";", end="\r\n"), sets(b)


@latest("satis.csv", "long")
def turkish_shuffled_receipts(r: random.Random) -> Made:
    b = orders(r, "tr", 80)
    rows = lines(
        b,
        lambda o, n, p, item: [
            item,
            r.randint(1, 4),
            f"{price(item):.2f}".replace(".", ","),
            f"{day(o // 9, '%d.%m.%Y')} {9 + o % 9:02d}:{o % 60:02d}",
            f"Z{o:06d}",
        ],
    )
    r.shuffle(rows)
    return written([["Ürün Adı", "Adet", "Tutar", "Tarih", "Fiş No"], *rows], ";"), sets(b)


@latest("đơn hàng.csv", "long")
def vietnamese_order_lines(r: random.Random) -> Made:
    b = orders(r, "vi", 60)
    rows = lines(
        b,
        lambda o, n, p, item: [
            n + 1,
            f"DH{o:05d}",
            day(o // 9, "%d/%m/%Y"),
            f"Nguyễn Văn {'ABCDEFG'[o % 7]}",
            item,
            r.randint(1, 4),
            int(10000 * price(item)),
        ],
    )
    header = ["STT", "Mã đơn hàng", "Ngày đặt", "Khách hàng", "Tên sản phẩm", "Số lượng", "Đơn giá"]
    return "\ufeff" + written([header, *rows]), sets(b)


@latest("فواتير.csv", "long")
def arabic_invoices(r: random.Random) -> Made:
    b = orders(r, "ar", 60)
    rows = lines(
        b, lambda o, n, p, item: [day(o // 9), 7000 + o, item, r.randint(1, 4), f"{price(item):.2f}", f"فرع {o % 3}"]
    )
    return written([["التاريخ", "رقم الفاتورة", "المنتج", "الكمية", "السعر", "الفرع"], *rows]), sets(b)


@latest("order_items.csv", "long")
def marketplace_with_hashes_everywhere(r: random.Random) -> Made:
    names = [f"{r.getrandbits(128):032x}" for _ in range(60)]
    sellers = [f"{r.getrandbits(128):032x}" for _ in range(12)]
    b = [r.sample(names, r.choice([1, 1, 2, 3])) for _ in range(120)]
    ids = [f"{r.getrandbits(128):032x}" for _ in b]
    rows = lines(
        b,
        lambda o, n, p, item: [
            ids[o],
            p + 1,
            item,
            sellers[names.index(item) % 12],
            f"{day(r.randint(0, 300))} {o % 24:02d}:{n % 60:02d}:11",
            f"{price(item):.2f}",
            f"{r.randint(500, 3000) / 100:.2f}",
        ],
    )
    header = ["order_id", "order_item_id", "product_id", "seller_id", "shipping_limit_date", "price", "freight_value"]
    return written([header, *rows]), sets(b)


@latest("D01.csv", "long")
def supermarket_days_of_customers_with_subclasses(r: random.Random) -> Made:
    products = [f"{4710000000000 + 7919 * i}" for i in range(80)]
    keys = r.sample([(c, d) for c in range(90) for d in range(25)], 200)
    b = [r.sample(products, r.randint(1, 5)) for _ in keys]
    rows = lines(
        b,
        lambda o, n, p, item: [
            f"{day(keys[o][1], '%m/%d/%Y')} 00:00:00",
            f"{1000000 + 31 * keys[o][0]:08d}",
            "ABCDEFGHIJK"[keys[o][0] % 11],
            "ABCDEFGH"[keys[o][0] % 8],
            100000 + products.index(item) // 4,
            item,
            r.randint(1, 3),
            int(20 * price(item)),
            int(25 * price(item)),
        ],
    )
    r.shuffle(rows)
    header = [
        "TRANSACTION_DT", "CUSTOMER_ID", "AGE_GROUP", "PIN_CODE", "PRODUCT_SUBCLASS", "PRODUCT_ID", "AMOUNT", "ASSET",
        "SALES_PRICE",
    ]  # fmt: skip
    return written([header, *rows]), sets(b)


@latest("销售出库单.csv", "long")
def chinese_delivery_notes_of_an_erp(r: random.Random) -> Made:
    b, names = orders(r, "zh", 70, 4), goods("zh")
    rows = lines(
        b,
        lambda o, n, p, item: [
            day(o // 5),
            f"XSCK2015{o:06d}",
            f"华东{o % 9}部",
            f"0{names.index(item) + 1:05d}",
            item,
            "500g" if names.index(item) % 2 else "1L",
            "件",
            f"{r.randint(1, 9)}.00",
            f"{price(item):.4f}",
        ],
    )
    header = ["单据日期", "单据编号", "往来单位", "存货编码", "存货名称", "规格型号", "主计量", "数量", "无税单价"]
    return written([header, *rows], "\t"), sets(b)


@latest("스마트스토어_주문.csv", "long")
def korean_shop_with_numbers_of_lines(r: random.Random) -> Made:
    b = orders(r, "ko", 70, 4)
    rows = lines(
        b,
        lambda o, n, p, item: [
            2015010100000000 + 17 * n,
            2015010190000000 + 13 * o,
            "배송완료",
            f"{'김이박최'[o % 4]}**",
            item,
            "기본" if r.random() < 0.5 else "대용량",
            r.randint(1, 3),
            f"{day(o // 9)} 10:{o % 60:02d}",
        ],
    )
    header = ["상품주문번호", "주문번호", "주문상태", "구매자명", "상품명", "옵션정보", "수량", "결제일"]
    return written([header, *rows]), sets(b)


@latest("продажи.csv", "long")
def russian_register_with_documents_as_text(r: random.Random) -> Made:
    b = orders(r, "ru", 70, 4)
    rows = lines(
        b,
        lambda o, n, p, item: [
            f"Реализация товаров и услуг 0000-{o:06d} от {day(o // 5, '%d.%m.%Y')} {9 + o % 9}:{o % 60:02d}:00",
            f"ООО «Клиент {o % 13}»",
            item,
            f"{r.randint(1, 9)},000",
            f"{price(item) * 100:.2f}".replace(".", ","),
        ],
    )
    return written([["Документ", "Контрагент", "Номенклатура", "Количество", "Сумма"], *rows], ";"), sets(b)


@latest("sale.order.csv", "long")
def orders_whose_number_stands_in_their_first_row_only(r: random.Random) -> Made:
    b = orders(r, "en", 60, 4)
    rows = lines(
        b,
        lambda o, n, p, item: [
            *(["", "", ""] if p else [f"S{o:05d}", f"Customer {o % 17}", f"{day(o // 4)} 10:{o % 60:02d}:00"]),
            item,
            f"{r.randint(1, 5)}.0",
        ],
    )
    header = [
        "Order Reference", "Customer", "Order Date", "Order Lines/Product", "Order Lines/Quantity",
    ]  # fmt: skip
    return written([header, *rows]), sets(b)


@latest("table5.txt", "basket", shown="T100: and the like stand in front of its rows")
def baskets_of_a_textbook(r: random.Random) -> Made:
    b = orders(r, "en", 30)
    return "".join(f"T{100 * (i + 1)}: {', '.join(x)}\n" for i, x in enumerate(b)), sets(b)


@latest("问卷星.csv", "basket")
def chinese_survey_with_several_answers(r: random.Random) -> Made:
    drinks = ["咖啡", "绿茶", "奶茶", "可乐", "矿泉水", "果汁"]
    b = [r.sample(drinks, r.randint(1, 4)) for _ in range(70)]
    rows = [
        [
            i + 1,
            f"2015/1/{i % 28 + 1} 10:{i % 60:02d}:07",
            f"{30 + i % 90}秒",
            r.choice(["微信", "手机提交"]),
            "┋".join(x),
        ]
        for i, x in enumerate(b)
    ]
    header = ["序号", "提交答卷时间", "所用时间", "来源", "3、您常喝的饮料有哪些？"]
    return "\ufeff" + written([header, *rows]), sets(b)


@latest("baskets.txt", "basket")
def lines_that_are_lists_of_python(r: random.Random) -> Made:
    b = orders(r, "en", 50)
    return "".join(f"{x!r}\n" for x in b), sets(b)


@latest("Pivot.csv", "onehot", shown="its last row is a total")
def german_pivot_with_totals(r: random.Random) -> Made:
    names, b = sorted(goods("de")), orders(r, "de")
    counts = [[r.randint(1, 4) if name in x else 0 for name in names] for x in b]
    rows = [[4500 + i, *(n or "" for n in row), sum(row)] for i, row in enumerate(counts)]
    total = ["Gesamtergebnis", *(sum(column) for column in zip(*counts, strict=True)), sum(map(sum, counts))]
    header = ["Zeilenbeschriftungen", *names, "Gesamtergebnis"]
    return written([header, *rows, total], ";", end="\r\n"), sets(b)


@latest("responses.csv", "onehot")
def options_that_stand_in_their_own_columns(r: random.Random) -> Made:
    names, b = goods("en")[:7], [r.sample(goods("en")[:7], r.randint(1, 4)) for _ in range(70)]
    rows = [[hash_of(i), *(name if mark else "" for name, mark in zip(names, row, strict=True))]
            for i, row in enumerate(flags(b, names, 1, 0))]  # fmt: skip
    return written([["Respondent ID", *names], *rows]), sets(b)


@latest("formulier.csv", "table")
def dutch_form_with_times(r: random.Random) -> Made:
    header = ["Tijdstempel", "Geslacht", "Leeftijd", "Hoe vaak koopt u online?", "Tevreden?"]
    choices = ["man", "vrouw"], ["18-25", "26-40", "41-65"], ["wekelijks", "maandelijks", "nooit"], ["ja", "nee"]
    rows = drawn(r, 80, *choices)
    times = [f"{day(i // 9, '%d-%m-%Y')} {9 + i % 9}:{i * 7 % 60:02d}:{i * 11 % 60:02d}" for i in range(80)]
    return written([header, *([time, *row] for time, row in zip(times, rows, strict=True))]), answers(header[1:], rows)
