"""Detects the encoding of a text: the one in which its bytes are characters that are common in some language.

Each encoding that decodes the bytes gives a text, and each language says how likely the characters of that text are:
the cost of a character is -ln of its share among the characters of the language that are not ASCII. The encoding whose
text costs least is the one. The costs are those of `common_characters.txt`, which docs/encodings.md describes. What no
language explains is left to charset-normalizer, which knows more encodings but needs more text.
"""

from __future__ import annotations

import codecs
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

#: Bytes at the beginning of a source, and at its end, by which its encoding is detected.
SAMPLE_SIZE = 1 << 20

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BOM_BYTES = tuple(bom for bom, _ in _BOMS)
_STEP = 0.5  # nats: the costs of two levels of the table differ by so much
_WINDOW = 8 << 10  # bytes by which UTF-16 is told from encodings of bytes
_MOST = 128 << 10  # bytes of lines that are not ASCII that are decoded
_DETECTED_SIZE = 256 << 10  # bytes that charset-normalizer sees
#: Nats: the costs of characters that the table does not have. Strange are those of scripts that few computers write,
#: and ideographs and syllables that the standards of East Asia do not have.
_HAN, _OTHER, _STRANGE, _CONTROL = 12.5, 11.5, 14.5, 16.0
#: Old Jamo, Cherokee, Yi, Vai, forms of Arabic letters, ideographs beyond the first plane, ...
_STRANGE_SCRIPTS = re.compile("[\u1100-\u177f\ua000-\uabff\ufb50-\ufdff\ufe70-\ufefe\U00020000-\U0010ffff]")
_STANDARDS = ("gb2312", "big5", "shift_jis", "euc_kr")
#: A text all in capitals costs less by _CAPITAL a letter, beyond the first _CAPITALS nats: the table has the costs of
#: capitals among small letters.
_CAPITAL, _CAPITALS = 3.5, 8.0
_BLOCK, _WITHIN = 6.0, 7.0  # nats: a block of 128 characters that occurs in a text, and one of its characters
_PLAUSIBLE = 10.5  # nats a character: a text that costs more is in an encoding, or a language, that we do not know
_CHANCE = 5.0  # nats that a text may cost beyond _PLAUSIBLE; a short text may have rare characters by chance


class _Candidate(NamedTuple):
    """An encoding, and the languages that it is used for.

    encoding: its name in Python. prior: nats that it costs to be this one. unusual: what stands in few texts of these
    languages, and nats that each costs.
    """

    encoding: str
    prior: float
    languages: tuple[str, ...]
    unusual: tuple[re.Pattern[bytes], float] | None = None


_SEQUENCE = re.compile(rb"[\xc2-\xf4]([\x80-\xbf]+)")  # a character of UTF-8, and the bytes after its first one
_NO_CHANCE = 16  # such bytes; in text of GB18030, at most every fourth byte is one that fits by chance
#: Two letters in sequence that are not ASCII.
_PAIR = re.compile(rb"[\xc0-\xff](?=[\xc0-\xff])"), 2.5
#: A letter that is not ASCII before one of ASCII, or a small letter before a capital one, in cp1251, koi8-r, cp1253.
_MIXED = re.compile(rb"[\xc0-\xff](?=[A-Za-z])|[\xe0-\xff](?=[\xc0-\xdf])"), 6.0
_MIXED_KOI8 = re.compile(rb"[\xc0-\xff](?=[A-Za-z])|[\xc0-\xdf\xa3](?=[\xe0-\xff\xb3])"), 6.0
_MIXED_GREEK = re.compile(rb"[\xc0-\xff](?=[A-Za-z])|[\xdc-\xfe](?=[\xc1-\xdb])"), 6.0
#: Kana of half width where none are: a mark of voice after what has no voice, a small one at the beginning, one alone.
_WRONG_KANA = (
    re.compile(
        rb"(?<![\x81-\x9f\xe0-\xfc])(?:(?<![\xb3\xb6-\xc4\xca-\xce])[\xde\xdf]|(?<![\xa6-\xdf])[\xa7-\xb0]"
        rb"|(?<![\xa1-\xdf])[\xa1-\xdf](?![\xa1-\xdf]))"
    ),
    6.0,
)
_LATIN_1 = ("fr", "de", "es", "pt", "it", "sv", "da", "nb", "nl", "ca", "fi", "en")
_LATIN_2 = ("pl", "cs", "hu", "ro", "sk", "sl", "hr")
_CYRILLIC = ("ru", "uk", "bg", "sr")
_CANDIDATES = (
    _Candidate("gb18030", 2, ("zh-Hans", "zh-Hant")),
    _Candidate("big5hkscs", 3, ("zh-Hant",)),
    _Candidate("cp932", 3, ("ja",)),
    _Candidate("cp932", 7, ("ja-half-width",), _WRONG_KANA),
    _Candidate("euc_jp", 3, ("ja",)),
    _Candidate("cp949", 3, ("ko",)),
    _Candidate("cp1252", 4, _LATIN_1, _PAIR),
    _Candidate("cp1250", 5, _LATIN_2, _PAIR),
    _Candidate("cp1251", 4, _CYRILLIC, _MIXED),
    _Candidate("koi8-r", 10, ("ru",), _MIXED_KOI8),
    _Candidate("iso8859-2", 7, _LATIN_2, _PAIR),
    _Candidate("cp1253", 6, ("el",), _MIXED_GREEK),
    _Candidate("cp1254", 6, ("tr",), _PAIR),
)
#: One or two characters, or three, that are repeated, as in 哈哈哈; what is invalid says more each time.
_REPEATED = re.compile(r"([^\x00-\x7f\ufffd]{1,3}?)\1{2,}")
#: Letters that are often repeated; others cost _RUN nats more if they are.
_LAUGHTER = set(
    "哈呵嘻嘿啊嗯哦噢喔呀哇唉嗨呜嗚咳汪喵啦谢謝好对對顶頂赞讚ㅋㅎㅠㅜㅇㄱㄴㅡ하호히흐크허네아오あいうえおはワーハフヘホｰﾊﾌ笑"
)
_RUN = 5.0
_FEW = 1 << 10  # bytes of a text in which this matters; longer ones have other characters
_WIDE = (("utf-16-le", 3.0), ("utf-16-be", 5.0))
#: Encodings that have more characters than the one before, which is used for a text that has none of them.
_LARGER = {
    "big5hkscs": ("big5", "cp950", "big5hkscs"),
    "cp932": ("shift_jis", "cp932"),
    "cp949": ("euc_kr", "cp949"),
    "euc_jp": ("euc_jp", "euc_jis_2004"),
}
_SUPERSETS = {"ascii": "utf-8", "gb2312": "gb18030", "gbk": "gb18030", "iso8859-1": "cp1252"}
#: The names of encodings that iconv knows as well as Python.
_SHOWN = {
    "big5hkscs": "big5-hkscs",
    "euc_jis_2004": "euc-jisx0213",
    "euc_jp": "euc-jp",
    "euc_kr": "euc-kr",
    "iso2022_jp": "iso-2022-jp",
    "iso2022_jp_2": "iso-2022-jp-2",
    "iso2022_kr": "iso-2022-kr",
    "utf-16-be": "utf-16be",
    "utf-16-le": "utf-16le",
    "utf-32-be": "utf-32be",
    "utf-32-le": "utf-32le",
}
#: A stretch that begins with a byte that is not ASCII, after a character of ASCII, and ends with a byte that ends a
#: character in any of the encodings.
_STRETCH = re.compile(rb"[\x80-\xff][^\x00-\x2f]*[\x00-\x2f]?")
_BOUNDARY = re.compile(rb"[\x00-\x2f]")
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_ESCAPED = ("iso2022_jp", "iso2022_jp_2", "iso2022_jp_ext", "iso2022_kr")
_PRINTABLE = re.compile(rb"[\t\n\r\x20-\x7e]")
_SHORT = 256  # bytes of ASCII, of which it is asked whether they are UTF-16 without a byte that is not ASCII
_ASCII_PRIOR = 14.0  # nats that such UTF-16 costs more
_DOUBT = 8.0  # nats: a text that costs so much less in UTF-8 than as something else is UTF-8 beyond doubt


def shown(encoding: str) -> str:
    """Returns the name of an encoding by which people know it, and which iconv takes as well as Python."""
    if encoding in _SHOWN:
        return _SHOWN[encoding]
    return encoding if encoding == "shift_jis" else encoding.replace("iso8859", "iso-8859").replace("_", "-")


def marked_encoding(head: bytes) -> str | None:
    """Returns the encoding that a byte order mark at the beginning of a text names, None if there is none."""
    if not head.startswith(_BOM_BYTES):
        return None
    return next(name for bom, name in _BOMS if head.startswith(bom))


def detect(head: bytes, tail: bytes = b"", whole: bool = False) -> str | None:
    """Returns the encoding of a text as Python's codecs call it, None if it is not recognised.

    head: its first bytes (1 MiB is enough). tail: further bytes, which may begin and end within a character. whole:
    there are no others. A text of ASCII alone is UTF-8. Of encodings that extend each other the largest is returned:
    gb18030 for GBK; big5, shift_jis and euc_kr only for a text that was seen as a whole and has nothing else.
    """
    marked = marked_encoding(head)
    if marked is not None:
        return marked
    is_ascii = head.isascii() and tail.isascii() and not _CONTROLS.search(head)
    if is_ascii and (len(head) > _SHORT or not whole):
        return _escaped(head) or "utf-8"
    wide = _wide(head, whole, is_ascii)
    if wide is not None or is_ascii:
        return wide or _escaped(head) or "utf-8"
    if len(_CONTROLS.findall(head[:_WINDOW])) > len(head[:_WINDOW]) // 50:
        return None
    parts = _parts(head, tail, whole)
    found = _best(parts, whole and sum(map(len, parts)) < _MOST)
    if found is None:
        return _by_charset_normalizer(head, b"".join(parts))
    return _smallest(found, head) if whole else found


def is_utf8(head: bytes, tail: bytes, named: str) -> bool:
    """Returns whether a text is UTF-8 beyond doubt, rather than in the encoding that the user named.

    head, tail: as in `detect`. False for a text that is the same in both.
    """
    if named.startswith(("utf-16", "utf-32")):
        parts = [head[:_WINDOW]]
        if marked_encoding(head) not in (None, "utf-8"):
            return False
    elif head.isascii() and tail.isascii():
        return False
    else:
        parts = _parts(head, tail, False)
    if not all(_decodes(part, "utf-8") for part in parts):
        return False
    if named in ("utf-16", "utf-32"):
        named += "-le"
    return _cost(parts, "utf-8").total + _DOUBT < _cost(parts, named).total


def has_all(encoding: str, other: str) -> bool:
    """Returns whether an encoding has all characters of another one, at the same bytes: cp932 those of shift_jis."""
    if encoding == other:
        return True
    orders = [names for names in _LARGER.values() if encoding in names and other in names]
    return any(names.index(encoding) > names.index(other) for names in orders)


def is_wide(head: bytes) -> bool:
    """Returns whether every second byte of a text is 0, as in UTF-16 of characters of ASCII, and few others are."""
    window = head[:_WINDOW]
    nulls = sorted(window[parity::2].count(0) for parity in (0, 1))
    return len(window) >= 8 and not nulls[0] and nulls[1] > len(window) // 4


def returns_end_lines(text: str | bytes) -> bool:
    """Returns whether carriage returns end the lines of a text, by its beginning: it has some, of which more than the
    last character, and no line feed."""
    if isinstance(text, bytes):
        return b"\n" not in text and b"\r" in text[:-1]
    return "\n" not in text and "\r" in text[:-1]


class _Cost(NamedTuple):
    """What a text costs in an encoding, in nats; its characters that are not ASCII alone, and their number."""

    total: float
    others: float
    size: int

    @property
    def is_plausible(self) -> bool:
        """Whether people write such text."""
        return self.others < _PLAUSIBLE * self.size + _CHANCE


def _best(parts: Sequence[bytes], final: bool) -> str | None:
    """Returns the encoding in which some bytes cost least, None if they make no sense in any. Arguments: as in _cost.

    What is valid UTF-8 for so long that it is no chance is UTF-8, whatever its characters cost.
    """
    is_valid = all(_decodes(part, "utf-8") for part in parts)
    if is_valid and sum(len(match) for part in parts for match in _SEQUENCE.findall(part)) >= _NO_CHANCE:
        return "utf-8"
    found, least = "utf-8", _cost(parts, "utf-8", final=final)
    for candidate in _CANDIDATES:
        cost = _cost(parts, *candidate, final=final)
        if cost.total < least.total:
            found, least = candidate.encoding, cost
    return found if least.is_plausible or (found == "utf-8" and is_valid) else None


def _wide(head: bytes, whole: bool, is_ascii: bool) -> str | None:
    """Returns UTF-16 or UTF-32 without a byte order mark, None if the text is more likely something else."""
    window = head[:_WINDOW]
    if len(window) < 2 or _is_table(window):
        return None
    if b"\0" in window and len(window) > 3:
        for encoding in ("utf-32-le", "utf-32-be"):
            is_valid = window.count(0) > len(window) // 3 and _decodes(window, encoding)
            if is_valid and _cost([window], encoding).is_plausible:
                return encoding
    final = whole and len(head) <= _WINDOW
    least = _cost([window], "utf-8", final=final).total
    if is_ascii:
        least -= _ASCII_PRIOR
    else:
        least = min(least, *(_cost([window], *candidate, final=final).total for candidate in _CANDIDATES))
    found = None
    for encoding, prior in _WIDE:
        cost = _cost([window], encoding, prior + _CONTROL * (whole and len(head) % 2))
        if cost.total < least and cost.is_plausible:
            found, least = encoding, cost.total
    return found


def _cost(
    parts: Sequence[bytes],
    encoding: str,
    prior: float = 0.0,
    languages: tuple[str, ...] = (),
    unusual: tuple[re.Pattern[bytes], float] | None = None,
    final: bool = False,
) -> _Cost:
    """Returns what bytes cost in an encoding, in the language in which they cost least.

    Arguments as in _Candidate. parts: of the text; each may be cut within its last character. languages: () for all.
    final: the last character is not cut.
    """
    counts: Counter[str] = Counter()
    others = 0
    rare = 0.0
    known = prior if unusual is None else prior + unusual[1] * sum(len(unusual[0].findall(part)) for part in parts)
    for part in parts:
        text = codecs.getincrementaldecoder(encoding)("replace").decode(part, final)
        if len(part) <= _FEW:
            known += _RUN * sum(map(_is_odd, _REPEATED.findall(text)))
            text = _REPEATED.sub(r"\1", text)
        counts.update(text)
    for character, count in list(counts.items()):
        if character in _ASCII:
            known += count * _ASCII[character]
            del counts[character]
        else:
            others += count
            rare += count * _rare(character)
    table = _table()
    least = rare
    for language in languages or table:
        costs = table[language]
        cost = rare
        for character, count in counts.items():
            if character in costs:
                cost += count * (costs[character] - _rare(character))
        least = min(least, cost)
    if not languages and others:
        least = min(least, _by_blocks(counts, others))
    if others and all(map(str.isupper, counts)):
        least -= max(0.0, _CAPITAL * others - _CAPITALS)
    return _Cost(known + least, least, others)


def _is_odd(repeated: str) -> bool:
    """Returns whether characters are seldom repeated in sequence."""
    is_sign = unicodedata.category(repeated[0])[0] == "S" or unicodedata.category(repeated[0]) in ("Po", "Pd")
    return not is_sign and _LAUGHTER.isdisjoint(repeated)


def _by_blocks(counts: Mapping[str, int], size: int) -> float:
    """Returns what characters cost in a language that the table does not have: its characters lie close together."""
    blocks: Counter[int] = Counter()
    for character, count in counts.items():
        if _rare(character) >= _STRANGE:
            return math.inf
        blocks[ord(character) >> 7] += count
    return sum(n * (_WITHIN - math.log(n / size)) + _BLOCK for n in blocks.values())


def _ascii_costs() -> dict[str, float]:
    """Returns the cost of each character of ASCII, as it is in English, program code and logs, roughly."""
    letters = "etaoinsrhldcumfpgwybvkxjqz"  # from the most frequent one on
    costs = {letter: 2.5 + 0.2 * rank for rank, letter in enumerate(letters)}
    costs.update({letter.upper(): cost + 2.5 for letter, cost in costs.items()})
    costs.update(dict.fromkeys("0123456789", 4.5))
    costs.update(dict.fromkeys(',.-_:/"\r\t', 4.5))
    costs.update(dict.fromkeys("!#$%&'()*+;<=>?@[\\]^`{|}~\f\x1b", 7.0))
    return costs | {" ": 2.0, "\n": 3.5}


_ASCII = _ascii_costs()


@lru_cache(maxsize=1 << 16)
def _rare(character: str) -> float:
    """Returns the cost of a character that is not in the table."""
    if "\u3400" <= character <= "\u9fff" or "\uac00" <= character <= "\ud7a3":
        return _HAN if any(_has(standard, character) for standard in _STANDARDS) else _STRANGE
    if _STRANGE_SCRIPTS.match(character):
        return _STRANGE
    if character == "\ufffd" or unicodedata.category(character) in ("Cc", "Cn", "Co", "Cs"):
        return _CONTROL
    return _OTHER


def _has(encoding: str, character: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _is_table(text: bytes) -> bool:
    """Returns whether bytes are lines of ASCII for the most part; UTF-16 has a 0 in each of its line ends."""
    has_lines = text.endswith(b"\n") and text.count(b"\n") > 1 and b"\0" not in text
    return has_lines and 4 * len(_PRINTABLE.findall(text)) > 3 * len(text)


@lru_cache(maxsize=1)
def _table() -> dict[str, dict[str, float]]:
    """Returns the cost of each common character, by language."""
    from importlib import resources  # here, because texts that are plainly UTF-8 do not need the table

    table: dict[str, dict[str, float]] = {}
    lines = resources.files("nlpkit.corpus").joinpath("common_characters.txt").read_text(encoding="utf-8")
    for line in lines.split("\n")[:-1]:
        language, level, characters = line.split("\t")
        table.setdefault(language, {}).update(dict.fromkeys(characters, int(level) * _STEP))
    return table


def _parts(head: bytes, tail: bytes, whole: bool) -> list[bytes]:
    """Returns the stretches of a text that are not ASCII: those at its beginning, those at its end. Each part may be
    cut within its last character, so they cannot be joined."""
    boundary = _BOUNDARY.search(tail)
    after = tail[boundary.end() :] if boundary else b""
    return [b"".join(_stretches(head, _MOST, whole)), b"".join(_stretches(after, _MOST // 2, False))]


def _stretches(text: bytes, most: int, whole: bool) -> list[bytes]:
    found: list[bytes] = []
    seen: set[bytes] = set()  # the same cells in many rows of a table say no more than one of them
    size = 0
    for match in _STRETCH.finditer(text):
        if match[0] in seen:
            continue
        seen.add(match[0])
        found.append(match[0])
        size += len(match[0])
        if size >= most:
            break
    if size > most:
        found[-1] = found[-1][: most - size]
    elif len(found) > 1 and not whole and not _BOUNDARY.match(found[-1][-1:]):
        found.pop()  # perhaps cut
    return found


def _decodes(sample: bytes, encoding: str) -> bool:
    """Returns whether bytes are valid in an encoding; the last character may be cut."""
    try:
        codecs.getincrementaldecoder(encoding)().decode(sample)
    except UnicodeDecodeError:
        return False
    return True


def _smallest(encoding: str, text: bytes) -> str:
    """Returns the smallest encoding that has all characters of a text, of those that extend each other."""
    for name in _LARGER.get(encoding, ()):
        if _decodes(text, name):
            return name
    return encoding


def _escaped(text: bytes) -> str | None:
    """Returns the encoding of a text whose bytes are all ASCII, but that has escape sequences; else None."""
    if b"\x1b$" in text:
        return next((name for name in _ESCAPED if _decodes(text, name)), None)
    if b"~{" in text and b"~}" in text and _decodes(text, "hz") and _cost([text], "hz").is_plausible:
        return "hz"
    return None


def _by_charset_normalizer(head: bytes, sample: bytes) -> str | None:
    from charset_normalizer import from_bytes  # here, because few texts need it

    first = next(re.finditer(rb"[\x80-\xff]", head), None)
    start = head.rfind(b"\n", 0, first.start()) + 1 if first else 0
    for part in (head[start : start + _DETECTED_SIZE], sample):
        best = from_bytes(part).best()
        if best is not None:
            name = codecs.lookup(best.encoding).name
            larger = _SUPERSETS.get(name, name)
            return larger if _decodes(part, larger) else name
    return None
