"""Compiled programs on disk: found again, mended when damaged, never mistaken for one another."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from recette import _precision
from recette.core import programs
from recette.core.point import Dipoles


@jax.jit
def function(x, y):
    return Dipoles({"hX": x + y}, {}, {}, jnp.sin(x)), {"product": x * y}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(_precision, "cache_folder", lambda: tmp_path)
    monkeypatch.setattr(programs, "_loaded", {})
    before = jax.config.jax_compilation_cache_dir
    yield tmp_path / "programs"
    jax.config.update("jax_compilation_cache_dir", before)


def call(monkeypatch, n=3, name="one"):
    """As in a new process: nothing is in memory."""
    monkeypatch.setattr(programs, "_loaded", {})
    arguments = np.arange(float(n)), np.array(2.0)
    dipoles, rest = programs.load_or_compile(function, arguments, {}, name)(*arguments)
    assert np.array_equal(dipoles.c_R["hX"], arguments[0] + 2)
    assert np.array_equal(rest["product"], arguments[0] * 2)


def test_a_program_is_kept_and_found_again(folder, monkeypatch):
    call(monkeypatch)
    (file,) = folder.iterdir()
    assert folder.stat().st_mode & 0o777 == 0o700
    monkeypatch.setattr(programs, "_compiled", None)  # would fail if it were called
    call(monkeypatch)
    assert list(folder.iterdir()) == [file]


def test_other_shapes_and_names_are_other_programs(folder, monkeypatch):
    call(monkeypatch)
    call(monkeypatch, n=4)
    call(monkeypatch, name="two")
    monkeypatch.setenv("XLA_SOMETHING", "1")
    call(monkeypatch)
    assert len(list(folder.iterdir())) == 4


@pytest.mark.parametrize(
    "damage", [lambda data: b"", lambda data: data[:-100], lambda data: b"x" * 50]
)
def test_a_damaged_program_is_compiled_anew(folder, monkeypatch, damage):
    call(monkeypatch)
    (file,) = folder.iterdir()
    whole = file.stat().st_size
    file.write_bytes(damage(file.read_bytes()))
    call(monkeypatch)
    assert file.stat().st_size == pytest.approx(whole, rel=0.1)


def test_no_more_than_a_few_are_kept(folder, monkeypatch):
    monkeypatch.setattr(programs, "_KEPT", 2)
    for n in (1, 2, 3, 4):
        call(monkeypatch, n=n)
    assert len(list(folder.iterdir())) == 2


def test_without_a_folder_nothing_is_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(_precision, "cache_folder", lambda: None)
    call(monkeypatch)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path, monkeypatch):
    (tmp_path / "programs").write_text("in the way")
    monkeypatch.setattr(_precision, "cache_folder", lambda: tmp_path)
    before = jax.config.jax_compilation_cache_dir
    call(monkeypatch)
    jax.config.update("jax_compilation_cache_dir", before)
