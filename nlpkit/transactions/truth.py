"""What a cell of a one-hot table says: whether the transaction of its row has the item of its column."""

from __future__ import annotations

import re

from nlpkit.transactions.numbers import SIGNED

_UNKNOWN = "nan na n/a #n/a <na> null none nil ? - -- \\n nat 缺失 无数据 (null)"
#: What cells hold, in lower case, where nothing is known.
MISSING = frozenset(_UNKNOWN.split())

_YES = (
    "1 true t yes y x v on checked selected ✓ ✔ √ ☑ ✅ ● ○ ◯ 是 有 对 對 真 はい あり 예 네 참 да истина "
    "ja j oui vrai si sí sim verdadero vero wahr verdadeiro evet tak"
)
_NO = (
    "0 false f no n off ✗ ✘ × ☐ ❌ 否 无 無 没有 沒有 错 錯 假 いいえ なし 아니요 아니오 거짓 нет ложь "
    "unchecked unselected nein non faux falso falsch não nao nee hayır nie"
)
_TRUE, _FALSE = frozenset(_YES.split()), frozenset(_NO.split())
_FLAG = re.compile(r"\+?0*([01])[.,]0+")


def truth(text: str) -> bool | None:
    """Returns what a cell that says yes or no means, `1`, `0`, `1.0` and `0.0` among them; None for any other cell."""
    word = text.casefold()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    flag = _FLAG.fullmatch(text)
    return flag[1] == "1" if flag else None


def quantity(text: str) -> int | None:
    """Returns the sign (1, 0 or -1) of a number in decimal notation, with a point or a comma; None for other cells."""
    number = SIGNED.fullmatch(text)
    if number is None:
        return None
    if not re.search("[1-9]", number[2]):
        return 0
    return -1 if number[1] in ("-", "−") else 1


def presence(text: str) -> int | None:
    """Returns 1 if the transaction has the item, 0 if not, -1 for a quantity below 0, None for what says neither."""
    said = truth(text)
    return quantity(text) if said is None else int(said)
