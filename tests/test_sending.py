"""Results that are sent to servers whose `rename` does not replace a file."""

import io

import pytest

fsspec = pytest.importorskip("fsspec")

from nlpkit.errors import OutputError  # noqa: E402
from nlpkit.output import open_output  # noqa: E402
from nlpkit.places.remote import sending  # noqa: E402
from nlpkit.segmentation import segment  # noqa: E402

pytestmark = pytest.mark.compiled  # nothing here depends on kernels

FILES: dict[str, bytes] = {}


class Server(fsspec.AbstractFileSystem):
    """Files that are not renamed where the name is taken: webhdfs says nothing then, SMB reports an error."""

    protocol = "strictserver"
    says = False
    breaks_at = 0  # this call of mv fails, whatever it asks for
    calls = 0

    def put_file(self, lpath, rpath, callback=None, **_options):
        with open(lpath, "rb") as file:
            FILES[self._strip_protocol(rpath)] = file.read()

    def mv(self, path1, path2, **_options):
        Server.calls += 1
        if Server.calls == self.breaks_at:
            raise OSError("broken")
        if path2 in FILES:
            if self.says:
                raise OSError("file exists")
            return
        FILES[path2] = FILES.pop(path1)

    def info(self, path, **_options):
        if path not in FILES:
            raise FileNotFoundError(path)
        return {"name": path, "type": "file", "size": len(FILES[path])}

    def rm_file(self, path):
        del FILES[path]


@pytest.fixture(autouse=True)
def server(monkeypatch):
    fsspec.register_implementation("strictserver", Server, clobber=True)
    monkeypatch.setattr(sending, "_SHOW_PARTS", (*sending._SHOW_PARTS, "strictserver"))
    monkeypatch.setattr(Server, "calls", 0)
    FILES.clear()


@pytest.mark.parametrize("says", [False, True], ids=["silent", "error"])
@pytest.mark.parametrize("before", [{}, {"host/a.csv": b"old"}], ids=["new", "old"])
def test_the_new_file_takes_the_place_of_the_old_one(says, before, monkeypatch):
    monkeypatch.setattr(Server, "says", says)
    FILES.update(before)
    with open_output("strictserver://host/a.csv") as file:
        file.write(b"new")
    assert FILES == {"host/a.csv": b"new"}


@pytest.mark.parametrize("breaks_at", [2, 3])
def test_the_old_file_stays_if_the_new_one_cannot_take_its_place(breaks_at, monkeypatch, tmp_path):
    monkeypatch.setattr(Server, "breaks_at", breaks_at)
    FILES["host/a.csv"] = b"old"
    kept_in = pytest.raises(OutputError, match="the result is kept in")
    with kept_in as raised, open_output("strictserver://host/a.csv", folder=str(tmp_path)) as file:
        file.write(b"new")
    assert FILES == {"host/a.csv": b"old"}
    kept = str(raised.value).partition("kept in ")[2]
    assert kept.startswith(str(tmp_path))


def test_the_folder_for_temporary_files_holds_what_is_sent(monkeypatch, tmp_path):
    from click.testing import CliRunner

    from nlpkit.cli import cli
    from nlpkit.corpus import Corpus

    held = []
    put = Server.put_file

    def put_file(self, lpath, rpath, **options):
        held.append(lpath)
        put(self, lpath, rpath, **options)

    monkeypatch.setattr(Server, "put_file", put_file)
    (tmp_path / "in.txt").write_text("a b\na b\n")
    (tmp_path / "tmp").mkdir()
    text, where = str(tmp_path / "in.txt"), ["--tmp-dir", str(tmp_path / "tmp"), "-q", "-o", "strictserver://host/a"]
    CliRunner().invoke(cli, ["segment", text, *where], catch_exceptions=False)
    CliRunner().invoke(cli, ["count", text, "--tokenizer", "space", *where], catch_exceptions=False)
    CliRunner().invoke(cli, ["discover", text, "--charset", "any", "--explain", "a", *where], catch_exceptions=False)
    CliRunner().invoke(cli, ["score", text, text, *where], catch_exceptions=False)
    segment(Corpus(io.BytesIO(b"a b\n"), tmp_dir=tmp_path / "tmp"), "strictserver://host/b")
    assert len(held) == 5
    assert all(path.startswith(str(tmp_path / "tmp")) for path in held)
