"""The JavaScript that pages need: Vega draws the pictures, DataTables the table; both come with Python packages."""

from __future__ import annotations

import hashlib
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from importlib.util import find_spec
from typing import NamedTuple

from nlpkit.cache import Arrays, Document, kept
from nlpkit.errors import OptionError

_NEEDED = ("altair", "itables", "jinja2", "networkx", "vl_convert")


class Libraries(NamedTuple):
    """The text of the libraries.

    vega: JavaScript, which defines `vegaEmbed`. tables: a module of JavaScript; its default export is DataTable.
    styles: CSS of the tables.
    """

    vega: str
    tables: str
    styles: str


def check_installed() -> None:
    """Raises OptionError where a package that pages need is not installed."""
    missing = [name.replace("_", "-") for name in _NEEDED if find_spec(name) is None]
    if missing:
        verb = "is" if len(missing) == 1 else "are"
        raise OptionError(f"pages need {', '.join(missing)}, which {verb} not installed: pip install 'nlpkit[report]'")


def load_libraries() -> Libraries:
    """Returns the libraries. Raises OptionError where a package is not installed."""
    check_installed()
    folder = files("itables") / "html"
    try:
        tables, styles = ((folder / f"dt_bundle.{kind}").read_text("utf-8") for kind in ("js", "css"))
    except OSError as error:
        raise OptionError(
            f"itables {version('itables')} has no DataTables of its own: pip install -U itables"
        ) from error
    return Libraries(_vega(), tables, styles)


def _vega() -> str:
    """Vega with Vega-Lite of the version that altair writes for; kept, because making it takes more than a second."""
    import altair

    language = "_".join(altair.SCHEMA_VERSION.removeprefix("v").split(".")[:2])

    def make() -> tuple[Document, Arrays]:
        import vl_convert  # here, because it is not needed where the cache has it

        text = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;", language)
        return {}, {"text": memoryview(text.encode())}

    try:
        versions = f"{language} {version('vl-convert-python')}"
    except PackageNotFoundError:
        versions = language
    _, arrays = kept(f"vega-{hashlib.sha256(versions.encode()).hexdigest()[:16]}", make)
    return bytes(arrays["text"]).decode()
