"""What is kept together: URLs, e-mail addresses, names with @, numbers and Latin words (`whole`); `graphemes`."""

from __future__ import annotations

import re

_LETTER_OR_DIGIT = "A-Za-z0-9\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\uff10-\uff19\uff21-\uff3a\uff41-\uff5a"
_DIGIT = "0-9\uff10-\uff19"
_URL = r"(?:https?|ftp)://[!-~]+[A-Za-z0-9/]|www\.[!-~]+[A-Za-z0-9/]"
_EMAIL_ADDRESS = r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+"
_NAME_WITH_AT = r"@(?:[A-Za-z0-9_][A-Za-z0-9_-]{1,29}|[\w-]{2,30})"
_NUMBER = rf"[{_DIGIT}]+(?:,[{_DIGIT}]{{3}}(?![{_DIGIT}]))*(?:[.:/．-][{_DIGIT}]+)*(?:[%％‰]|[{_LETTER_OR_DIGIT}]+)?"
_WORD = rf"[{_LETTER_OR_DIGIT}]+(?:['’._&+-][{_LETTER_OR_DIGIT}]+)*(?:\+\+|#)?"
#: The first alternative that matches wins.
_WHOLE = re.compile("|".join((_URL, _EMAIL_ADDRESS, _NAME_WITH_AT, _NUMBER, _WORD)))


def find_whole(text: str) -> list[tuple[int, int]]:
    """Finds what `whole` keeps together.

    Returns (start, stop) of each match of two or more characters, in order; positions in characters.
    """
    return [span for match in _WHOLE.finditer(text) if (span := match.span())[1] > span[0] + 1]


def find_graphemes(text: str) -> list[tuple[int, int]]:
    """Finds what `graphemes` keeps together: grapheme clusters (Unicode Standard Annex #29) of two or more characters.

    They are emoji sequences and characters with combining marks, for instance. Clusters that begin with white
    space or a control character are left out. Returns (start, stop) of each, in order; positions in characters.
    """
    import regex  # here, because few need it

    if not regex.search(
        r"[\p{GCB=Extend}\p{EMod}\p{RI}\u200d\p{GCB=SpacingMark}\p{GCB=Prepend}\p{GCB=V}\p{GCB=T}\p{GCB=L}]", text
    ):
        return []
    spans = (match.span() for match in regex.finditer(r"(?![\s\p{Cc}])\X", text))
    return [(start, stop) for start, stop in spans if stop > start + 1]
