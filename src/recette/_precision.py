"""Switch JAX to 64 bit and point it at a compilation cache; imported wherever numerics start."""

import logging
import os
from importlib.metadata import version
from pathlib import Path
from typing import Any

import jax
import platformdirs

from recette.errors import NumericsError

log = logging.getLogger("recette")


def _switch_on_64_bit() -> None:
    if os.environ.get("JAX_ENABLE_X64", "1").lower() in {"0", "false"}:
        raise NumericsError(
            "JAX_ENABLE_X64 is off, so JAX would compute in 32 bit, where these results are wrong: "
            "unset JAX_ENABLE_X64."
        )
    jax.config.update("jax_enable_x64", True)


def _use_compilation_cache() -> None:
    """Keep compiled programs in the user's cache folder, one sub-folder per version.

    JAX keys the entries by program, compiler and processor kind, and recomputes a corrupt one.
    """
    if jax.config.jax_compilation_cache_dir:  # type: ignore[attr-defined]  # the user chose one
        return
    folder = Path(platformdirs.user_cache_dir("recette")) / version("recette")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = folder / f".write-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        log.warning("no compilation cache, so every start compiles anew: %s", error)
        return
    jax.config.update("jax_compilation_cache_dir", str(folder))
    jax.config.update("jax_compilation_cache_max_size", 512 * 2**20)
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.5)
    # The extra XLA caches are keyed by folder, which would make every user's entries differ.
    jax.config.update("jax_persistent_cache_enable_xla_caches", "none")


def cache_folder() -> Path | None:
    """Where compiled programs are kept; None where they are not."""
    config: Any = jax.config
    if not (config.jax_compilation_cache_dir and config.jax_enable_compilation_cache):
        return None
    return Path(config.jax_compilation_cache_dir)


_switch_on_64_bit()
_use_compilation_cache()
