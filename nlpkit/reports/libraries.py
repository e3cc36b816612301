"""The JavaScript that pages need: Vega draws the pictures, DataTables the table; both come with Python packages."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from importlib.util import find_spec
from typing import NamedTuple

from nlpkit.cache import Arrays, Document, kept
from nlpkit.errors import OptionError

_NEEDED = ("altair", "itables", "jinja2", "networkx", "vl_convert")
_INSTALL = "pip install --upgrade 'nlpkit[report]'"


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


@cache
def load_libraries() -> Libraries:
    """Returns the libraries. Raises OptionError where a package is not installed, or does not fit the others."""
    check_installed()
    folder = files("itables") / "html"
    try:
        tables, styles = ((folder / f"dt_bundle.{kind}").read_text("utf-8") for kind in ("js", "css"))
    except OSError as error:
        raise OptionError(f"itables {version('itables')} has no DataTables of its own: {_INSTALL}") from error
    libraries = Libraries(*(text.replace("\r\n", "\n") for text in (_vega(), tables, styles)))
    for text, end in zip(libraries, ("</script", "</script", "</style"), strict=True):
        if end in text.lower():
            raise OptionError(f"the JavaScript of itables or vl-convert cannot stand in a page: {_INSTALL}")
    return libraries


def _vega() -> str:
    """Vega with Vega-Lite of the version that altair writes for; kept, because making it takes more than a second."""
    import altair

    snippet = "window.vegaEmbed = vegaEmbed;"
    language = "_".join(altair.SCHEMA_VERSION.removeprefix("v").split(".")[:2])

    def make() -> tuple[Document, Arrays]:
        import vl_convert  # here, because it is not needed where the cache has it

        try:
            text = vl_convert.javascript_bundle(snippet, language)
        except Exception as error:  # of no class of its own
            cause = f"altair {altair.__version__} draws with Vega-Lite {language}, which vl-convert does not have"
            raise OptionError(f"{cause}: {_INSTALL}") from error
        return {}, {"text": memoryview(text.encode())}

    name = hashlib.sha256(f"{snippet} {language} {version('vl-convert-python')}".encode()).hexdigest()[:16]
    _, arrays = kept(f"vega-{name}", make)
    return bytes(arrays["text"]).decode()
