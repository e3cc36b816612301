"""The table of files in docs/contributing.md, made from the modules' docstrings: `python -m tests.file_table`."""

import ast
import sys
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "contributing.md"
START, END = "<!-- files: made by `make docs` from the docstring of each module -->\n", "<!-- end of files -->\n"


def sentence(module: Path) -> str:
    """The first paragraph of a module's docstring, as one line. Raises ValueError if the module has no docstring."""
    text = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8")))
    if not text:
        raise ValueError(
            f"{module.relative_to(ROOT)} has no docstring; its first paragraph goes into docs/contributing.md"
        )
    return " ".join(text.split("\n\n")[0].split("\n"))


def table() -> str:
    """A heading and a table for each folder of nlpkit, the top first, each with its `__init__.py` first."""
    package = ROOT / "nlpkit"
    modules = sorted(package.rglob("*.py"), key=lambda path: (path.parent, path.name))
    parts = []
    for folder, files in groupby(modules, key=lambda path: path.parent):
        parts.append(f"#### `{folder.relative_to(ROOT).as_posix()}/`\n\n| file | what it does |\n|---|---|\n")
        parts += [f"| `{path.name}` | {sentence(path)} |\n" for path in files]
        parts.append("\n")
    return "".join(parts).rstrip("\n")


def fresh_page() -> str:
    """docs/contributing.md with the table as it should be."""
    page = PAGE.read_text(encoding="utf-8")
    before, after = page.index(START) + len(START), page.index(END)
    return f"{page[:before]}\n{table()}\n\n{page[after:]}"


if __name__ == "__main__":
    page = fresh_page()
    if sys.argv[1:] == ["--check"]:
        sys.exit(PAGE.read_text(encoding="utf-8") != page and "docs/contributing.md is stale: run `make docs`")
    PAGE.write_text(page, encoding="utf-8")
