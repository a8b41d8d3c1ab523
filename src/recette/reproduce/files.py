"""Writing results: whole files or none, with the data of a figure beside it."""

import csv
import io
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from recette.errors import ConfigError, StoreError


def make_folder(out: Path) -> None:
    """Make the folder where it is missing."""
    if out.exists() and not out.is_dir():
        raise ConfigError(
            f"{out}: this is no folder, expected one to write into; give another --out."
        )
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"{out}: cannot make this folder ({error.strerror}); give another one with --out."
        ) from error


def write(path: Path, content: bytes) -> Path:
    """Write a whole file or none."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_bytes(content)
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise StoreError(
            f"{path}: cannot be written ({error.strerror}); give another folder with --out."
        ) from error
    return path


def write_table(path: Path, columns: Mapping[str, Sequence[Any]]) -> Path:
    """The data behind a figure as CSV, every number to its last digit."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    cells = ([_cell(x) for x in column] for column in columns.values())
    writer.writerows(zip(*cells, strict=True))
    return write(path, text.getvalue().encode())


def _cell(x: Any) -> str:
    return x if isinstance(x, str) else repr(float(x))


def write_figure(name: Path, figure: Any) -> list[Path]:
    """PNG and PDF of a matplotlib figure, without a date: the same input gives the same bytes."""
    paths = []
    for kind, undated in (("png", {}), ("pdf", {"CreationDate": None})):
        image = io.BytesIO()
        figure.savefig(image, format=kind, dpi=160, metadata=undated)
        paths.append(write(name.with_suffix(f".{kind}"), image.getvalue()))
    return paths
