"""Corpora that are read through URLs, from real servers on this machine: the same results as of local files, and
every fault of a server or connection is one clear line."""

import bz2
import csv
import gzip
import io
import json
import lzma
import os
import pickle
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import nlpkit
from nlpkit.corpus import Chunk, Corpus, Whole, read_pieces
from nlpkit.errors import EncodingError, InputError, OptionError
from nlpkit.ngrams import count_ngrams
from nlpkit.ngrams.symbols import ahead, symbol_blocks, symbol_table
from nlpkit.places.sources import Source, is_url
from tests.conftest import ENVIRONMENT, LAWS, Run, patience, start

pytestmark = [
    pytest.mark.compiled,  # nothing here depends on kernels
    pytest.mark.xdist_group("servers"),
    pytest.mark.usefixtures("dictionary"),
]

TEXT = LAWS.read_bytes()[:200_000].decode("utf-8", "ignore").rpartition("\n")[0] + "\n"
LINES = TEXT[:-1].split("\n")


def table(lines: list[str]) -> bytes:
    cells = io.StringIO()
    csv.writer(cells).writerows([["id", "text"], *([str(i), line] for i, line in enumerate(lines))])
    return cells.getvalue().encode()


def parquet(lines: list[str]) -> bytes:
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet as file

    packed = io.BytesIO()
    file.write_table(pyarrow.table({"text": lines}), packed, row_group_size=300)
    return packed.getvalue()


def json_lines(lines: list[str]) -> bytes:
    return "".join(json.dumps({"text": line}, ensure_ascii=False) + "\n" for line in lines).encode()


#: name of a file -> its bytes, and how a corpus is told to read it
KINDS: dict[str, tuple[bytes, dict[str, Any]]] = {
    "a.txt": (TEXT.encode(), {}),
    "a.txt.gz": (gzip.compress(TEXT.encode()), {}),
    "a.txt.bz2": (bz2.compress(TEXT.encode()), {}),
    "a.txt.xz": (lzma.compress(TEXT.encode(), preset=0), {}),
    "members.gz": (b"".join(gzip.compress(f"{line}\n".encode(), 1) for line in LINES), {}),
    "gb.txt": (TEXT.encode("gb18030"), {"encoding": "gb18030"}),
    "gb.gz": (gzip.compress(TEXT.encode("gb18030")), {"encoding": "auto"}),
    "wide.txt": (TEXT.encode("utf-16"), {"encoding": "utf-16"}),
    "a.jsonl": (json_lines(LINES), {"field": "text"}),
    "a.jsonl.gz": (gzip.compress(json_lines(LINES)), {"field": "text"}),
    "a.csv": (table(LINES), {"column": "text"}),
}


# ---- servers


class Handler(BaseHTTPRequestHandler):
    """Files of `server.files`, with ranges; what the first part of a path says is done to them:
    whole: no ranges. chunked: no length. closed: no length and no chunks. drop, dropwhole: the connection breaks in
    the midst of the first answers. busy: these are 503. broken: it always breaks. empty: all bytes are promised, none
    comes. NUMBER: such a status. unasked: HEAD is refused. squeezed: gzip, and Content-Encoding says so. other: another
    state of it each time. slow: what follows the first range is waited for. folder/...: a listing of the folder.
    """

    protocol_version = "HTTP/1.1"
    server: "Server"

    def do_HEAD(self) -> None:
        self.answer(False)

    def do_GET(self) -> None:
        self.answer(True)

    def answer(self, body: bool) -> None:
        server, (how, _, name) = self.server, self.path[1:].partition("?")[0].partition("/")
        server.seen.append((self.command, self.path, self.headers.get("Range", "")))
        if how == "busy" and server.drops > 0:
            server.drops -= 1
            how = "503"
        if how.isdigit() or (how == "unasked" and not body):
            self.send_response(int(how) if how.isdigit() else 405)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if how == "folder" and self.path.endswith("/"):
            self.list_files(name)
            return
        data = server.files.get(name)
        if data is None:
            self.send_response(404)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        data = gzip.compress(data) if how == "squeezed" else data
        size, start = len(data), 0
        asked = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        if asked and how not in ("whole", "chunked", "closed", "dropwhole", "squeezed"):
            start, stop = int(asked[1]), min(size, int(asked[2]) + 1)
            data = data[start:stop]
            self.send_response(206 if start < stop else 416)
            self.send_header("Content-Range", f"bytes {start}-{stop - 1}/{size}")
        else:
            self.send_response(200)
        self.send_header("ETag", f'"{random.random()}"' if how == "other" else f'"{hash(server.files[name])}"')
        self.send_header("Last-Modified", formatdate(0, usegmt=True))
        if how == "squeezed":
            self.send_header("Content-Encoding", "gzip")
        if how == "chunked":
            self.send_header("Transfer-Encoding", "chunked")
            data = b"".join(b"%x\r\n%b\r\n" % (len(data[i : i + 999]), data[i : i + 999]) for i in range(0, size, 999))
            data += b"0\r\n\r\n"
        elif how == "closed":
            self.send_header("Connection", "close")
        else:
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if not body:
            return
        if how in ("drop", "dropwhole"):
            server.drops -= 1
        if how in ("broken", "empty") or (how in ("drop", "dropwhole") and server.drops >= 0):
            # what the server has sent when it breaks off
            most = {"empty": 0, "broken": max(0, server.break_at - start)}.get(how, len(data) // 2)
            self.wfile.write(data[:most])
            self.wfile.flush()
            self.close_connection = most < len(data)
            return
        if how == "slow" and (start or not asked):
            self.wfile.write(data[:99])
            server.awaited.set()
            server.go_on.wait(20)
        self.wfile.write(data[99:] if how == "slow" and (start or not asked) else data)

    def list_files(self, top: str) -> None:
        links = {name[len(top) :].partition("/") for name in self.server.files if name.startswith(top)}
        page = "".join(f'<a href="{name}{slash}">{name}</a>\n' for name, slash, _ in sorted(links))
        data = f'<html><a href="?C=N;O=D">Name</a> <a href="../">up</a>\n{page}</html>'.encode()
        self.send_response(200 if links else 404)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    drops = 0
    break_at = 0

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files: dict[str, bytes] = {}
        self.seen: list[tuple[str, str, str]] = []  # (method, path, range)
        self.awaited, self.go_on = threading.Event(), threading.Event()  # that a slow answer has begun; may end

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass  # clients may hang up

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_port}/{path}"


@pytest.fixture(scope="module")
def http() -> Iterator[Server]:
    pytest.importorskip("fsspec")
    pytest.importorskip("aiohttp")
    with Server() as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture(autouse=True)
def fresh(request: pytest.FixtureRequest) -> None:
    """Each test has its own files on the server."""
    if "http" in request.fixturenames:
        server = request.getfixturevalue("http")
        server.files = {name: data for name, (data, _) in KINDS.items()}
        server.seen, server.drops = [], 0


@pytest.fixture
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    from nlpkit.places.remote import errors as remote_errors

    monkeypatch.setattr(remote_errors, "_PAUSES", (0.01, 0.01, 0.01, 0.01))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="module")
def s3() -> Iterator[Any]:
    """An object store on this machine, as s3fs reaches it; the bucket `corpus` has all KINDS in `corpus/kinds/`."""
    s3fs = pytest.importorskip("s3fs")
    if not (find_spec("moto") and find_spec("flask_cors")):
        pytest.skip("the stand-in for S3 is not installed (moto[server])")
    port = free_port()
    settings = {
        "AWS_ACCESS_KEY_ID": "a",
        "AWS_SECRET_ACCESS_KEY": "b",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
    }
    command = [sys.executable, "-W", "ignore", "-m", "moto.server", "-p", str(port)]
    with pytest.MonkeyPatch.context() as patch, subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            for name, value in settings.items():
                patch.setenv(name, value)
            while not answers(port):
                assert process.poll() is None, "the stand-in for S3 does not start"
                time.sleep(0.1)
            store = s3fs.S3FileSystem(use_listings_cache=False, skip_instance_cache=True)
            store.mkdir("corpus")
            for name, (data, _) in KINDS.items():
                store.pipe(f"corpus/kinds/{name}", data)
            yield store
        finally:
            process.terminate()


# ---- what is read


def read(*inputs: Any, **how: Any) -> bytes:
    with Corpus(inputs, **how) as corpus:
        return b"".join(text_of(chunk) for chunk in corpus.chunks(in_order=True))


def text_of(chunk: Chunk, size: int = 5000) -> bytes:
    return b"".join(piece.data for part in chunk.parts for piece in read_pieces(part, size))


def counts(*inputs: Any, **how: Any) -> dict[str, int]:
    return count_ngrams(Corpus(inputs, **how), 3, jobs=2, executor="threads").to_dict()


@pytest.fixture(scope="module")
def expected() -> dict[str, int]:
    return counts(io.BytesIO(TEXT.encode()))


@pytest.mark.parametrize("chunk_size", [30_000, 8 << 20])
@pytest.mark.parametrize("name", KINDS)
def test_counts_through_http_are_those_of_local_files(
    name: str, chunk_size: int, http: Server, expected: dict[str, int]
) -> None:
    url, told = http.url(f"files/{name}"), KINDS[name][1]
    assert counts(url, chunk_size=chunk_size, **told) == expected
    with Corpus(url, chunk_size=chunk_size, **told) as corpus:
        assert own_text(corpus, 5000) == (TEXT.encode(), Counter())


def test_parquet_is_read_in_ranges(http: Server, expected: dict[str, int]) -> None:
    http.files["a.parquet"] = parquet(LINES) + b""
    assert counts(http.url("files/a.parquet"), column="text") == expected
    assert counts(http.url("drop/a.parquet"), column="text") == expected
    with pytest.raises(InputError, match=r"a\.parquet: is Parquet, .* its server sends files from the beginning only"):
        read(http.url("whole/a.parquet"), column="text")


@pytest.mark.parametrize("how", ["whole", "chunked", "closed", "squeezed", "unasked"])
@pytest.mark.parametrize("name", ["a.txt", "a.jsonl", "wide.txt"])
def test_servers_of_every_kind(how: str, name: str, http: Server) -> None:
    told = KINDS[name][1]
    assert read(http.url(f"{how}/{name}"), chunk_size=30_000, **told) == TEXT.encode()
    with Corpus(http.url(f"{how}/{name}"), chunk_size=30_000, **told) as corpus:
        assert own_text(corpus, 5000)[0] == TEXT.encode()
    assert counts(http.url(f"{how}/{name}?query=1"), **told) == counts(http.url(f"files/{name}"), **told)


def test_workers_read_parts_of_remote_plain_text(http: Server) -> None:
    with Corpus(http.url("files/a.txt"), chunk_size=len(TEXT) // 4) as corpus:
        chunks = pickle.loads(pickle.dumps(list(corpus.chunks())))
        assert len(chunks) > 8
        assert sum(chunk.size for chunk in chunks) == corpus.size == len(TEXT.encode())
    http.seen.clear()
    assert text_of(chunks[-1]) == TEXT.encode()[-chunks[-1].size :]
    ranges = [asked for method, _, asked in http.seen if method == "GET"]
    first = re.fullmatch(r"bytes=(\d+)-\d+", ranges[0])
    assert first and int(first[1]) == len(TEXT.encode()) - chunks[-1].size


def test_a_small_file_takes_few_requests(http: Server) -> None:
    http.files["small.gz"] = gzip.compress(b"text\n")
    assert read(http.url("files/small.gz")) == b"text\n"
    assert [method for method, _, _ in http.seen].count("GET") == 2  # its head, its text


def test_sizes_add_up(http: Server) -> None:
    urls = [http.url("files/a.txt.gz"), http.url("chunked/gb.txt"), http.url("files/a.txt")]
    with Corpus(urls, encoding="auto", chunk_size=20_000) as corpus:
        assert corpus.size == sum(len(http.files[name]) for name in ("a.txt.gz", "gb.txt", "a.txt"))
        for own_files in (False, True):
            assert sum(chunk.size for chunk in corpus.chunks(own_files=own_files)) == corpus.size
        assert [source.name for source in corpus.sources] == urls
        spool = corpus.sources[1].path
        assert os.path.isfile(spool)  # its server told no size
    assert not os.path.exists(spool)


def test_discover_and_segment_take_urls(http: Server, tmp_path: Path) -> None:
    for name in ("a.txt", "a.txt.gz", "a.jsonl.gz", "gb.txt"):
        data, told = KINDS[name]
        local, written = tmp_path / name, [tmp_path / "local", tmp_path / "remote"]
        local.write_bytes(data)
        words = []
        for place, output in zip((local, http.url(f"files/{name}")), written, strict=True):
            corpus = Corpus(place, chunk_size=1 << 16, **told)
            found = nlpkit.discover(corpus, jobs=2)
            words.append(list(zip(found.word, found.count, found.score, strict=True)))
            nlpkit.segment(corpus, str(output))
        assert words[0] == words[1]
        assert len(words[0]) > 100
        assert written[0].read_bytes() == written[1].read_bytes()
        assert written[0].stat().st_size > len(data) // 4


def test_urls_on_the_command_line(http: Server, run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(KINDS["a.txt"][0])
    done = run("segment", "-q", http.url("files/a.t*"), http.url("files/a.txt?x=[1]"))
    assert (done.returncode, done.stdout) == (1, b"")
    done = run("segment", "-q", http.url("files/a.txt?x=[1]"))
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == run("segment", "-q", tmp_path / "a.txt").stdout


def test_segment_into_a_folder(http: Server, run: Run, tmp_path: Path) -> None:
    done = run("segment", "--out-dir", tmp_path, http.url("files/a.txt.gz"))
    assert (done.returncode, os.listdir(tmp_path)) == (0, ["a.txt"])
    assert b" lines written" in done.stderr
    assert (tmp_path / "a.txt").read_bytes().replace(b" ", b"").startswith(LINES[0].encode())


# ---- patterns and folders


def names(*inputs: str, **how: Any) -> list[str]:
    with Corpus(inputs, **how) as corpus:
        return [source.name for source in corpus.sources]


TREE = ["b.txt", "a/2.txt", "a/10.txt", "a/x.csv", ".hidden", "a/.hidden.txt", ".git/c.txt", "é.txt", "a/deep/er.txt"]


@pytest.mark.parametrize("store", ["http", "s3", "memory"])
def test_patterns_and_folders(store: str, request: pytest.FixtureRequest) -> None:
    fsspec = pytest.importorskip("fsspec")
    if store == "http":
        server = request.getfixturevalue("http")
        server.files = {f"t/{name}": name.encode() for name in TREE if name.isascii()}
        top = server.url("folder/t")
    else:
        files = request.getfixturevalue("s3") if store == "s3" else fsspec.filesystem("memory")
        for name in TREE:
            files.pipe(f"corpus/tree/{name}", name.encode())
        files.pipe("corpus/tree-2/no.txt", b"no")
        top = {"s3": "s3://corpus/tree", "memory": "memory:///corpus/tree"}[store]

    def found(pattern: str, **how: Any) -> list[str]:
        return [name.removeprefix(top + "/") for name in names(top + pattern, **how)]

    last = [] if store == "http" else ["é.txt"]
    assert found("/") == ["a/10.txt", "a/2.txt", "a/deep/er.txt", "a/x.csv", "b.txt", *last]
    assert found("/", glob="*.txt") == ["a/10.txt", "a/2.txt", "a/deep/er.txt", "b.txt", *last]
    assert found("/", glob="a/*.csv") == ["a/x.csv"]
    assert found("/*.txt") == ["b.txt", *last]
    assert found("/*/*.txt") == ["a/10.txt", "a/2.txt"]
    assert found("/a/[12].txt") == ["a/2.txt"]
    assert found("/**/*.txt") == ["a/10.txt", "a/2.txt", "a/deep/er.txt", "b.txt", *last]
    assert found("/a/**") == ["a/10.txt", "a/2.txt", "a/deep/er.txt", "a/x.csv"]
    assert found("/a/.h*") == ["a/.hidden.txt"]
    assert found("/b.txt") == ["b.txt"]
    assert names(top[0].upper() + top[1:] + "/*.txt") == names(top + "/*.txt")
    # read once if it is in a folder, twice if it is named twice
    assert names(top + "/a/", top + "/", top + "/a/2.txt").count(top + "/a/2.txt") == 1
    assert names(top + "/b.txt", top + "/b.txt") == [top + "/b.txt"] * 2
    assert read(top + "/*/*.txt") == b"a/10.txta/2.txt"
    for wrong in ("/*.xml", "/none/*.txt"):
        with pytest.raises(InputError, match=re.escape(f"{top}{wrong}: no file matches")):
            names(top + wrong)
    with pytest.raises(InputError, match=re.escape(f"{top}/a/: no files in this folder match '*.xml'")):
        names(top + "/a/", glob="*.xml")


def test_an_existing_name_with_a_star_is_not_a_pattern() -> None:
    fsspec = pytest.importorskip("fsspec")
    files = fsspec.filesystem("memory")
    files.pipe("/stars/a*.txt", b"star")
    files.pipe("/stars/ab.txt", b"b")
    assert read("memory:///stars/a*.txt") == b"star"
    assert read("memory:///stars/?b.txt") == b"b"


def test_a_folder_that_cannot_be_listed_is_not_left_out(http: Server) -> None:
    http.files = {"t/a.txt": b"a", "t/sub/b.txt": b"b"}
    whole = Handler.list_files

    def refuse(handler: Handler, top: str) -> None:
        if top == "t/sub/":
            top = "no such"
        whole(handler, top)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Handler, "list_files", refuse)
        for pattern in ("", "**/*.txt", "*/*.txt"):
            url = http.url(f"folder/t/{pattern}")
            with pytest.raises(InputError, match=f"^{re.escape(url)}: no such file"):
                names(url)


def test_urls_of_local_files_need_nothing(tmp_path: Path) -> None:
    for name in ("b.txt", "a.txt", "c.csv"):
        (tmp_path / name).write_text(name)
    code = (
        "import sys; from nlpkit.corpus import Corpus\n"
        f"with Corpus(['file://{tmp_path}/*.txt', 'file://{tmp_path}/c.csv'], column='1') as corpus:\n"
        "    print(*[source.name for source in corpus.sources])\n"
        "print('fsspec' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=ENVIRONMENT)
    assert done.stdout == f"{tmp_path}/a.txt {tmp_path}/b.txt {tmp_path}/c.csv\nFalse\n", done.stderr
    with pytest.raises(InputError, match=r"file:///none\*: no file matches"):
        names("file:///none*")
    with pytest.raises(InputError, match="/none: no such file"):
        names("file:///none")


@pytest.mark.slow
@pytest.mark.usefixtures("s3")
def test_s3_in_worker_processes(expected: dict[str, int], run: Run) -> None:
    for name in ("a.txt", "a.txt.gz", "a.jsonl"):
        url = f"s3://corpus/kinds/{name}"
        assert counts(url, chunk_size=100_000, **KINDS[name][1]) == expected
    # In a process of its own: workers have the environment that the first of them was started with.
    environment = {**ENVIRONMENT, **{name: os.environ[name] for name in os.environ if name.startswith("AWS_")}}
    arguments = ("count", "s3://corpus/kinds/a.t*", "--tokenizer", "char", "--ngram", "3", "--chunk-size", "100k", "-q")
    there, here = (run(*arguments, "--executor", kind, env=environment) for kind in ("processes", "serial"))
    assert (there.returncode, there.stderr) == (0, b"")
    assert there.stdout == here.stdout and there.stdout.count(b"\n") > 1000


# ---- faults


@pytest.mark.parametrize("name", ["a.txt", "a.txt.gz", "wide.txt"])
@pytest.mark.parametrize("how", ["drop", "dropwhole"])
@pytest.mark.usefixtures("no_pauses")
def test_reading_goes_on_after_a_broken_connection(how: str, name: str, http: Server) -> None:
    http.drops = 3
    assert read(http.url(f"{how}/{name}"), **KINDS[name][1]) == TEXT.encode()
    assert http.drops < 0


@pytest.mark.usefixtures("no_pauses")
def test_a_server_that_is_busy_is_asked_again(http: Server) -> None:
    http.drops = 4
    assert read(http.url("busy/a.txt.gz")) == TEXT.encode()
    http.drops = 3
    with Corpus(http.url("busy/a.txt"), chunk_size=50_000) as corpus:
        for chunk in corpus.chunks():
            http.drops += 2
            assert text_of(chunk)
    assert http.drops == 0


@pytest.mark.usefixtures("no_pauses")
def test_the_error_after_all_tries_is_one_line_that_names_the_byte(http: Server) -> None:
    data = random.Random(1).randbytes(300_000).hex().encode()
    for name, file in (("a.txt", data), ("a.gz", gzip.compress(data, 0)), ("b.txt", data.decode().encode("utf-16"))):
        http.files[name] = file
        http.break_at = 200_000
        with pytest.raises(InputError, match=r"^http://[^ ]* \(byte \d+\): .+; .+") as caught:
            read(http.url(f"broken/{name}"), encoding="utf-16" if name == "b.txt" else "utf-8")
        assert "\n" not in str(caught.value)
        found = re.search(r"\(byte (\d+)\)", str(caught.value))
        assert found and int(found[1]) <= 200_000
    http.files["empty.txt"] = b"text\n"
    with pytest.raises(InputError, match=r"empty\.txt \(byte 0\): "):
        read(http.url("empty/empty.txt"))


@pytest.mark.usefixtures("no_pauses")
def test_a_broken_stream_of_unknown_length_is_not_taken_for_complete(http: Server) -> None:
    whole = Handler.answer

    def cut(handler: Handler, body: bool) -> None:
        if body:
            write = handler.wfile.write
            handler.wfile.write = lambda data: write(data if len(data) < 1000 else data[: len(data) // 2])  # type: ignore[method-assign]
            handler.close_connection = True
        whole(handler, body)
        handler.close_connection = True

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Handler, "answer", cut)
        with pytest.raises(InputError, match=r"chunked/a\.txt \(byte \d+\): "):
            read(http.url("chunked/a.txt"))


@pytest.mark.parametrize("how", ["files", "whole"])
@pytest.mark.parametrize("name", ["a.txt", "a.txt.gz"])
@pytest.mark.parametrize("change", ["longer", "shorter", "other", "gone"])
@pytest.mark.usefixtures("no_pauses")
def test_a_file_that_changes_is_noticed(change: str, name: str, how: str, http: Server) -> None:
    data = http.files[name]
    with Corpus(http.url(f"{how}/{name}"), chunk_size=50_000) as corpus:
        assert b"".join(text_of(chunk) for chunk in corpus.chunks()) == TEXT.encode()
        if change == "gone":
            del http.files[name]
        else:
            http.files[name] = {"longer": data + data, "shorter": data[:-9], "other": data[:-2] + b"x\n"}[change]
        with pytest.raises(InputError, match="no such file" if change == "gone" else "changed while it was read"):
            b"".join(text_of(chunk) for chunk in corpus.chunks())


def test_a_server_whose_stamp_changes_with_each_request(http: Server) -> None:
    with pytest.raises(InputError, match="changed while it was read; run again when nothing writes to it"):
        read(http.url("other/a.txt"))


@pytest.mark.usefixtures("no_pauses")
def test_errors_of_opening_urls(http: Server) -> None:
    cases = {
        http.url("files/none.txt"): r": no such file \(HTTP 404\); check the address",
        http.url("403/a.txt"): r": permission denied \(HTTP 403\); name and password can stand in ~/.netrc",
        http.url("503/a.txt"): r": the server answers HTTP 503 .*; try again later",
        "http://no-such-host.invalid/a.txt": r": unknown host; check the address and the network",
        f"http://127.0.0.1:{free_port()}/a.txt": r": connection refused; check the address, port too",
        "htp://host/a.txt": r": htp:// is unknown; did you mean http://\?",
        "nothing-like-it://host/a.txt": r": nothing-like-it:// is unknown; there are https, s3, gs, ftp and others of",
        "memory:///none/a.txt": ": no such file; check the address",
    }
    for url, message in cases.items():
        start = time.monotonic()
        with pytest.raises(InputError, match="^" + re.escape(url) + message):
            names(url)
        assert time.monotonic() - start < patience(10)


@pytest.mark.slow
def test_a_host_that_does_not_answer(run: Run) -> None:
    pytest.importorskip("aiohttp")
    with socket.socket() as full:  # whose queue of connections is full: packets to it get no answer
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        start = time.monotonic()
        done = run("discover", f"http://127.0.0.1:{full.getsockname()[1]}/a.txt")
        assert done.returncode == 1
        assert re.search(rb"^nlpkit: http://.*: no answer in time; check the address and the network", done.stderr)
        assert done.stderr.count(b"\n") == 1
        assert time.monotonic() - start < patience(12)
        for one in waiting:
            one.close()


@pytest.mark.usefixtures("s3")
def test_errors_of_s3() -> None:
    for url in ("s3://corpus/none.txt", "s3://no-such-bucket/none.txt", "s3://corpus/none/"):
        with pytest.raises(InputError, match=f"^{url}: no such file.*; check the address"):
            names(url)
    with pytest.raises(InputError, match=r"^s3://corpus/none/\*: no file matches"):
        names("s3://corpus/none/*")


@pytest.mark.parametrize("name", ["a.txt", "a.gz"])
def test_an_object_that_changes_is_noticed(name: str, s3: Any) -> None:
    data = [gzip.compress(text) if name == "a.gz" else text for text in (TEXT.encode(), TEXT[::-1].encode())]
    s3.pipe(f"corpus/changing/{name}", data[0])
    with Corpus(f"s3://corpus/changing/{name}", chunk_size=50_000) as corpus:
        assert b"".join(text_of(chunk) for chunk in corpus.chunks()) == TEXT.encode()
        s3.pipe(f"corpus/changing/{name}", data[1])
        with pytest.raises(InputError, match=f"^s3://corpus/changing/{name}: changed while it was read"):
            b"".join(text_of(chunk) for chunk in corpus.chunks())


@pytest.mark.parametrize("name", ["a.txt", "a.txt.xz"])
def test_an_interrupt_does_not_wait_for_a_server(name: str, http: Server) -> None:
    http.files["a.txt.xz"] = lzma.compress(random.Random(1).randbytes(300_000).hex().encode(), preset=0)
    http.awaited.clear()
    http.go_on.clear()
    command = [sys.executable, "-m", "nlpkit", "segment", "-q", "-o", os.devnull, http.url(f"slow/{name}")]
    with subprocess.Popen(command, env=ENVIRONMENT, stderr=subprocess.PIPE) as process:
        assert http.awaited.wait(300)
        start = time.monotonic()
        process.send_signal(signal.SIGINT)
        assert process.wait(300) == 130
        assert time.monotonic() - start < patience(5)
        assert process.stderr and process.stderr.read() == b"nlpkit: interrupted\n"
    http.go_on.set()


def test_faults_on_the_command_line(http: Server, run: Run) -> None:
    done = run("discover", http.url("files/none.txt"))
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.decode() == f"nlpkit: {http.url('files/none.txt')}: no such file (HTTP 404); check the address\n"


@pytest.mark.parametrize(
    ("url", "missing", "way"),
    [
        ("http://host/a.txt", "fsspec", "reading what is not on this machine needs pip install 'nlpkit[remote]'"),
        ("http://host/a.txt", "aiohttp", "http:// needs another package; pip install 'nlpkit[remote]'"),
        ("s3://bucket/a.txt", "s3fs", "s3:// needs another package; pip install 'nlpkit[remote]'"),
        ("gs://bucket/a.txt", "gcsfs", "gs:// needs another package; Please install gcsfs"),
    ],
)
def test_a_package_that_is_missing_is_named(
    url: str, missing: str, way: str, python: list[str], tmp_path: Path
) -> None:
    if missing != "fsspec":
        pytest.importorskip("fsspec")
    code = f"import sys; sys.modules[{missing!r}] = None; from nlpkit.cli import main; main(['discover', {url!r}])"
    done = start([*python, "-c", code], tmp_path)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().startswith(f"nlpkit: {url}: {way}")


def test_damaged_and_wrong_files_name_their_url(http: Server) -> None:
    http.files["cut.gz"] = KINDS["a.txt.gz"][0][:-100]
    with pytest.raises(InputError, match=r"^http://.*/files/cut\.gz: the gzip data end too early.*; is it whole there"):
        read(http.url("files/cut.gz"))
    for name in ("gb.txt", "gb.gz"):
        with pytest.raises(
            EncodingError, match=rf"^http://.*/{name}:1 \(byte \d+\): not valid UTF-8; try encoding=\"gb"
        ):
            count_ngrams(Corpus(http.url(f"files/{name}")), 2)
    http.files["a.zip"] = b"PK\x03\x04" + bytes(100)
    with pytest.raises(InputError, match=r"a\.zip: is a zip archive; download and unpack it first"):
        read(http.url("files/a.zip"))


def test_a_path_that_exists_is_not_a_url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ab:").mkdir()
    (tmp_path / "ab:" / "c.txt").write_text("text")
    assert read("ab://c.txt") == b"text"
    assert is_url("s3://bucket") and not is_url("C:\\a") and not is_url("a/b://c") and not is_url(io.BytesIO())


def test_help_imports_no_fsspec() -> None:
    code = (
        "import sys; from nlpkit.cli import main\n"
        "try: main(['discover', '--help'])\n"
        "except SystemExit: pass\n"
        "print([m for m in sys.modules if m.partition('.')[0] in ('fsspec', 'aiohttp', 's3fs')], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=ENVIRONMENT, check=True)
    assert done.stderr == "[]\n"


# ---- files as a whole


def own_text(corpus: Corpus, size: int) -> tuple[bytes, Counter[str]]:
    """Chunks as they travel to workers, read there, some at a time."""
    missing: Counter[str] = Counter()

    def work(message: bytes) -> bytes:
        chunk = pickle.loads(message)
        return b"".join(piece.data for part in chunk.parts for piece in read_pieces(part, size, missing))

    with ThreadPoolExecutor(3) as pool:
        return b"".join(pool.map(work, [pickle.dumps(chunk) for chunk in corpus.chunks(own_files=True)])), missing


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mixed")
    for name, (data, told) in KINDS.items():
        if told.get("encoding", "auto") != "utf-16" and "column" not in told and "field" not in told:
            (folder / name).write_bytes(data)
    (folder / "empty.gz").write_bytes(gzip.compress(b""))
    (folder / "nothing.txt").write_bytes(b"")
    (folder / "one.gz").write_bytes(gzip.compress(b"no line end"))
    return folder


@pytest.mark.parametrize("chunk_size", [100, 30_000, 8 << 20])
@pytest.mark.parametrize("name", [*KINDS, "a.parquet", "mixed"])
def test_files_that_workers_read_give_the_same(name: str, chunk_size: int, mixed: Path, tmp_path: Path) -> None:
    path, told = mixed, {"encoding": "auto"}
    if name != "mixed":
        path = tmp_path / name
        data, told = KINDS[name] if name in KINDS else (parquet(LINES), {"column": "text"})
        path.write_bytes(data)
    with Corpus(path, chunk_size=chunk_size, **told) as corpus:
        text = b"".join(text_of(chunk) for chunk in corpus.chunks(in_order=True))
        assert own_text(corpus, 4096) == (text, Counter())
        if chunk_size == 30_000 and name != "mixed":
            assert own_text(corpus, 1)[0] == text
        assert sum(chunk.size for chunk in corpus.chunks(own_files=True)) == corpus.size
        own = [part.source.name for c in corpus.chunks(own_files=True) for part in c.parts if isinstance(part, Whole)]
        assert own == [
            source.name for source in corpus.sources if Path(source.name).name not in ("a.txt", "nothing.txt")
        ]


@pytest.mark.parametrize("characters", ["字" * 9, "a字𠀀é", "xxxxxxx字"])
def test_pieces_of_a_long_line_are_cut_between_characters(characters: str, tmp_path: Path) -> None:
    path = tmp_path / "a.gz"
    text = (f"一\n{characters * 700}\n二\n" + characters * 700).encode()
    path.write_bytes(gzip.compress(text))
    with Corpus(path) as corpus:
        (chunk,) = corpus.chunks(own_files=True)
        for size in (1, 4, 5, 64, 1000):
            pieces = list(read_pieces(chunk.parts[0], size))
            assert b"".join(piece.data for piece in pieces) == text
            assert all(0 < len(piece.data.decode().encode()) <= max(size, 4) for piece in pieces)
            for one, following in pairwise(pieces):
                assert one.last == following.first
                assert one.last <= one.data.endswith(b"\n")
                assert following.start == one.start + len(one.data)
            assert pieces[0].first and pieces[-1].last


@pytest.mark.parametrize("block_size", [1 << 16, 8 << 20])
@pytest.mark.parametrize("name", ["a.txt.gz", "wide.txt", "a.jsonl", "mixed", "line.gz"])
def test_symbols_of_files_that_workers_read(name: str, block_size: int, mixed: Path, tmp_path: Path) -> None:
    path, told = mixed, {"encoding": "auto"}
    if name == "line.gz":
        path = tmp_path / name
        path.write_bytes(gzip.compress(TEXT.replace("\n", "").encode() * 2))
    elif name != "mixed":
        path = tmp_path / name
        path.write_bytes(KINDS[name][0])
        told = KINDS[name][1]
    kinds = symbol_table("han", False)

    def runs(own_files: bool) -> Counter[str]:
        """Runs of symbols, cut or not: as a whole where blocks go on."""
        found: Counter[str] = Counter()
        for chunk in corpus.chunks(own_files=own_files):
            text = ""
            for block in symbol_blocks(chunk, kinds, (0, 0), ahead(0)):
                text += "".join(chr(c) if c else " " for c in block.symbols[: block.stop].tolist())
            found.update(text.split())
        return found

    with Corpus(path, chunk_size=block_size, **told) as corpus:
        if name == "line.gz":  # a long line without white space waits in a file where the parent reads it
            assert len(list(corpus.chunks(own_files=True))) == 1
        assert runs(True) == runs(False)
        assert runs(True)


def test_small_files_are_packed_by_their_sizes(tmp_path: Path) -> None:
    sizes = []
    for i in range(30):
        path = tmp_path / f"{i:02}.gz"
        path.write_bytes(gzip.compress(LINES[i].encode()))
        sizes.append(path.stat().st_size)
    large = tmp_path / "10-large.gz"
    large.write_bytes(KINDS["a.txt.gz"][0])
    with Corpus(tmp_path, chunk_size=5 * max(sizes)) as corpus:
        chunks = list(corpus.chunks(own_files=True))
        assert [part.source.path for chunk in chunks for part in chunk.parts] == [s.path for s in corpus.sources]
        assert all(len(chunk.parts) >= 5 for chunk in chunks[:1])
        assert [len(c.parts) for c in chunks if any(part.source.path == str(large) for part in c.parts)] == [1]
        assert all(chunk.text_size == corpus.chunk_size for chunk in chunks)


def test_own_files_has_no_effect_if_lines_or_bytes_may_be_left_out(tmp_path: Path) -> None:
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(b"one\none\n\xff\n"))
    told: list[str] = []
    with Corpus(path, errors="skip", notify=told.append) as corpus:
        assert [text_of(chunk) for chunk in corpus.chunks(own_files=True)] == [b"one\none\n"]
    assert told == [f"{path}: lines with bytes that are not valid in the encoding, left out: 1"]
    with Corpus(path, unique_lines=True, encoding="latin-1") as corpus:
        assert [text_of(chunk) for chunk in corpus.chunks(own_files=True)] == [b"one\n\xc3\xbf\n"]


def test_records_without_text_are_reported(tmp_path: Path) -> None:
    for name in ("a.jsonl", "b.jsonl"):
        (tmp_path / name).write_bytes(b'{"text": "a"}\n{"x": 1}\n{"text": null}\n')
    notices: list[list[str]] = [[], []]
    for own_files in (False, True):
        with Corpus(tmp_path, field="text", notify=notices[own_files].append) as corpus:
            for _ in range(2):  # passes
                if own_files:
                    text, missing = own_text(corpus, 100)
                    assert (text, sum(missing.values())) == (b"a\na\n", 4)
                    corpus.tell_missing(missing)
                else:
                    assert b"".join(map(text_of, corpus.chunks())) == b"a\na\n"
    assert notices[0] == notices[1] == ["2 files: records without text in 'text', left out: 4"]


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("cut.gz", KINDS["a.txt.gz"][0][:-100], {}),
        ("damaged.bz2", KINDS["a.txt.bz2"][0][:200] + bytes(9) + KINDS["a.txt.bz2"][0][209:], {}),
        ("a.txt", TEXT.encode("gb18030") + b"\xff", {"encoding": "gb18030"}),
        ("a.gz", gzip.compress(b"one\n\xff\n"), {}),
        ("a.jsonl", b'{"text": "a"}\n{"text": \n', {"field": "text"}),
        ("b.jsonl", b'{"other": "a"}\n', {"field": "text"}),
        ("a.csv", b'id,text\n1,"open\n', {"column": "text"}),
        ("a.parquet", b"PAR1" + bytes(100), {"column": "text"}),
    ],
)
def test_errors_are_the_same_wherever_a_file_is_read(
    name: str, data: bytes, told: dict[str, Any], tmp_path: Path
) -> None:
    if name.endswith("parquet"):
        pytest.importorskip("pyarrow")
    path = tmp_path / name
    path.write_bytes(data)
    kinds = symbol_table("any", False)
    messages = []
    for own_files in (False, True):
        with pytest.raises(InputError) as caught, Corpus(path, **told) as corpus:
            for chunk in corpus.chunks(own_files=own_files):
                for _ in symbol_blocks(chunk, kinds, (0, 0), ahead(0)):
                    pass
        assert type(pickle.loads(pickle.dumps(caught.value))) is type(caught.value)
        messages.append(str(caught.value))
    assert messages[0] == messages[1]
    assert messages[0].startswith(str(path))


def test_invalid_inputs_are_refused_before_any_server_is_asked(http: Server) -> None:
    with pytest.raises(OptionError):
        nlpkit.Corpus([http.url("files/a.txt"), 1])  # type: ignore[list-item]
    assert not http.seen


def test_a_remote_source_can_be_pickled(http: Server) -> None:
    with Corpus(http.url("files/a.txt.gz")) as corpus:
        (source,) = corpus.sources
        assert source.is_remote
        assert (
            pickle.loads(pickle.dumps(source))
            == source
            == Source(source.path, source.name, source.size, None, False, source.stamp)
        )
        assert source.stamp
