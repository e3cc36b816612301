"""A segmenter whose dictionary was found in a text, and which takes it along to workers on other machines."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

from nlpkit.discovery import Discovery
from nlpkit.segmentation import Segmenter


class TravellingSegmenter(Segmenter):
    """Cuts the words of a dictionary, whose bytes go to workers with it: they may not see the file."""

    _data: bytes

    @classmethod
    def of_words(cls, words: Discovery, folder: str) -> TravellingSegmenter:
        """Returns a segmenter that cuts these words. folder: for the dictionary."""
        data = io.BytesIO()
        words.save(data, "jieba")
        return cls.of_data(data.getvalue(), folder)

    @classmethod
    def of_data(cls, data: bytes, folder: str) -> TravellingSegmenter:
        """Returns a segmenter that cuts the words of a dictionary of `discover`. folder: for the dictionary."""
        path = Path(folder) / "words.dict"
        path.write_bytes(data)
        made = cls(path)
        made._data = data
        return made

    def __reduce__(self) -> tuple[object, ...]:
        """Takes the dictionary along."""
        return _load, (self._data,)


def _load(data: bytes) -> TravellingSegmenter:
    with tempfile.TemporaryDirectory() as folder:
        return TravellingSegmenter.of_data(data, folder)
