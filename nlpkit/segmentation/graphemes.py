"""What `graphemes` keeps together: emoji sequences, and letters with their combining marks."""

from __future__ import annotations


def find_graphemes(text: str) -> list[tuple[int, int]]:
    """Finds grapheme clusters (Unicode Standard Annex #29) of two or more characters.

    Clusters that begin with white space or a control character are left out. Returns (start, stop) of each, in order;
    positions in characters.
    """
    import regex  # here, because few need it

    if not regex.search(
        r"[\p{GCB=Extend}\p{EMod}\p{RI}\u200d\p{GCB=SpacingMark}\p{GCB=Prepend}\p{GCB=V}\p{GCB=T}\p{GCB=L}]", text
    ):
        return []
    spans = (match.span() for match in regex.finditer(r"(?![\s\p{Cc}])\X", text))
    return [(start, stop) for start, stop in spans if stop > start + 1]
