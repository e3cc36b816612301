"""The choices and defaults that the command line and the library share.

Imports nothing of nlpkit, so that `--help` can use it.
"""

from typing import NamedTuple

# Where results go.
TABLE_FORMATS = ("tsv", "csv", "jsonl")
LIST_FORMATS = (*TABLE_FORMATS, "jieba", "words")
COUNT_FORMATS = (*LIST_FORMATS, "idf")
PROGRAM_FORMATS = ("jieba", "tokenizer")  # of words for a program, which needs all of them
DISCOVERY_FORMATS = (*LIST_FORMATS, "tokenizer")
KEYNESS_FORMATS = (*TABLE_FORMATS, "words")
CONCORDANCE_FORMATS = (*TABLE_FORMATS, "text")
SUMMARY_FORMATS = ("text", *TABLE_FORMATS)
SEGMENT_FORMATS = ("text", "jsonl", "conll", "rows")

# How inputs are read.
ENCODING = "utf-8"
TEXT_FROM = ("text", "html")
ERROR_HANDLERS = ("strict", "replace", "skip")
ERRORS = ERROR_HANDLERS[0]
CHUNK_SIZE = 8 << 20  # bytes

# How work is run.
EXECUTORS = ("auto", "serial", "threads", "processes", "dask")
EXECUTOR = EXECUTORS[0]
LEAST_MEMORY = 64 << 20  # bytes

# Words and tokens.
DISCOVERY_SORTS = ("score", "count", "pmi", "left_entropy", "right_entropy")


class MethodChoice(NamedTuple):
    """A method of finding words: what `--help` says of it, and its default thresholds.

    min_pmi: nats, for n-grams of 2, 3, ... symbols; empty for a method that has no threshold of PMI of its own: then
    the option chooses from the words found. min_prob: a probability, None for a method that does not use it.
    max_length: symbols, None for no limit.
    """

    help: str
    min_pmi: tuple[float, ...] = ()
    min_prob: float | None = None
    max_length: int | None = None


#: The methods of `discover`. Each is in a file of its name: nlpkit/discovery/auto.py, pmi.py, ...
METHOD_CHOICES = {
    "auto": MethodChoice("branching entropy and PMI, re-estimated (best)", max_length=4),
    "pmi": MethodChoice("n-grams whose parts attract each other", min_pmi=(2.0, 4.0, 6.0)),
    "entropy": MethodChoice("minimum entropy", min_pmi=(1.0,), min_prob=1e-7),
}
METHODS = tuple(METHOD_CHOICES)
METHOD = METHODS[0]
CHARSETS = ("han", "han+alnum", "letters", "any")
CHARSET = "han+alnum"
MODES = ("default", "search", "full")
TOKENIZERS = ("words", "jieba", "space", "char", "regex")
LANGUAGES = ("zh", "en")  # of which the package knows what a word is
STOP_LISTS = ("zh", "en")  # that come with the package

# Terms.
TERM_TOKENIZERS = ("words", "jieba", "space", "regex")
TERM_SORTS = ("score", "count", "documents", "pmi", "left_entropy", "right_entropy", "keyness")
TERM_DOCUMENTS = ("line", "file")
MAX_WORDS = 6

# Documents.
DOCUMENTS = ("line", "file", "row")
DOCUMENT = DOCUMENTS[0]

# Keywords. The cells of the table of which G2 is made; the largest p-value; by what they are sorted.
CELLS = (4, 2)
MAX_P = 0.05
KEYNESS_SORTS = ("g2", "log_ratio", "log_ratio_low", "difference", "odds_ratio", "simple_maths", "bic", "text_g2")

# Collocations. The formula of each measure is in cooccurrence/measures.py.
COLLOCATION_MEASURES = (
    *("g2", "log_dice", "mi", "mi3", "npmi", "t_score", "z_score"),
    *("delta_p_2_given_1", "delta_p_1_given_2", "dice", "log_odds_ratio"),
)
COLLOCATION_SORT = "log_dice"
COLLOCATION_SORTS = (*COLLOCATION_MEASURES, "o11", "f_collocate")
WINDOW = 5  # words on each side
WITHIN = ("line", "sentence")

# Concordance.
CONTEXT = 30  # characters on each side of a hit

# Keywords of each document.
DOCUMENTS_OF_KEYWORDS = ("file", "row", "line")
DOCUMENT_TOP = 20

# Transactions.
LAYOUTS = ("basket", "long", "onehot", "table")

# Itemsets and rules. The formula of each measure is in rules/measures.py.
MIN_SUPPORT = "1%"
MIN_CONFIDENCE = "0.5"
MAX_CONSEQUENT = 1
RULE_SORT = "lift"
RULE_MEASURES = (
    "support",
    "confidence",
    "lift",
    "leverage",
    "conviction",
    "zhang",
    "jaccard",
    "cosine",
    "kulczynski",
    "imbalance",
    "certainty",
    "chi_square",
    "chi_square_p",
    "fisher",
    "hyper_confidence",
    "hyper_lift",
    "coverage",
    "consequent_support",
    "added_value",
    "centered_confidence",
    "confirmed_confidence",
    "casual_confidence",
    "casual_support",
    "all_confidence",
    "max_confidence",
    "laplace",
    "improvement",
    "boost",
    "lic",
    "odds_ratio",
    "yule_q",
    "yule_y",
    "phi",
    "kappa",
    "doc",
    "relative_risk",
    "importance",
    "collective_strength",
    "varying_liaison",
    "rule_power_factor",
    "std_lift",
    "rld",
    "gini",
    "lambda",
    "j_measure",
    "mutual_information",
    "counter_example",
    "least_contradiction",
    "sebag",
    "ralambondrainy",
    "lerman",
    "implication_index",
)
DEFAULT_RULE_MEASURES = RULE_MEASURES[:6]
