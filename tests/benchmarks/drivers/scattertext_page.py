"""scattertext_page.py TEXT OTHER PAGE: scattertext's explorer of two texts whose words have spaces between them.

A document is a line, as in its guides. Single words, of which its compactor keeps 2,000. The page of a text is PAGE;
beside it is PAGE.here.html, which takes D3 from the package instead of from the network.
"""

import sys
from pathlib import Path

import pandas
import scattertext
from scattertext.viz.BasicHTMLFromScatterplotStructure import D3URLs

page = Path(sys.argv[3])
rows = []
for name, path in zip("AB", sys.argv[1:3], strict=True):
    with open(path, encoding="utf-8") as lines:
        rows += [(name, line.strip()) for line in lines if line.strip()]
frame = pandas.DataFrame(rows, columns=["category", "text"])
frame["parsed"] = frame["text"].apply(scattertext.whitespace_nlp_with_sentences)
corpus = scattertext.CorpusFromParsedDocuments(frame, category_col="category", parsed_col="parsed").build()
corpus = corpus.get_unigram_corpus().compact(scattertext.AssociationCompactor(2000))
html = scattertext.produce_scattertext_explorer(
    corpus,
    category="A",
    category_name="this text",
    not_category_name="the other",
    minimum_term_frequency=0,
    pmi_threshold_coefficient=0,
    transform=scattertext.Scalers.dense_rank,
    asian_mode=True,
    show_characteristic=False,  # beside English, which is no measure of other languages
)
page.write_text(html, encoding="utf-8")
scripts = Path(scattertext.__file__).parent / "data" / "viz" / "scripts"
urls = D3URLs()
for url, name in (
    (urls.get_d3_url(), "d3.min.js"),
    (urls.get_d3_scale_chromatic_url(), "d3-scale-chromatic.v1.min.js"),
):
    if url not in html:
        sys.exit(f"the page does not name {url}")
    html = html.replace(url, (scripts / name).as_uri())
Path(f"{page}.here.html").write_text(html, encoding="utf-8")
