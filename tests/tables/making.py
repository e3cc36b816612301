"""What a table of transactions is, and the parts that the makers of tables share."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
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
    "pl": "mleko,chleb,masło,ser żółty,jabłka,piwo,kawa,herbata,ryż,cukier,jajka",
    "tr": "süt,ekmek,tereyağı,peynir,elma,kahve,çay,yumurta,şeker,pirinç",
    "vi": "sữa tươi,bánh mì,bơ,trứng,cà phê,trà,gạo,đường,táo,nước mắm",
    "ar": "حليب,خبز,زبدة,جبن,تفاح,قهوة,شاي,بيض,سكر,أرز",
    "sku": "85123A,71053,84406B,84029G,84029E,22752,21730,22633,22632,84879,22745,22748",
}


@dataclass(frozen=True)
class Table:
    """A table: the name of its file, its layout, and what makes it; `made` returns its bytes and its transactions.

    lap: 1, or 2 to 5 for kinds that were thought of after the guess had been made.
    aside: not looked at while the guess was made.
    shown: what a line must say if the table is read wrong: what is wrong, in words that the user of the table sees.
    Without it a wrong reading is one in silence.
    """

    id: str
    name: str
    layout: str
    make: Callable[[random.Random], Made]
    lap: int = 1
    aside: bool = False
    slow: bool = False
    shown: str = ""

    def made(self) -> tuple[bytes, list[Basket]]:
        """Returns the bytes of the file, and the transactions that a reader should find, in any order."""
        content, baskets = self.make(random.Random(self.id))
        return content.encode() if isinstance(content, str) else content, baskets


MADE: list[Table] = []


def table(name: str, layout: str, **more: Any) -> Callable[[Callable[[random.Random], Made]], Any]:
    """Registers the maker of a table under the name of its function. more: fields of Table."""

    def register(make: Callable[[random.Random], Made]) -> Any:
        MADE.append(Table(make.__name__, name, layout, make, **more))
        return make

    return register


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


def joined(rows: Iterable[Sequence[object]], mark: str) -> str:
    """Rows as lines of cells with `mark` between them, whatever is in the cells."""
    return "".join(mark.join(map(str, row)) + "\n" for row in rows)


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


def hash_of(n: int) -> str:
    return f"{n * 2654435761 % 2**32:08x}"
