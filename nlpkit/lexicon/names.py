"""The names that programs and people give to the columns of word lists and frequency lists, in several languages."""

from __future__ import annotations

import re

#: Columns of words; where a list has several, the first of these is taken. A table of `terms` has `term` and `words`.
_WORDS = """
    word term words token tokens type types terms item items feature form forms wordform string ngram cluster collocate
    lemma lemmas lempos headword keyword phrase entry character char hanzi
    词 词语 词汇 单词 词条 词项 字词 字 汉字 字符 关键词 高频词 短语 詞 詞語 詞彙 單詞 單字 詞條 漢字 字元 關鍵詞 名称
    単語 語 語彙 語彙素 表層形 書字形 見出し語 抽出語 文字列 단어 어휘 형태소 어절 낱말 표제어
    wort wörter wortform mot mots forme formes terme palabra palabras forma término parola parole palavra palavras termo
    woord woorden ord słowo wyraz slovo слово слова словоформа лемма токен термин kelime كلمة từ
"""
#: Columns of counts; the first of these first. WordSmith numbers rows by `N`, R counts by `n`.
_COUNTS = """
    count counts freq frequency frequencies freqcount wcount chrcount wordcount wordfreq rawfreq rawfrequency
    rawcount absolutefrequency absfreq absfrequency totalfreq totalfrequency totalcount tokencount termfrequency
    matchcount occurrences occurrence occ hits
    词频 频数 频次 次数 出现次数 出现频次 字频 计数 频率 频度 数量 个数 总数 詞頻 頻數 頻次 次數 出現次數 字頻 計數 頻率
    數量
    頻度 度数 出現回数 出現頻度 回数 件数 빈도 빈도수 횟수 출현빈도
    häufigkeit anzahl frequenz absolutehäufigkeit fréquence fréquences effectif occurrences nombre frecuencia recuento
    apariciones frequenza occorrenze conteggio frequência contagem ocorrências frequentie aantal frekvens antal liczba
    frekwencja частота количество частотность встречаемость sıklık تكرار
    fq tf cf f total times n
"""
#: Columns of the number of documents: of nlpkit, AntConc (Range), WordSmith (Texts), SUBTLEX (CD count), Sketch Engine.
_DOCUMENTS = """
    df documents documentfrequency documentcount docfreq docf docs texts files range cdcount 文档数 文件数 篇数 文本数
"""
_NOT_IN_NAMES = re.compile(r"[\s_.\-]+")


def _places(names: str) -> dict[str, int]:
    return {name: place for place, name in reversed(list(enumerate(names.split())))}


_WORD_PLACES, _COUNT_PLACES, _DOCUMENT_PLACES = map(_places, (_WORDS, _COUNTS, _DOCUMENTS))


def word_columns(header: list[str]) -> list[int]:
    """Returns the columns whose names are those of words, the likeliest first."""
    return _named(header, _WORD_PLACES, "/")


def count_columns(header: list[str]) -> list[int]:
    """Returns the columns whose names are those of counts, the likeliest first."""
    return _named(header, _COUNT_PLACES, "")


def document_columns(header: list[str]) -> list[int]:
    """Returns the columns whose names are those of numbers of documents, the likeliest first."""
    return _named(header, _DOCUMENT_PLACES, "")


def _named(header: list[str], places: dict[str, int], between: str) -> list[int]:
    """Returns the columns with a known name. between: what may stand between several names for one column."""
    found = []
    for column, cell in enumerate(header):
        name = cell.casefold().partition(":")[0]
        parts = [name, *(name.split(between) if between else ())]
        known = [places[part] for part in (_NOT_IN_NAMES.sub("", part) for part in parts) if part in places]
        if known:
            found.append((min(known), column))
    return [column for _, column in sorted(found)]
