import os
import stat
from pathlib import Path

import pytest

from nlpkit.errors import NlpkitError, OutputError
from nlpkit.output import check_output, open_output

pytestmark = pytest.mark.compiled  # nothing here depends on kernels


def test_a_file_appears_only_after_the_block_ended_without_an_error(tmp_path: Path) -> None:
    path = tmp_path / "words.tsv"
    with open_output(path) as file:
        file.write(b"new")
        assert not path.exists()
    assert path.read_bytes() == b"new"
    assert os.listdir(tmp_path) == ["words.tsv"]


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, SystemExit])
def test_after_an_error_only_the_old_file_is_there(tmp_path: Path, error: type[BaseException]) -> None:
    path = tmp_path / "words.tsv"
    path.write_bytes(b"old")
    with pytest.raises(error), open_output(path) as file:
        file.write(b"new")
        raise error
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["words.tsv"]


def test_a_new_file_has_the_mode_that_the_umask_gives(tmp_path: Path) -> None:
    with open_output(tmp_path / "words.tsv"):
        pass
    (tmp_path / "plain").touch()
    assert (tmp_path / "words.tsv").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_replaced_file_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "words.tsv"
    path.touch()
    path.chmod(0o604)
    with open_output(path):
        pass
    assert stat.S_IMODE(path.stat().st_mode) == 0o604


def test_symbolic_links_stay_and_their_target_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    target, link = tmp_path / "folder" / "real", tmp_path / "link"
    link.symlink_to("folder/real")
    for text in (b"first", b"second"):  # a target that is still missing, then one that is there
        with open_output(link) as file:
            file.write(text)
        assert link.is_symlink()
        assert target.read_bytes() == text


def test_a_file_name_of_255_characters_can_be_written(tmp_path: Path) -> None:
    with open_output(tmp_path / ("n" * 255)) as file:
        file.write(b"text")
    assert (tmp_path / ("n" * 255)).read_bytes() == b"text"


def test_another_error_in_the_block_is_not_reported_as_an_output_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), open_output(tmp_path / "words.tsv"):
        open(tmp_path / "missing")  # noqa: SIM115


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")
def test_a_full_device_is_an_output_error() -> None:
    with (
        pytest.raises(OutputError, match=r"/dev/full: cannot be written .No space left"),
        open_output("/dev/full") as file,
    ):
        file.write(b"text")


def test_a_missing_folder_is_an_output_error(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"words.tsv: cannot be written .No such file"):
        open_output(tmp_path / "missing" / "words.tsv").__enter__()


def test_a_captured_stdout_receives_the_text(capsys: pytest.CaptureFixture[str]) -> None:
    with open_output(None) as file:
        file.write("养犬\n".encode())
    assert capsys.readouterr().out == "养犬\n"


@pytest.mark.parametrize(
    ("path", "message"),
    [(".", "is a folder"), ("new/", "is a folder"), ("missing/words.tsv", "does not exist")],
)
def test_a_place_that_cannot_be_written_is_refused_before_the_work(
    path: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(NlpkitError, match=message):
        check_output(path)


@pytest.mark.parametrize("path", [None, "-", "words.tsv", "/dev/null", "/dev/stdout"])
def test_a_place_that_can_be_written_is_accepted(
    path: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    check_output(path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_refused_before_the_work(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(OutputError, match="permission denied"):
        check_output(str(tmp_path / "words.tsv"))
