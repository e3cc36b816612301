"""The table of files in docs/contributing.md, made from the modules' docstrings: `python -m tests.file_table`."""

import ast
import sys
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
    """A row per module of nlpkit: modules of the top first, then packages, each with its `__init__.py` first."""
    package = ROOT / "nlpkit"
    modules = sorted(package.rglob("*.py"), key=lambda path: (path.parent != package, path.parent, path.name))
    rows = [f"| `{path.relative_to(package).as_posix()}` | {sentence(path)} |\n" for path in modules]
    return "".join(["| file in `nlpkit/` | what it does |\n|---|---|\n", *rows])


def fresh_page() -> str:
    """docs/contributing.md with the table as it should be."""
    page = PAGE.read_text(encoding="utf-8")
    before, after = page.index(START) + len(START), page.index(END)
    return f"{page[:before]}\n{table()}\n{page[after:]}"


if __name__ == "__main__":
    page = fresh_page()
    if sys.argv[1:] == ["--check"]:
        sys.exit(PAGE.read_text(encoding="utf-8") != page and "docs/contributing.md is stale: run `make docs`")
    PAGE.write_text(page, encoding="utf-8")
