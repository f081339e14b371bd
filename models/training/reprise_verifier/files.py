"""Files that are whole or not there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole(file: Path) -> Iterator[Path]:
    """A name beside the file to write to; what is there takes the file's place once all is written."""
    beside = file.with_name(file.name + ".part")
    yield beside
    os.replace(beside, file)
