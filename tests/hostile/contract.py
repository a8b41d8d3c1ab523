"""What every command owes, whatever it was given."""

import contextlib
import io
import os
from pathlib import Path

from hypothesis import settings

from recette.cli import run

# The same examples in every run, without a data base: a failure is found again, on any machine.
FEW = settings(max_examples=100, deadline=None, derandomize=True, database=None)
MANY = settings(FEW, max_examples=300)


def one_sentence(text):
    """The text of an error: short, on one line, nothing that a terminal would obey."""
    assert text.strip() and text.isprintable() and len(text) < 2100
    assert "Traceback" not in text


def refused(*args):
    """Run a command twice that must end with 2 or 4, one line on stderr and nothing else."""
    code, out, err = command(*args)
    assert code in (2, 4) and out == ""
    assert err.startswith("recette: ") and err.endswith("\n")
    one_sentence(err.removeprefix("recette: ").removesuffix("\n"))
    assert command(*args) == (code, out, err)
    return code, err


def command(*args):
    """Exit code, standard output and standard error; both streams as a shell would have them."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="backslashreplace")
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run(args)
    texts = []
    for stream in (out, err):
        stream.flush()
        texts.append(stream.buffer.getvalue().decode())
    return code, *texts


@contextlib.contextmanager
def traps(folder):
    """A working folder of files that are none, in which nothing may change."""
    home = Path.cwd()
    os.chdir(folder)
    Path("folder.toml").mkdir()
    Path("loop.toml").symlink_to("loop.toml")
    Path("zero.toml").symlink_to("/dev/zero")
    os.mkfifo("fifo.toml")
    Path("big.toml").write_bytes(b"#" * 2_000_000)
    Path("binary.toml").write_bytes(bytes(range(256)))
    Path("file.toml").write_bytes(b"")
    before = listing(folder)
    try:
        yield
        assert listing(folder) == before
    finally:
        os.chdir(home)


def listing(folder):
    """Names and sizes, without what the tests write themselves."""
    found = {p.name: p.lstat().st_size for p in Path(folder).iterdir()}
    return {name: size for name, size in found.items() if not name.startswith("mine")}
