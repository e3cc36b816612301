"""Finds unknown words as jieba's finalseg does: a hidden Markov model cuts characters that stand alone anew."""

from __future__ import annotations

from typing import Any

from nlpkit.compilation import Lazy
from nlpkit.kernels.unigram_characters import ALNUM, DOT, FURTHER, HAN, HAN_COUNT, PERCENT, SIGN
from nlpkit.kernels.unigram_paths import NEVER, value_of

_B, _M, _E, _S = 0, 1, 2, 3


@Lazy
def recognize(
    n: int,
    cells: Any,
    scores: Any,
    split: Any,
    chars: Any,
    start: Any,
    trans: Any,
    emit: Any,
    ids: Any,
    back: Any,
    lengths: Any,
) -> None:
    """Cuts neighbouring words of one character anew, as jieba's finalseg: Han characters by the hidden Markov model.

    cells, scores, ids: as in unigram_paths.find_path. split: uint8 by value, 1 for words that are always cut into
    characters. chars: uint32 by id, code points. start: float64[4], trans: float64[16], emit: float64[4 * HAN_COUNT]:
    log probabilities by state (B, M, E, S). back: int32, working memory for n characters. lengths: those of the path,
    changed in place.
    """
    p = 0
    while p < n:
        if ids[p] < ALNUM or lengths[p] != 1:
            p += lengths[p]
            continue
        begin = p
        while p < n and lengths[p] == 1 and ids[p] >= ALNUM:
            p += 1
        value = value_of(begin, p, ids, cells)
        if p - begin == 1 or (value > 0 and scores[value] > NEVER):
            continue
        while begin < p:
            is_han = ids[begin] >= HAN and ids[begin] < FURTHER
            end = begin + 1
            while end < p and (ids[end] >= HAN and ids[end] < FURTHER) == is_han:
                end += 1
            if is_han:
                _cut_by_model(begin, end, cells, split, chars, start, trans, emit, ids, back, lengths)
            else:
                _cut_numbers(begin, end, ids, lengths)
            begin = end


@Lazy
def _cut_by_model(
    begin: int,
    end: int,
    cells: Any,
    split: Any,
    chars: Any,
    start: Any,
    trans: Any,
    emit: Any,
    ids: Any,
    back: Any,
    lengths: Any,
) -> None:
    """Cuts ids[begin:end] by the Viterbi algorithm; a tie goes to the state whose letter comes later."""
    c = chars[ids[begin]] - 0x4E00
    b = start[_B] + emit[c]
    m = start[_M] + emit[HAN_COUNT + c]
    e = start[_E] + emit[2 * HAN_COUNT + c]
    s = start[_S] + emit[3 * HAN_COUNT + c]
    for p in range(begin + 1, end):
        c = chars[ids[p]] - 0x4E00
        em_b, em_m, em_e, em_s = emit[c], emit[HAN_COUNT + c], emit[2 * HAN_COUNT + c], emit[3 * HAN_COUNT + c]
        b_e, b_s = e + trans[4 * _E + _B] + em_b, s + trans[4 * _S + _B] + em_b
        m_b, m_m = b + trans[4 * _B + _M] + em_m, m + trans[4 * _M + _M] + em_m
        e_b, e_m = b + trans[4 * _B + _E] + em_e, m + trans[4 * _M + _E] + em_e
        s_e, s_s = e + trans[4 * _E + _S] + em_s, s + trans[4 * _S + _S] + em_s
        came = 0
        b = b_e
        if b_s >= b_e:
            b = b_s
            came |= 1
        m = m_b
        if m_m >= m_b:
            m = m_m
            came |= 2
        e = e_b
        if e_m >= e_b:
            e = e_m
            came |= 4
        s = s_e
        if s_s >= s_e:
            s = s_s
            came |= 8
        back[p] = came
    state = _S if s >= e else _E
    last = end  # where the word ends that is being read backwards
    for p in range(end - 1, begin - 1, -1):
        if state == _E or state == _S:
            last = p + 1
        if state == _B or state == _S or p == begin:
            _set_word(p, last, cells, split, ids, lengths)
        if p > begin:
            came = back[p]
            if state == _B:
                state = _S if came & 1 else _E
            elif state == _M:
                state = _M if came & 2 else _B
            elif state == _E:
                state = _M if came & 4 else _B
            else:
                state = _S if came & 8 else _E


@Lazy
def _set_word(begin: int, end: int, cells: Any, split: Any, ids: Any, lengths: Any) -> None:
    value = value_of(begin, end, ids, cells)
    if value > 0 and split[value]:
        return
    lengths[begin] = end - begin


@Lazy
def _cut_numbers(begin: int, end: int, ids: Any, lengths: Any) -> None:
    """Makes words of letters and digits, with decimals and a per cent sign, and of the text between them."""
    rest = begin
    p = begin
    while p < end:
        if ids[p] >= SIGN:
            p += 1
            continue
        if rest < p:
            lengths[rest] = p - rest
        first = p
        while p < end and ids[p] < SIGN:
            p += 1
        if p + 1 < end and ids[p] == DOT and ids[p + 1] < ALNUM + 10:
            p += 2
            while p < end and ids[p] < ALNUM + 10:
                p += 1
        if p < end and ids[p] == PERCENT:
            p += 1
        lengths[first] = p - first
        rest = p
    if rest < end:
        lengths[rest] = end - rest
