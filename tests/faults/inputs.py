"""Faults of what is read."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import os
import random
import sys
from collections.abc import Callable
from functools import partial

from tests.conftest import LAWS
from tests.faults.place import Fault, ImpossibleError, Place

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PACK: dict[str, Callable[[bytes], bytes]] = {
    "gz": partial(gzip.compress, mtime=0),
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": partial(zstd.compress, options={zstd.CompressionParameter.checksum_flag: 1}),  # as the command zstd does
}
_SAME = "exit 0, the same words as of the text itself"
#: For root too, a file without permissions is one that cannot be read.
_WITHOUT_PRIVILEGES = "setpriv --bounding-set=-dac_override,-dac_read_search --" if os.geteuid() == 0 else ""


def truncated(kind: str, place: Place) -> str:
    """Half an archive."""
    data = PACK[kind](place.long)
    place.write(f"long.txt.{kind}", data[: len(data) // 2])
    return place.fails(f"long.txt.{kind}", says=[f"long.txt.{kind}: ", "end too early", "get it again"]).told()


def damaged(kind: str, place: Place) -> str:
    """Some bytes in the middle of an archive are others."""
    data = bytearray(PACK[kind](place.long))
    middle = len(data) // 2
    data[middle : middle + 8] = bytes(byte ^ 0x55 for byte in data[middle : middle + 8])
    place.write(f"long.txt.{kind}", data)
    return place.fails(f"long.txt.{kind}", says=[f"long.txt.{kind}: damaged", "after byte", "get it again"]).told()


def wrong_encoding(place: Place) -> str:
    """GB 18030 read as UTF-8; then the way out."""
    place.write("old.txt", place.laws.decode().encode("gb18030"))
    line = place.fails("old.txt", says=["old.txt:1 (byte 0): not valid UTF-8", "--encoding gb18030"]).told()
    place.succeeds("old.txt", "--encoding", "gb18030", words=place.words_of("laws.txt"))
    return f"{line}; with `--encoding gb18030` {_SAME}"


def damaged_record(fault: str, written: str, place: Place) -> str:
    """Something in the text of the third record that is no character."""
    lines = place.laws.decode().split("\n")[:200]
    records = [json.dumps({"id": i, "text": line}, ensure_ascii=False) for i, line in enumerate(lines)]
    records[2] = records[2][:-2] + f"规{written}定" + records[2][-2:]
    place.write("posts.jsonl", "\n".join(records).encode())
    line = place.fails("posts.jsonl", "--field", "text", says=["posts.jsonl:3: ", fault, "--errors skip"]).told()
    lines[2] += "规\ufffd定"
    place.write("mended.txt", "\n".join(lines).encode())
    place.succeeds("posts.jsonl", "--field", "text", "--errors", "replace", words=place.words_of("mended.txt"))
    return f"{line}; with `--errors replace` {_SAME} with U+FFFD there"


def unknown_field(place: Place) -> str:
    """None of that name."""
    place.write("posts.jsonl", b'{"id": 1, "post": {"title": "x", "body": "y"}}\n' * 3)
    says = ["posts.jsonl: ", "'post.bdoy'", "id, post.title, post.body", "did you mean post.body?"]
    return place.fails("posts.jsonl", "--field", "post.bdoy", says=says).told()


def unknown_column(place: Place) -> str:
    """None of that name."""
    place.write("posts.csv", b"id,title,body\n1,x,y\n")
    says = ["posts.csv: ", "'bdoy'", "id, title, body", "did you mean body?"]
    return place.fails("posts.csv", "--column", "bdoy", says=says).told()


def write_parquet(place: Place) -> bytes:
    """A table of two columns in posts.parquet; -> the file."""
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise ImpossibleError("pyarrow is not installed") from None
    lines = place.laws.decode().split("\n")
    table = pyarrow.table({"id": list(range(len(lines))), "body": lines})
    parquet.write_table(table, place.folder / "posts.parquet")
    return (place.folder / "posts.parquet").read_bytes()


def parquet_column(place: Place) -> str:
    """None of that name."""
    write_parquet(place)
    says = ["posts.parquet: ", "'text'", "id, body"]
    return place.fails("posts.parquet", "--column", "text", says=says).told()


def parquet_truncated(place: Place) -> str:
    """Half a file."""
    data = write_parquet(place)
    place.write("posts.parquet", data[: len(data) // 2])
    return place.fails("posts.parquet", "--column", "body", says=["posts.parquet: ", "is it whole?"]).told()


def parquet_library(place: Place) -> str:
    """The extra is not installed."""
    write_parquet(place)
    says = ["posts.parquet: ", "pip install 'nlpkit[parquet]'"]
    return place.fails("posts.parquet", "--column", "body", hook=["without", "pyarrow"], says=says).told()


def changed(action: str, at: str, says: list[str], place: Place) -> str:
    """Somebody writes to a file that is read."""
    assert place.long
    seen = place.fails("long.txt", "-j", "2", "--chunk-size", "100k", hook=[action, "long.txt", at], says=says)
    return seen.told()


def fifo(place: Place) -> str:
    """What can be read only once."""
    assert place.laws
    os.mkfifo(place.folder / "fifo")
    place.succeeds("fifo", before="cat laws.txt > fifo &", words=place.words_of("laws.txt"))
    return _SAME


def unreadable(place: Place) -> str:
    """No permission."""
    place.write("secret.txt", b"x").chmod(0)
    return place.fails("secret.txt", before=_WITHOUT_PRIVILEGES, says=["secret.txt: permission denied"]).told()


def missing(place: Place) -> str:
    """A name with a slip."""
    assert place.laws
    return place.fails("lasw.txt", says=["lasw.txt: no such file", "did you mean laws.txt?"]).told()


def wordless(size: int, place: Place) -> str:
    """Nothing, or only NUL bytes."""
    place.write("text.txt", bytes(size))
    place.succeeds("text.txt", words=b"")
    return "exit 0, no words"


def one_line(place: Place) -> str:
    """A text without line ends, plain and compressed."""
    size = (200 if place.full else 4) << 20
    line = LAWS.read_bytes().replace(b"\n", b"")
    some = random.Random(4)
    starts = [3 * some.randrange(len(line) // 6) for _ in range(2 * size // len(line))]
    text = b"".join(line[start : start + len(line) // 2].decode(errors="ignore").encode() for start in starts)
    place.write("line.txt", text)
    place.write("line.txt.gz", gzip.compress(text, 1))
    words = place.words_of("line.txt")
    seen = place.succeeds("line.txt.gz", "--memory", "64M", "-j", "2", words=words, limit=600)
    assert seen.peak < 600 << 20, seen.peak
    return "exit 0, the same words from both; less than 600 MB of memory with `--memory 64M`"


def bomb(place: Place) -> str:
    """An archive that unpacks to a thousand times its size."""
    member = gzip.compress(bytes(100 << 20), mtime=0)
    with (place.folder / "zeros.gz").open("wb") as file:
        for _ in range(100 if place.full else 2):
            file.write(member)
    seen = place.succeeds("zeros.gz", words=b"", limit=1200)
    assert seen.peak < 400 << 20, seen.peak
    return "exit 0, no words; less than 400 MB of memory"


def many_files(place: Place) -> str:
    """More files than may be open."""
    (place.folder / "posts").mkdir()
    for i in range(5000):
        place.write(f"posts/{i}.txt", f"第{i}条养犬人应当文明养犬。\n".encode())
    place.succeeds("posts", before="ulimit -n 64;", words=place.words_of("posts"))
    return "exit 0, the same words as without the limit"


FAULTS = [
    *(Fault(f"truncated .{kind}", "the first half of an archive", partial(truncated, kind)) for kind in PACK),
    *(Fault(f"damaged .{kind}", "8 bytes in the middle of it are others", partial(damaged, kind)) for kind in PACK),
    Fault("wrong encoding", "GB 18030 is read as UTF-8", wrong_encoding),
    Fault("NUL in JSON", "a raw one, in the third record", partial(damaged_record, "not valid JSON", "\0")),
    Fault(
        "lone surrogate in JSON",
        r"`\ud800` in the third record",
        partial(damaged_record, "a lone surrogate", r"\ud800"),
    ),
    Fault("unknown field", "`--field post.bdoy` of JSON Lines", unknown_field),
    Fault("unknown column", "`--column bdoy` of CSV", unknown_column),
    Fault("Parquet without the column", "`--column text`", parquet_column),
    Fault("Parquet truncated", "the first half of a file", parquet_truncated),
    Fault("Parquet without pyarrow", "its import fails", parquet_library),
    Fault(
        "a file shrinks",
        "to half its size, when two chunks of it are counted",
        partial(
            changed, "shrink", "nlpkit.executors.merging:Merging._collect@2", ["long.txt: changed while it was read"]
        ),
    ),
    Fault(
        "a file grows",
        "by a line, between two passes",
        partial(changed, "grow", "nlpkit.corpus.reader:Corpus.chunks@2", ["long.txt: changed while it was read"]),
    ),
    Fault(
        "a file is deleted",
        "between two passes",
        partial(changed, "delete", "nlpkit.corpus.reader:Corpus.chunks@2", ["long.txt: no such file"]),
    ),
    Fault("FIFO as input", "`mkfifo`, and `cat` writes to it", fifo),
    Fault("unreadable file", "mode 000, root's privileges dropped", unreadable),
    Fault("missing file", "a slip in its name", missing),
    Fault("empty file", "0 bytes", partial(wordless, 0)),
    Fault("NUL bytes only", "a million of them", partial(wordless, 1_000_000)),
    Fault("one long line", "200 MB of statutes without a line end, plain and .gz", one_line),
    Fault("decompression bomb", "10 GB of zeros in 10 MB of .gz", bomb),
    Fault("more files than may be open", "5,000 files with `ulimit -n 64`", many_files),
]
