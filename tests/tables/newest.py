"""Tables of ten more kinds, thought of after the guess had been mended by those in `latest`."""

from __future__ import annotations

import random
from functools import partial

from tests.tables.making import Made, day, flags, goods, lines, orders, price, sets, table, written

newest = partial(table, lap=4)


@newest("kvitton.csv", "long")
def swedish_receipts(r: random.Random) -> Made:
    names = ["mjölk", "bröd", "smör", "ost", "äpplen", "kaffe", "te", "ägg", "socker"]
    b = [r.sample(names, r.randint(1, 4)) for _ in range(60)]
    rows = lines(b, lambda o, n, p, item: [f"Butik {o % 4}", day(o // 9), 30100 + o, item, r.randint(1, 3), "25,0"])
    return written([["Butik", "Datum", "Kvittonr", "Vara", "Antal", "Moms"], *rows], ";"), sets(b)


@newest("чеки.csv", "long")
def ukrainian_receipts(r: random.Random) -> Made:
    names = ["молоко", "хліб", "масло", "сир", "яблука", "кава", "чай", "яйця", "цукор"]
    b = [r.sample(names, r.randint(1, 4)) for _ in range(60)]
    rows = lines(b, lambda o, n, p, item: [item, r.randint(1, 3), f"{price(item):.2f}", f"ЧК-{o:05d}", day(o // 9)])
    r.shuffle(rows)
    return written([["Товар", "Кількість", "Ціна", "Чек", "Дата"], *rows]), sets(b)


@newest("Order.all.csv", "long")
def indonesian_marketplace(r: random.Random) -> Made:
    names = ["kopi bubuk", "teh celup", "gula pasir", "beras", "minyak goreng", "mie instan", "susu", "kecap"]
    b = [r.sample(names, r.randint(1, 4)) for _ in range(60)]
    rows = lines(
        b,
        lambda o, n, p, item: [
            f"2401{o:06d}QX",
            "Selesai" if o % 9 else "Batal",
            f"{day(o // 9)} 10:{o % 60:02d}",
            item,
            f"SKU{names.index(item):03d}",
            r.randint(1, 3),
            f"Rp {int(price(item)) * 1000}",
            f"user{o % 17}",
        ],
    )
    header = [
        "No. Pesanan", "Status Pesanan", "Waktu Pesanan Dibuat", "Nama Produk", "Nomor Referensi SKU", "Jumlah",
        "Harga Awal", "Username (Pembeli)",
    ]  # fmt: skip
    return written([header, *rows]), sets(b)


@newest("ItemSelectionDetails.csv", "long")
def restaurant_selections(r: random.Random) -> Made:
    b = orders(r, "en", 70, 4)
    rows = lines(
        b,
        lambda o, n, p, item: [
            "Main St",
            90000000 + 7 * o,
            o % 40 + 1,
            f"{o % 12 + 1}/{o % 28 + 1}/15 {1 + o % 12}:{o % 60:02d} PM",
            f"Server {o % 5}",
            5000000 + n,
            item,
            "Food" if len(item) % 2 else "Drinks",
            f"{price(item):.2f}",
            f"{r.randint(1, 2)}.0",
            "false",
        ],
    )
    header = [
        "Location", "Order Id", "Order #", "Sent Date", "Server", "Item Selection Id", "Menu Item", "Menu Group",
        "Net Price", "Qty", "Void?",
    ]  # fmt: skip
    return written([header, *rows]), sets(b)


@newest("DATA_LABELS.csv", "onehot")
def checked_and_unchecked(r: random.Random) -> Made:
    names, b = goods("en")[:8], [r.sample(goods("en")[:8], r.randint(0, 4)) for _ in range(60)]
    rows = [[i + 1, *row] for i, row in enumerate(flags(b, names, "Checked", "Unchecked"))]
    return written([["Record ID", *names], *rows]), sets(b)


@newest("query.txt", "long")
def output_of_a_database_client(r: random.Random) -> Made:
    b = orders(r, "en", 40, 4)
    rows = lines(b, lambda o, n, p, item: [o + 1, item])
    body = "".join(f" {o:8} | {item:12} \n" for o, item in rows)
    return f" order_id |   product    \n----------+--------------\n{body}({len(rows)} rows)\n\n", sets(b)


@newest("recettes.csv", "long")
def french_recipes(r: random.Random) -> Made:
    names = ["farine", "œufs", "beurre", "sucre", "sel", "lait", "crème", "ail", "oignon", "huile d'olive"]
    b = [r.sample(names, r.randint(3, 6)) for _ in range(30)]
    rows = lines(b, lambda o, n, p, item: [f"Recette n° {o + 1}", item, r.randint(1, 500), r.choice(["g", "ml", ""])])
    return written([["recette", "ingrédient", "quantité", "unité"], *rows], ";"), sets(b)


@newest("playlists.csv", "long")
def tracks_of_playlists(r: random.Random) -> Made:
    tracks = [f"Song {c}{i}" for c in "ABC" for i in range(9)]
    b = [r.sample(tracks, r.randint(3, 9)) for _ in range(25)]
    rows = lines(
        b,
        lambda o, n, p, item: [
            item, f"Artist {tracks.index(item) % 7}", f"Album {tracks.index(item) % 11}", f"Mix no. {o + 1}", "Spotify",
            f"QZ{tracks.index(item):010d}",
        ],
    )  # fmt: skip
    return written([["Track name", "Artist name", "Album", "Playlist name", "Type", "ISRC"], *rows]), sets(b)


@newest("Responses.csv", "basket")
def a_form_with_semicolons_at_the_end(r: random.Random) -> Made:
    tools = ["Python", "R", "SQL", "Excel", "Julia", "SAS"]
    b = [r.sample(tools, r.randint(1, 4)) for _ in range(50)]
    rows = [
        [i + 1, f"1/{i % 28 + 1}/15 9:{i % 60:02d}:10", f"1/{i % 28 + 1}/15 9:{i % 60:02d}:55", "anonymous", "",
         ";".join(x) + ";"]
        for i, x in enumerate(b)
    ]  # fmt: skip
    header = ["ID", "Start time", "Completion time", "Email", "Name", "Which tools do you use?"]
    return written([header, *rows]), sets(b)


@newest("超市数据.csv", "long")
def chinese_supermarket_with_classes(r: random.Random) -> Made:
    products = [f"DW-{1000 + i}" for i in range(40)]
    keys = r.sample([(c, d) for c in range(80) for d in range(25)], 160)
    b = [r.sample(products, r.randint(1, 5)) for _ in keys]
    rows = lines(
        b,
        lambda o, n, p, item: [
            keys[o][0],
            10 + products.index(item) % 3,
            ["蔬果", "日配", "粮油"][products.index(item) % 3],
            f"小类{products.index(item) // 4}",
            day(keys[o][1], "%Y%m%d"),
            item,
            "一般商品",
            "个",
            r.randint(1, 4),
            f"{price(item):.2f}",
        ],
    )
    r.shuffle(rows)
    header = [
        "顾客编号", "大类编码", "大类名称", "小类名称", "销售日期", "商品编码", "商品类型", "单位", "销售数量", "销售金额",
    ]  # fmt: skip
    return written([header, *rows]), sets(b)
