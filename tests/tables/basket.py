"""Tables with a transaction a row, whose cells are items, or lists of items."""

from __future__ import annotations

import csv
import json
import random

from tests.tables.making import Made, day, goods, hash_of, joined, orders, padded, sets, table, written


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
    return joined(b, "、"), sets(b)


@table("购物篮.txt", "basket")
def chinese_baskets_with_wide_commas(r: random.Random) -> Made:
    b = orders(r, "zh", 60)
    return joined(b, "，"), sets(b)


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
    return joined(b, " "), sets(b)


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
    return joined(b, " | "), sets(b)


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
    return joined(b, " "), sets(b)
