"""Runs bojone/word-discovery, whole: word_discovery.py SCRIPT COUNT_NGRAMS TEXT OUTPUT [MIN_COUNT].

The peer is a script to be edited: it reads its author's corpus and its settings are constants. This driver runs it as
it stands, with TEXT in place of that corpus and, where given, another min_count.
"""

import ast
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path


def read_texts(path: Path) -> Iterator[str]:
    """The lines of a text, cleaned as the peer cleans its documents; on one long text its time would be quadratic."""
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            yield re.sub("[^\u4e00-\u9fa50-9a-zA-Z ]+", "\n", line.replace("\u3000", " ").strip())


def adapt(script: Path, min_count: int | None) -> ast.Module:
    """The peer's program without its corpus reader, and with our min_count."""
    tree = ast.parse(script.read_text(encoding="utf-8"))
    tree.body = [n for n in tree.body if not (isinstance(n, ast.FunctionDef) and n.name == "text_generator")]
    for node in tree.body:
        if min_count is not None and isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "min_count":
            node.value = ast.copy_location(ast.Constant(min_count), node.value)
    return tree


def main(script: Path, counter: Path, text: Path, output: Path, min_count: int | None = None) -> None:
    program = compile(adapt(script, min_count), str(script), "exec")
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        os.symlink(counter, "count_ngrams")
        names: dict[str, object] = {"__name__": "__main__", "text_generator": lambda: read_texts(text)}
        exec(program, names)
        with open(str(names["output_file"]), encoding="utf-8") as lines, open(output, "w", encoding="utf-8") as out:
            rows = (line.rstrip("\n").rpartition(" ") for line in lines)
            out.writelines(f"{word}\t{count}\n" for word, _, count in rows if word.strip())
        os.chdir("/")  # out of the folder, which goes now


if __name__ == "__main__":
    script, counter, text, output = (Path(name).resolve() for name in sys.argv[1:5])
    main(script, counter, text, output, int(sys.argv[5]) if len(sys.argv) > 5 else None)
