"""The choices and defaults that the command line and the library share. Imports nothing, so `--help` can use it."""

# Where results go.
TABLE_FORMATS = ("tsv", "csv", "jsonl")
LIST_FORMATS = (*TABLE_FORMATS, "jieba", "words")
KEYNESS_FORMATS = (*TABLE_FORMATS, "words")
REPORT_FORMATS = ("text", *TABLE_FORMATS)
SEGMENT_FORMATS = ("text", "jsonl", "conll", "rows")

# How inputs are read.
ERROR_HANDLERS = ("strict", "replace", "skip")

# How work is run.
EXECUTORS = ("auto", "serial", "threads", "processes", "dask")

# Words and tokens.
METHODS = ("auto", "pmi", "entropy")
DISCOVERY_SORTS = ("score", "count", "pmi", "left_entropy", "right_entropy")
CHARSETS = ("han", "han+alnum", "letters", "any")
MODES = ("default", "search", "full")
TOKENIZERS = ("words", "jieba", "space", "char", "regex")
DOCUMENTS = ("line", "file", "row")

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
)
DEFAULT_RULE_MEASURES = RULE_MEASURES[:6]
