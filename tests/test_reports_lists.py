"""Frequency lists as other programs write them are lists; what is not one is said to be read as text."""

from pathlib import Path

import pytest

from nlpkit.errors import InputError
from nlpkit.frequencies import is_list, read_lists
from tests.conftest import SHARED, Run

pytestmark = pytest.mark.compiled  # tests of the library compare the kernels

REPORTS = SHARED / "reports"
needs_reports = pytest.mark.skipif(not REPORTS.is_dir(), reason=f"needs the shared data: {SHARED}")

#: program -> its list, and the counts in it
LISTS: dict[str, tuple[str, dict[str, int]]] = {
    "AntConc 3": (
        "#Word Types: 4\n#Word Tokens: 180\n#Search Hits: 0\n1\t100\tthe\n2\t50\tand\n3\t20\tcat\n4\t10\tdog\n",
        {"the": 100, "and": 50, "cat": 20, "dog": 10},
    ),
    "AntConc 3, lemmas": (
        "#Lemma Types: 4\n"
        "#Lemma Tokens: 180\n"
        "#Search Hits: 0\n"
        "1\t100\tbe\tare 20 is 30 was 50\n"
        "2\t50\thave\thave 50\n"
        "3\t20\tcat\tcat 20\n"
        "4\t10\tdog\tdog 10\n",
        {"be": 100, "have": 50, "cat": 20, "dog": 10},
    ),
    "AntConc 4": (
        "Type\tRank\tFreq\tRange\nthe\t1\t100\t5\nand\t2\t50\t5\ncat\t3\t20\t2\ndog\t4\t10\t1\n",
        {"the": 100, "and": 50, "cat": 20, "dog": 10},
    ),
    "AntConc 4, more columns": (
        "Type\tPOS\tHeadword\tRank\tFreq\tRange\tNormFreq\tNormRange\n"
        "the\t\tthe\t1\t100\t5\t555555.5\t1.0\n"
        "and\t\tand\t2\t50\t5\t277777.7\t1.0\n",
        {"the": 100, "and": 50},
    ),
    "WordSmith": (
        "N\tWord\tFreq.\t%\tTexts\t%\n1\tTHE\t1,234\t6.04\t10\t100\n2\tOF\t987\t3.04\t10\t100\n3\tA\t87\t0.1\t3\t30\n",
        {"THE": 1234, "OF": 987, "A": 87},
    ),
    "WordSmith, CSV": (
        '"N","Word","Freq.","%","Texts"\n"1","THE","1,234","6.04","10"\n"2","OF","987","3.04","10"\n',
        {"THE": 1234, "OF": 987},
    ),
    "WordSmith, German": (
        "N\tWort\tHäufigkeit\t%\n1\tder\t1.234\t6,04\n2\tdie\t987\t3,04\n",
        {"der": 1234, "die": 987},
    ),
    "Sketch Engine, CSV": (
        'corpus: British National Corpus (BNC)\nsubcorpus: -\nItem,Frequency\n"the",6041234\n"of",3042376\n',
        {"the": 6041234, "of": 3042376},
    ),
    "Sketch Engine, quoted titles": (
        '"corpus","bnc"\n"subcorpus","-"\n"word","frequency"\n"the","6041234"\n"of","3042376"\n',
        {"the": 6041234, "of": 3042376},
    ),
    "Sketch Engine, tabs": (
        "corpus: susanne\n\nword\tFrequency\tRelative frequency\nthe\t9573\t63636.7\nof\t4674\t31000.3\n",
        {"the": 9573, "of": 4674},
    ),
    "BNC": (
        "6187267 the at0 4120\n2941444 of prf 4108\n2682863 and cjc 4120\n2560344 to to0 4113\n",
        {"the": 6187267, "of": 2941444, "and": 2682863, "to": 2560344},
    ),
    "BNC, lemmas": (
        "1 6187267 the det\n2 4239632 be v\n3 3093444 of prep\n4 2687863 and conj\n",
        {"the": 6187267, "be": 4239632, "of": 3093444, "and": 2687863},
    ),
    "BNC, lemmas in alphabetical order": (
        "5 2186369 a det\n2107 4249 abandon v\n5204 1110 abbey n\n966 10468 ability n\n321 30454 able a\n",
        {"a": 2186369, "able": 30454, "ability": 10468, "abandon": 4249, "abbey": 1110},
    ),
    "BNC, forms below lemmas": (
        "\tWord\tPoS\t\tFreq\tRa\tDisp\n"
        "\ta\tDet\t:\t21626\t100\t0.99\n"
        "\tabandon\tVerb\t%\t44\t99\t0.96\n"
        "\t@\t@\tabandon\t12\t96\t0.93\n"
        "\t@\t@\tabandoned\t26\t98\t0.95\n",
        {"a": 21626, "abandon": 44},
    ),
    "SUBTLEX-US": (
        "Word\tFREQcount\tCDcount\tFREQlow\tCdlow\tSUBTLWF\tLg10WF\tSUBTLCD\tLg10CD\n"
        "the\t1501908\t8388\t1339811\t8388\t29449.18\t6.1766\t100.00\t3.9237\n"
        "to\t1156570\t8383\t1138435\t8380\t22677.84\t6.0632\t99.94\t3.9235\n",
        {"the": 1501908, "to": 1156570},
    ),
    "SUBTLEX-CH": (
        '"Total word count: 33,546,516"\n'
        '"Context number: 6,243"\n'
        "Word\tWCount\tW/million\tlogW\tW-CD\tW-CD%\tlogW-CD\n"
        "的\t1682229\t50146.33\t6.2259\t6243\t100\t3.7954\n"
        "我\t1682018\t50140.04\t6.2258\t6243\t100\t3.7954\n",
        {"的": 1682229, "我": 1682018},
    ),
    "THUOCL": (
        "版权\t13204281\n证券\t5744085\n房地产\t5638548\n",
        {"版权": 13204281, "证券": 5744085, "房地产": 5638548},
    ),
    "R, write.csv": ('"","word","n"\n"1","the",100\n"2","and",50\n', {"the": 100, "and": 50}),
    "R, write.table": ('"word" "n"\n"1" "the" 100\n"2" "and" 50\n"3" "cat" 20\n', {"the": 100, "and": 50, "cat": 20}),
    "R, quanteda": (
        '"","feature","frequency","rank","docfreq","group"\n"1","the",100,1,5,"all"\n"2","and",50,2,5,"all"\n',
        {"the": 100, "and": 50},
    ),
    "pandas": (",word,count\n0,the,100\n1,and,50\n2,cat,20\n", {"the": 100, "and": 50, "cat": 20}),
    "pandas, floats": (",word,count\n0,the,100.0\n1,and,50.0\n2,cat,20.0\n", {"the": 100, "and": 50, "cat": 20}),
    "pandas, a series of words": (",word\nthe,100\nand,50\ncat,20\n", {"the": 100, "and": 50, "cat": 20}),
    "pandas, a series without a name": (",0\nthe,100\nand,50\ncat,20\n", {"the": 100, "and": 50, "cat": 20}),
    "uniq -c": ("    100 the\n     50 and\n      2 New York\n", {"the": 100, "and": 50, "New York": 2}),
    "uniq -c, large counts": (
        "1234567 the\n  50000 and\n      2 New York\n",
        {"the": 1234567, "and": 50000, "New York": 2},
    ),
    "Chinese, columns of shares": (
        "序号\t词语\t出现次数\t频率(%)\t累计频率(%)\n1\t的\t744863\t7.7946\t7.7946\n2\t是\t130191\t1.3624\t9.1570\n",
        {"的": 744863, "是": 130191},
    ),
    "Chinese, CSV": ("排名,词,词频\n1,的,100\n2,了,50\n", {"的": 100, "了": 50}),
    "Chinese, titles": (
        "现代汉语语料库词频表\n说明：共两万词\n\n词语,词频\n的,100\n了,50\n我,20\n",
        {"的": 100, "了": 50, "我": 20},
    ),
    "a list of characters": (
        "/* Copyright */\n"
        "/* by Jun Da */\n"
        "1\t的\t7922684\t4.094\tde/di2/di4\t(possessive)\n"
        "2\t一\t3050722\t5.67\tyi1\tone\n"
        "3\t是\t2615490\t7.02\tshi4\tis\n",
        {"的": 7922684, "一": 3050722, "是": 2615490},
    ),
    "Leipzig": ("101\tder\t41222\n102\tdie\t38122\n103\tund\t20000\n", {"der": 41222, "die": 38122, "und": 20000}),
    "Leipzig, the word twice": ('1\t!\t!\t412\n2\t"\t"\t381\n3\tund\tund\t200\n', {"!": 412, '"': 381, "und": 200}),
    "word count": ("你 100\n我 50\n他 20\n", {"你": 100, "我": 50, "他": 20}),
    "web counts": ("the\t23135851162\nof\t13151942776\n", {"the": 23135851162, "of": 13151942776}),
    "German, semicolons": ("Wort;Anzahl\nder;100\ndie;50\n", {"der": 100, "die": 50}),
    "German, points between thousands": (
        "Wort\tAnzahl\nder\t3.000\ndie\t2.000\ndas\t950\n",
        {"der": 3000, "die": 2000, "das": 950},
    ),
    "German, millions": (
        "Wort\tAnzahl\nder\t2.000.000\ndie\t3.000\ndas\t2.000\n",
        {"der": 2_000_000, "die": 3000, "das": 2000},
    ),
    "decimals of whole numbers": ("word\tcount\nthe\t3.0\nof\t2.00\nto\t1.0000\n", {"the": 3, "of": 2, "to": 1}),
    "French, spaces between thousands": ("Mot;Fréquence\nle;1 234\nla;987\n", {"le": 1234, "la": 987}),
    "aligned columns": ("  1  the   100\n  2  and    50\n  3  cat    20\n", {"the": 100, "and": 50, "cat": 20}),
    "aligned columns with a header": (
        "Rank  Word   Part of speech  Frequency  Dispersion\n"
        "1     the    a     22038615    0.98\n"
        "2     be     v     12545825    0.97\n"
        "3     and    c     10741073    0.99\n",
        {"the": 22038615, "be": 12545825, "and": 10741073},
    ),
    "COCA, not by rank": (
        "rank\tlemma / word\tPoS\tfreq\tdispersion\n7371\tbrew\tv\t94904\t0.95\n17331\tuseable\ta\t11\t0.9\n",
        {"brew": 94904, "useable": 11},
    ),
    "Voyant": ("Term,Count,Trend\nthe,100,0.02\nand,50,0.01\n", {"the": 100, "and": 50}),
    "LancsBox": (
        "Type\tFrequency: 01 - Freq\tDispersion: 01_CV\nthe\t6041\t0.2\nof\t3042\t0.3\n",
        {"the": 6041, "of": 3042},
    ),
    "KH Coder": ("抽出語,品詞/活用,頻度\n先生,名詞,595\n奥さん,名詞,388\n", {"先生": 595, "奥さん": 388}),
    "Japanese": (
        "順位\t語彙素\t品詞\t頻度\n1\tの\t助詞\t5061558\n2\tに\t助詞\t3576558\n",
        {"の": 5061558, "に": 3576558},
    ),
    "Korean": ("순위,단어,빈도\n1,것,100\n2,하다,50\n", {"것": 100, "하다": 50}),
    "count, tab, word": ("100\tthe\n50\tand\n20\tcat\n", {"the": 100, "and": 50, "cat": 20}),
    "CSV without a header": ("the,100\nand,50\ncat,20\n", {"the": 100, "and": 50, "cat": 20}),
    "JSON Lines": ('{"word": "the", "freq": 100}\n{"word": "and", "freq": 50}\n', {"the": 100, "and": 50}),
    "jieba with capital tags": ("区块链 100 N\n边缘云 50 NZ\n", {"区块链": 100, "边缘云": 50}),
    "a header of unknown names": ("Wörter,Zahlen\nder,100\ndie,50\nund,20\n", {"der": 100, "die": 50, "und": 20}),
    "documents before occurrences": ("词\t文档数\t词频\n的\t5\t100\n了\t4\t50\n", {"的": 100, "了": 50}),
    "documents before occurrences, no header": ("的\t5\t100\n了\t4\t50\n我\t4\t20\n", {"的": 100, "了": 50, "我": 20}),
}

#: texts, which no list is
TEXTS = {
    "genesis": "1 In the beginning God created the heaven and the earth.\n2 And the earth was without form\n",
    "label csv": "label,review\n1,好评好评\n0,差评差评\n",
    "label tsv": "1\t好评好评\n0\t差评差评\n1\t啊啊\n",
    "kings": "Kings 3 4\nAnd 2 3 1\n",
    "poem": "床前明月光\n疑是地上霜\n举头望明月\n",
    "space": "the cat sat\non the mat\n",
    "years": "Apples 1990\nPears 2001\nFigs 1800\n",
    "title": "Word count\nThis is a text, of words.\n",
    "list of numbers": "1\n2\n3\n",
    "sub": "1\n00:00:01,000 --> 00:00:02,000\nHello\n\n2\n00:00:03,000 --> 00:00:04,000\nBye\n",
    "idtext": "id,text\n3,hello there you\n2,it is me\n1,so what\n",
    "idtext tsv": "9\thello there you\n7\tit is me\n3\tso what\n",
}

#: what has no counts, and what the message says
NO_COUNTS = {
    "shares under a header": ("word,freq\nthe,0.0537\nof,0.0257\n", "column freq has 0.0537, which is no count"),
    "thousands, or fractions": (
        "Wort\tAnzahl\nder\t3.000\ndie\t2.000\n",
        "column Anzahl has 3.000, which may be 3 or 3000",
    ),
    "the same without a header": ("der\t3.000\ndie\t2.000\ndas\t1.000\n", "column 2 has 3.000, which may be 3 or 3000"),
    "Zipf values": ("word\tzipf\nthe\t7.73\nof\t7.4\n", "column zipf has 7.73, which is no count"),
    "no header": ("the\t7.73\nof\t7.4\nand\t7.3\n", "column 2 has 7.73, which is no count"),
}


@pytest.mark.parametrize(("text", "counts"), LISTS.values(), ids=LISTS)
def test_lists_of_other_programs_are_lists(text: str, counts: dict[str, int], tmp_path: Path) -> None:
    path = tmp_path / "list"
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        path.write_bytes(text.replace("\n", "\r\n").encode(encoding))
        named = "utf-16" if encoding == "utf-16" else "utf-8"
        assert is_list(str(path), named)
        assert read_lists(path, encoding=named).to_dict() == counts


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_texts_are_no_lists(text: str, tmp_path: Path) -> None:
    (tmp_path / "text").write_text(text, encoding="utf-8")
    assert not is_list(str(tmp_path / "text"))


@pytest.mark.parametrize(("text", "says"), NO_COUNTS.values(), ids=NO_COUNTS)
def test_shares_and_zipf_values_are_refused(text: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "list").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=f"list: {says}"):
        is_list(str(tmp_path / "list"))
    with pytest.raises(InputError, match=f"list: {says}"):
        read_lists(tmp_path / "list")


def test_ranks_are_no_counts(tmp_path: Path) -> None:
    (tmp_path / "list").write_text("".join(f"{word}\t{rank}\n" for rank, word in enumerate("abcdefgh", 1)))
    assert not is_list(str(tmp_path / "list"))
    with pytest.raises(InputError, match="list: column 2 has ranks, which are no counts"):
        read_lists(tmp_path / "list")


def test_it_is_said_once_how_lists_of_a_kind_are_read(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / name).write_text("Type\tRank\tFreq\nthe\t1\t9\nof\t2\t8\n")
    (tmp_path / "c").write_text("token\tcount\nthe\t1\n")
    told: list[str] = []
    assert read_lists([tmp_path / name for name in "abc"], notify=told.append).to_dict() == {"the": 19, "of": 16}
    assert told == [f"{tmp_path / 'a'}: a frequency list: words from column Type, counts from Freq"]


def test_a_reference_is_said_to_be_a_text_or_is_empty(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a b a")
    (tmp_path / "b.txt").write_text("b b a c")
    (tmp_path / "empty.txt").write_text("")
    done = run("keywords", "a.txt", "--tokenizer", "space", "--against", "b.txt")
    assert "b.txt: read as text, not as a frequency list\n" in done.stderr.decode()
    done = run("keywords", "a.txt", "--tokenizer", "space", "--against", "empty.txt")
    assert done.returncode == 1
    assert "so there is nothing to compare" in done.stderr.decode()


def test_lists_in_another_encoding_are_added_up(run: Run, tmp_path: Path) -> None:
    (tmp_path / "gbk.txt").write_bytes("词语\t词频\n的\t100\n了\t50\n".encode("gbk"))
    (tmp_path / "utf8.tsv").write_text("token\tcount\n的\t1\n", encoding="utf-8")
    done = run("count", "--merge", "gbk.txt", "utf8.tsv", "--encoding", "gb18030")
    assert done.stdout.decode() == "token\tcount\n的\t101\n了\t50\n"
    (tmp_path / "text.txt").write_text("的 的 的 其他\n", encoding="utf-8")
    options = ("--tokenizer", "space", "-f", "words", "--max-p", "1", "--no-correction")
    done = run("keywords", "text.txt", "--against", "gbk.txt", "--encoding", "gb18030", *options)
    assert done.stdout.decode() == "其他\n的\n"


@needs_reports
@pytest.mark.parametrize("name", ["antconc3_wordlist.txt", "antconc4_wordlist.txt", "wordlist_word_freq.csv"])
def test_the_lists_of_the_reports(name: str, run: Run) -> None:
    path = REPORTS / name
    done = run("count", "--merge", path)
    assert done.stdout.decode().startswith("token\tcount\nthe\t100\nand\t50\ncat\t20\n")
    options = ("--tokenizer", "space", "--max-p", "1", "--no-correction")
    done = run("keywords", REPORTS / "antconc_target.txt", "--against", path, *options)
    assert "dragon\t3\t0\t" in done.stdout.decode()
    assert f"{name}: a frequency list: words from column" in done.stderr.decode()


@needs_reports
def test_the_glob_holds_for_lists(run: Run) -> None:
    assert run("count", "--merge", REPORTS / "lists", "--glob", "*.tsv").stdout == b"token\tcount\nthe\t3\n"


BNC = "100 !!WHOLE_CORPUS !!ANY 4124\n60 the at0 4120\n30 of prf 4108\n9 and cjc 4120\n"


def test_the_row_of_the_whole_corpus_is_no_word(tmp_path: Path) -> None:
    (tmp_path / "all.num").write_text(BNC)
    told: list[str] = []
    assert read_lists(tmp_path / "all.num", notify=told.append).to_dict() == {"the": 60, "of": 30, "and": 9}
    assert "!!WHOLE_CORPUS is the size of the whole corpus" in told[1]
    (tmp_path / "words").write_text("!! 60\n!!! 30\nof 20\n")
    assert read_lists(tmp_path / "words").to_dict() == {"!!": 60, "!!!": 30, "of": 20}


def test_words_of_a_reference_get_the_forms_of_the_tokens(run: Run, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("the cat of the house")
    (tmp_path / "ref.tsv").write_text("word\tcount\nTHE\t600\nＴｈｅ\t50\nThe\t5\nOF\t300\n", encoding="utf-8")
    command = ("keywords", "text", "--against", "ref.tsv", "--tokenizer", "space", "--max-p", "1", "--no-correction")
    wanted = {(): "0", ("--casefold",): "605", ("--casefold", "--normalize"): "655"}
    for options, count in wanted.items():
        done = run(*command, "--negative", *options)
        rows = [line.split("\t") for line in done.stdout.decode().splitlines()]
        assert [row[:3] for row in rows if row[0] == "the"] == [["the", "2", count]]
        assert ("none of the 5 tokens occur in the reference" in done.stderr.decode()) == (options == ())
    folded = read_lists(tmp_path / "ref.tsv", casefold=True, normalize=True)
    assert folded.to_dict() == {"the": 655, "of": 300}


@pytest.mark.parametrize("text", ["the\t0.05\nof\t0.02\nand\t0.03\n", "the 0.05\nof 0.02\nand 0.03\n"])
def test_a_reference_of_shares_is_not_read_as_text(text: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("the cat of the house")
    for name in ("shares.txt", "shares.csv"):
        (tmp_path / name).write_text(text.replace("\t", "," if name.endswith("csv") else "\t"))
        for command in (("keywords", "text", "--tokenizer", "space", "--against", name), ("count", "--merge", name)):
            done = run(*command)
            assert (done.returncode, done.stdout) == (1, b"")
            assert f"{name}: column 2 has 0.05, which is no count" in done.stderr.decode()
    rated = "今天天气很好。\t0.5\n我们去公园吧！\t0.9\n他说，不去了。\t0.7\n"
    (tmp_path / "rated.txt").write_text(rated, encoding="utf-8")
    assert not is_list(str(tmp_path / "rated.txt"), is_reference=True)


COUNTED = {
    "forms of the BNC": "Word\tPoS\tFreq\n@\t@\t@\nthe\tDet\t100\n@\t@\tThe\nof\tPrep\t50\n",
    "grouped": 'word,count\nthe,"1,100"\nof,50\n',
    "pandas": "the 100.0\nof 50.0\n",
    "R": "the 1e+05\nof 500\n",
    "R, with a header": "word\tn\nthe\t1.2e+06\nof\t1e2\n",
}
COUNTS = ((100, 50), (1100, 50), (100, 50), (100_000, 500), (1_200_000, 100))


@pytest.mark.parametrize(("name", "counts"), list(zip(COUNTED, COUNTS, strict=True)), ids=list(COUNTED))
def test_counts_are_read_as_programs_write_them(name: str, counts: tuple[int, int], tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text(COUNTED[name])
    assert read_lists(path).to_dict() == dict(zip(("the", "of"), counts, strict=True))
    assert is_list(str(path))


def test_fractions_are_no_counts(tmp_path: Path) -> None:
    (tmp_path / "list.tsv").write_text("word\tfreq\nthe\t1.25e1\nof\t1e1\n")
    with pytest.raises(InputError, match=r"has 1\.25e1, which is no count"):
        read_lists(tmp_path / "list.tsv")


@pytest.mark.parametrize(
    "text",
    [
        "the:100\nof:50\n",
        "the = 50\nof = 100\n",
        "the 50\nof 100\n",
        "120 the\n50 of\n70 a\n",
        "50\tof\n120\tthe\n7\ta\n",
        "Counter({'the': 100, 'of': 50})\n",
        "[('the', 100), ('of', 50)]\n",
        '{"the": 100}\n',
        '[\n  [\n    "the",\n    100\n  ],\n' + '  [\n    "of",\n    9\n  ],\n' * 30,
    ],
)
def test_a_reference_of_words_and_numbers_in_another_form_is_refused(text: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("the cat of the house")
    (tmp_path / "ref").write_text(text)
    done = run("keywords", "text", "--against", "ref", "--tokenizer", "space")
    assert (done.returncode, done.stdout) == (1, b"")
    assert "a frequency list has a word, a tab and its count on each line" in done.stderr.decode()


@pytest.mark.parametrize(
    "text",
    [
        '{"text": "a b", "n": 5}\n',
        "Chapter 1\nIt was cold.\n",
        "Chapter 1\nChapter 2\nChapter 3\n",
        "[a, 5]\n",
        "1 Introduction\n2 Methods\n3 Results\n",
        "2 of\n",
        "1990 A\n1995 B\n",
        "2 cats\n2 dogs and\n1 horse\n",
    ],
)
def test_a_text_with_numbers_is_a_reference(text: str, tmp_path: Path) -> None:
    (tmp_path / "ref").write_text(text)
    assert not is_list(str(tmp_path / "ref"), is_reference=True)


def test_a_dictionary_of_jieba_is_a_list_though_its_counts_rise(tmp_path: Path) -> None:
    rows = [f"词{chr(0x4E00 + n)} {n % 7 + 1} {('n', 'v', 'nz')[n % 3]}\n" for n in range(12)]
    for text, expected in (
        ("".join(rows), True),
        ("".join(rows[:9]), False),
        ("".join(rows).replace("nz", "kg"), False),
        ("".join(row.rsplit(" ", 1)[0] + " g\n" for row in rows), False),  # flour 200 g
        ("".join(rows) + "词 3\n", False),
    ):
        (tmp_path / "dict.txt").write_text(text, encoding="utf-8")
        assert is_list(str(tmp_path / "dict.txt"), is_reference=True) is expected
    (tmp_path / "dict.txt").write_text("".join(rows), encoding="utf-8")
    assert read_lists(tmp_path / "dict.txt").to_dict() == {
        f"词{chr(0x4E00 + n)}": n % 7 + 1 for n in sorted(range(12), key=lambda n: (-(n % 7), n))
    }


def test_a_folder_of_lists_is_a_reference(run: Run, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("the cat of the house")
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "a.tsv").write_text("rank\tword\tfreq\n1\tthe\t100\n")
    (tmp_path / "d" / "b.csv").write_text("word,freq\nthe,5\nof,100\n")
    command = ("keywords", "text", "--against", "d", "--tokenizer", "space", "--max-p", "1", "--no-correction")
    done = run(*command, "--negative")
    rows = {tuple(line.split("\t")[:3]) for line in done.stdout.decode().splitlines()[1:]}
    assert {("the", "2", "105"), ("of", "1", "100")} <= rows
    done = run("keywords", "--merge", "d/a.tsv", "--against", "d", "-q")
    assert (done.returncode, done.stderr) == (0, b"")
    done = run("count", "d")
    assert (done.returncode, b"d: holds frequency lists; --merge adds lists up" in done.stderr) == (2, True)
    (tmp_path / "d" / "c.txt").write_text("the cat sat")
    done = run(*command)
    assert b"d/c.txt: is no frequency list, but d/a.tsv is one; leave it out with --glob" in done.stderr
    assert run(*command, "--glob", "*.?sv").returncode == 0
    done = run("count", "d", "--glob", "*.?sv")
    assert (done.returncode, b"d: holds frequency lists; --merge adds lists up" in done.stderr) == (2, True)
