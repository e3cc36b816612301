"""Tokens of a text as byte strings: finds, numbers and counts them, and counts their n-grams."""

from __future__ import annotations

from typing import NamedTuple

from nlpkit.compilation import njit
from nlpkit.kernels.hashing import FNV_BASIS, fnv, fnv_add
from nlpkit.kernels.strings import DONE, STRINGS, Numbering, put
from nlpkit.kernels.types import I32, I64, U8, Bool
from nlpkit.kernels.utf8 import is_valid, wide_space

#: Kinds of bytes: part of a token; white space; the first byte of a character that may be white space; a line end; the
#: end of a document.
TOKEN, SPACE, PERHAPS, LINE, DOCUMENT = 0, 1, 2, 3, 4
#: Marks in sequences of tokens: the end of a line, or white space that no n-gram spans; the end of a document.
LINE_END, DOCUMENT_END = -1, -2
#: How `find_tokens` ends, besides DONE, MORE_SLOTS and MORE_DATA of strings.py: a token is not UTF-8; the sequence is
#: full. `count_grams` ends so where the trace is full.
FAULT, FULL = 3, 4
#: In a trace: a token at which no n-gram ends, also one that is left out. The end of a document is DOCUMENT_END.
NO_GRAM = -1


class GramFigures(NamedTuple):
    """What is counted of n-grams, as arrays by number.

    counts: int64, occurrences. documents: int64[3, n], or [3, 0] if not counted: in how many documents an n-gram
    occurs, the first and the last of them. firsts: int64, or of size 0 if not wanted: the place of the last token of
    the n-gram's first occurrence. trace: int32, or of size 0 if not wanted: receives the n-grams in the order of the
    text, each as 2 * number, plus 1 for the last one that ends at a token; NO_GRAM and DOCUMENT_END.
    """

    counts: I64
    documents: I64
    firsts: I64
    trace: I32


class Position(NamedTuple):
    """How far `count_grams` has come in a text.

    documents: number of documents that have ended. tokens: number of tokens so far, except those that are left out;
    since: number of these after the last boundary. at: the place in the sequence to continue at. order: n-grams that
    end there are counted up to this order. written: how much of the trace is written.
    """

    documents: int
    tokens: int
    since: int
    at: int
    order: int
    written: int


START = Position(0, 0, 0, 0, 0, 0)


@njit()
def _space(text: U8, i: int) -> int:
    """Returns the size of the white space character at text[i], a byte of kind PERHAPS; 0 for other characters."""
    return wide_space(text[i], text[i + 1], text[i + 2])


@njit()
def find_tokens(
    text: U8, size: int, kinds: U8, chars: bool, table: Numbering, at: int, sequence: I32, written: int
) -> tuple[int, int, int]:
    """Numbers the tokens of text[at:size]; writes numbers, LINE_END and DOCUMENT_END to sequence[written:].

    text: uint8, with two more bytes than `size`. kinds: uint8[256], the kind of each byte. chars: each character that
    is not white space is a token, and no n-gram spans white space. Returns (place in text to continue at, place in
    sequence to continue at, how it ended).
    """
    i = at
    while i < size:
        kind = kinds[text[i]]
        length = 1
        if kind == PERHAPS:
            length = _space(text, i)
            kind = SPACE if length > 0 else TOKEN
        if written == sequence.size:
            return i, written, FULL
        if kind == TOKEN:
            begin = i
            h = FNV_BASIS
            if chars:
                b = text[i]
                stop = min(size, i + (1 if b < 0xC0 else 2 if b < 0xE0 else 3 if b < 0xF0 else 4))
                while i < stop:
                    h = fnv_add(h, text[i])
                    i += 1
            else:
                while i < size:
                    k = kinds[text[i]]
                    if k != TOKEN and (k != PERHAPS or _space(text, i) > 0):
                        break
                    h = fnv_add(h, text[i])
                    i += 1
            used = table.sizes[STRINGS]
            number = put(text, begin, i, h, table)
            if number < 0:
                return begin, written, -number
            if number == used and not is_valid(text, begin, i):
                return begin, written, FAULT
            sequence[written] = number
            written += 1
            continue
        if kind == LINE or kind == DOCUMENT or chars:
            sequence[written] = DOCUMENT_END if kind == DOCUMENT else LINE_END
            written += 1
        i += length
    return i, written, DONE


@njit()
def count_tokens(sequence: I32, size: int, start: int, counts: I64, firsts: I64) -> int:
    """Adds the tokens of sequence[:size] to `counts`, int64 by number; returns how many there are.

    firsts: int64 by number, -1 for a token that has not occurred yet, or of size 0; receives where among all tokens
    each occurs first. start: the number of tokens before this sequence.
    """
    tokens = start
    for i in range(size):
        number = sequence[i]
        if number >= 0:
            counts[number] += 1
            if firsts.size > 0 and firsts[number] < 0:
                firsts[number] = tokens
            tokens += 1
    return tokens - start


@njit()
def count_grams(
    sequence: I32,
    size: int,
    lowest: int,
    highest: int,
    forms: U8,
    form_offsets: I64,
    kept: Bool,
    separator: U8,
    scratch: U8,
    table: Numbering,
    grams: GramFigures,
    position: Position,
) -> tuple[Position, int]:
    """Counts the n-grams of orders `lowest` to `highest` that end in sequence[position.at:size].

    forms, form_offsets: the text of each token. kept: bool by token; tokens that are not kept are left out, and no
    n-gram spans them. separator: bytes between the tokens of an n-gram. scratch: uint8, room for the longest n-gram.
    table: numbers the n-grams by their text. Returns (position to continue at, how it ended).
    """
    documents, tokens, since, start, done, written = position
    trace = grams.trace
    for i in range(start, size):
        if trace.size > 0 and done == 0 and written + highest - lowest + 1 > trace.size:
            return Position(documents, tokens, since, i, done, written), FULL
        token = sequence[i]
        if token < 0 or not kept[token]:
            if token == DOCUMENT_END:
                documents += 1
            if trace.size > 0 and token != LINE_END:
                trace[written] = NO_GRAM if token >= 0 else DOCUMENT_END
                written += 1
            since = 0
            continue
        # Written from the end of the scratch backwards, so that a longer n-gram keeps the bytes of the shorter one.
        begin = scratch.size
        for order in range(1, min(highest, since + 1) + 1):
            part = sequence[i - order + 1]
            if order > 1:
                for k in range(separator.size - 1, -1, -1):
                    begin -= 1
                    scratch[begin] = separator[k]
            for k in range(form_offsets[part + 1] - 1, form_offsets[part] - 1, -1):
                begin -= 1
                scratch[begin] = forms[k]
            if order < lowest or order <= done:
                continue
            used = table.sizes[STRINGS]
            number = put(scratch, begin, scratch.size, fnv(scratch, begin, scratch.size), table)
            if number < 0:
                return Position(documents, tokens, since, i, done, written), -number
            grams.counts[number] += 1
            if grams.documents.shape[1] > 0:
                _count_document(grams.documents, number, number == used, documents)
            if grams.firsts.size > 0 and number == used:
                grams.firsts[number] = tokens
            if trace.size > 0:
                trace[written] = 2 * number
                written += 1
            done = order
        if trace.size > 0:
            if done > 0:
                trace[written - 1] += 1
            else:
                trace[written] = NO_GRAM
                written += 1
        done = 0
        since += 1
        tokens += 1
    return Position(documents, tokens, since, size, 0, written), DONE


@njit()
def _count_document(documents: I64, number: int, is_new: bool, document: int) -> None:
    """Adds a document to those that an n-gram occurs in."""
    if is_new:
        documents[0, number] = 1
        documents[1, number] = document
    elif documents[2, number] != document:
        documents[0, number] += 1
    documents[2, number] = document
