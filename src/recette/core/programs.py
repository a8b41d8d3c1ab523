"""Compiled programs kept in the user's cache folder, so that a command need not trace them again.

JAX keeps compiled code, but to find it it traces and lowers the program first, which takes twice as
long as loading it. Here the name of the file says everything that the program depends on: the
package's source files, JAX, the processor, the settings of both, and the shapes of the arguments.
"""

import hashlib
import logging
import os
import pickle
import platform
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import jax
from jax.experimental import serialize_executable
from jax.experimental.compilation_cache import compilation_cache

from recette import _precision

log = logging.getLogger("recette")

_KEPT = 16  # files of 3 MB each
_loaded: dict[str, Callable[..., Any]] = {}  # in this process


def load_or_compile(
    function: Callable[..., Any], arguments: tuple[Any, ...], static: dict[str, Any], name: str
) -> Callable[..., Any]:
    """The jitted function compiled for these arguments, from the cache folder if it is there.

    Args:
        static: its static arguments, given to the compiler.
        name: what they are, in words that change when they do.

    A file that cannot be read or is damaged is written anew; without a folder nothing is kept.
    """
    key = _key(arguments, name)
    if key not in _loaded:
        _loaded[key] = _from_folder(key) or _compiled(function, arguments, static, key)
    return _loaded[key]


def _path(key: str) -> Path | None:
    folder = _precision.cache_folder()
    known = folder is not None and _processor() is not None
    return folder / "programs" / f"{key}.pickle" if folder and known else None


def _from_folder(key: str) -> Callable[..., Any] | None:
    path = _path(key)
    if path is None or not path.is_file():
        return None
    try:
        code, arguments, result = pickle.loads(path.read_bytes())
        trees = jax.tree.structure(arguments), jax.tree.structure(result)
        program = serialize_executable.deserialize_and_load(code, *trees)
        path.touch()
    except Exception as error:  # whatever a damaged file does, compiling mends it
        log.debug("%s: compiling anew: %s", path, error)
        return None
    return program


def _compiled(
    function: Callable[..., Any], arguments: tuple[Any, ...], static: dict[str, Any], key: str
) -> Callable[..., Any]:
    lowered = function.lower(*arguments, **static)  # type: ignore[attr-defined]
    path = _path(key)
    if path is None:
        return lowered.compile()
    with _without_jax_cache():
        program = lowered.compile()
    try:
        code, *trees = serialize_executable.serialize(program)
        # Structures as objects with numbers for leaves: Equinox modules know themselves again after
        # pickling, their structures do not.
        hollow = (jax.tree.unflatten(tree, range(tree.num_leaves)) for tree in trees)
        _write(path, pickle.dumps((code, *hollow)))
    except (OSError, ValueError, pickle.PicklingError) as error:
        log.debug("a compiled program was not kept: %s", error)
    return program


@contextmanager
def _without_jax_cache() -> Iterator[None]:
    """XLA cannot write down a program that it has itself read from JAX's cache."""
    folder = _precision.cache_folder()
    jax.config.update("jax_compilation_cache_dir", None)
    compilation_cache.reset_cache()
    try:
        yield
    finally:
        jax.config.update("jax_compilation_cache_dir", str(folder))
        compilation_cache.reset_cache()


def _key(arguments: tuple[Any, ...], name: str) -> str:
    leaves, tree = jax.tree.flatten(arguments)
    shapes = [(getattr(x, "shape", ()), str(getattr(x, "dtype", type(x)))) for x in leaves]
    settings = sorted((k, v) for k, v in os.environ.items() if k.startswith(("XLA_", "JAX_")))
    known = (name, str(tree), shapes, settings, _software(), _processor())
    return hashlib.sha256(repr(known).encode()).hexdigest()


@cache
def _software() -> str:
    """Versions, and names, sizes and times of the package's files: an edit makes new programs."""
    versions = [platform.python_version(), *map(version, ("jax", "jaxlib", "equinox"))]
    root = Path(__file__).parents[1]
    files = sorted((*root.rglob("*.py"), *root.rglob("inputs/*.toml")))
    stats = [(str(f.relative_to(root)), f.stat().st_size, f.stat().st_mtime_ns) for f in files]
    return repr((versions, stats))


@cache
def _processor() -> str | None:
    """What machine code depends on; None where the system does not say."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    wanted = ("model name", "flags", "Features", "CPU part", "cpu family", "model\t", "stepping")
    return repr(sorted({line for line in lines if line.startswith(wanted)}))


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all, and no more files than are kept."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}")
    unfinished.write_bytes(data)
    unfinished.replace(path)
    files = sorted(path.parent.glob("*.pickle"), key=lambda f: f.stat().st_mtime)
    for old in files[:-_KEPT]:
        old.unlink(missing_ok=True)
