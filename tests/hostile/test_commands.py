"""Command lines that make no sense, and surroundings in which little works."""

import errno
import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostile import strategies
from hostile.contract import FEW, command, one_sentence, refused
from recette.cli import run

MAIN = [sys.executable, "-c", "from recette.cli import main; main()"]
COMMANDS = st.sampled_from(
    [["check"], ["predict"], ["models"], ["cite"], ["data", "show"], ["data", "diff"], ["data"], []]
)
OPTIONS = st.sampled_from(
    ["--vintage", "--scenario", "--mixing", "--json", "--states", "--verbose", "--out", "--help"]
)


@FEW
@given(COMMANDS, st.lists(OPTIONS | strategies.WORDS, max_size=5))
def test_every_command_line_ends_well(start, words):
    """None of the words is a point, so no command gets as far as the numerics."""
    args = [*start, *words]
    code, out, err = command(*args)
    assert code in (0, 2, 4)
    if code == 0:
        assert out and err == ""
    else:
        assert out == "" and err.count("\n") == 1
        one_sentence(err.removeprefix("recette: ").removesuffix("\n"))
    assert command(*args) == (code, out, err)


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["check", "exact", "--scenario", ""], "--scenario is '', expected KEY=VALUE"),
        (["check", "exact", "--scenario", "a=b", "--scenario", "a=c"], "gives a twice"),
        (["check", "exact", "--scenario", "\x1b=x"], r"no scenario \x1b"),
        (["check", "exact", "--scenario", "alpha=Xx"], "no record for alpha = Xx"),
        (["check", "exact", "--vintage", ""], "no vintage"),
        (["check", "exact", "--vintage", "folder.toml"], "Is a directory"),
        (["check", "exact", "--vintage", "fifo.toml"], "missing or empty"),
        (["check", "exact", "--vintage", "zero.toml"], "more than 1000000 bytes"),
        (["check", "exact", "--vintage", "a\0b.toml"], "null byte"),
        (["check", "zero.toml"], "more than 1000000 bytes"),
        (["check", "fifo.toml"], "it is empty"),
        (["check", "loop.toml"], "symbolic links"),
        (["check", "a\0b"], "null byte"),
        (["check", "caf\udce9"], r"caf\udce9: no such file"),
        (["check", "x" * 10**5], "File name too long"),
        (["data", "show", "x" * 5000], "'recette data list' shows them all"),
        (["data", "show", "\x1b[31m"], r"no record \x1b[31m"),
        (["models", "x" * 10**5], "unknown model"),
        (["chek\x1b"], r"No such command 'chek\x1b'"),
    ],
)  # fmt: skip
def test_arguments_refused(args, words):
    code, line = refused(*args)
    assert code == 2 and words in line


@pytest.mark.parametrize("out", ["file.toml", "file.toml/x", "loop.toml/x", "/proc/recette/x"])
@pytest.mark.parametrize("more", ["", "/deeper"])
def test_reproduce_writes_nowhere_else(out, more):
    refused("reproduce", "--out", out + more)


def test_names_that_no_folder_can_have():
    assert "null byte" in refused("reproduce", "--out", "a\0b")[1]
    assert "too long" in refused("reproduce", "--out", "x" * 5000)[1]


def broken(monkeypatch, error):
    def fail(*args, **kwargs):
        raise error

    monkeypatch.setattr("recette.cli.catalogue.text", fail)


class Full:
    """A standard error on a disk that is full."""

    def write(self, text):
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("stderr", [Full(), None])
def test_a_bug_stays_a_bug_where_nobody_can_be_told(monkeypatch, capfd, stderr):
    broken(monkeypatch, RecursionError("deep"))
    assert run(["models"]) == 70
    out, err = capfd.readouterr()
    assert out == "" and err.endswith("please report it with the lines above\n")
    monkeypatch.setattr(sys, "stderr", stderr)
    assert run(["models"]) == 70
    assert capfd.readouterr() == ("", "")


def test_too_little_memory_is_a_matter_of_the_environment(monkeypatch):
    broken(monkeypatch, MemoryError())
    assert refused("models") == (4, "recette: out of memory: close other programs and try again\n")


def shell(script, **environment):
    """A shell command with recette as "$@"."""
    return subprocess.run(
        ["sh", "-c", script, "sh", *MAIN],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env={**os.environ, **environment},
        check=False,
        timeout=120,  # only a hang takes as long
    )


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ('"$@" check nowhere 2>&-', 2),
        ('"$@" check nowhere 2>/dev/full', 2),
        ('"$@" check nowhere >&- 2>&-', 2),
        ('"$@" --version >&- 2>&-', 4),
        ('"$@" --version >/dev/full 2>/dev/full', 4),
    ],
)
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_closed_streams_change_no_exit_code(script, code, unbuffered):
    done = shell(script, PYTHONUNBUFFERED=unbuffered)
    assert (done.returncode, done.stdout, done.stderr) == (code, b"", b"")


def test_bytes_that_are_no_text_in_a_plain_locale():
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = shell('"$@" check "$(printf \'caf\\351\')"', **plain)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"recette: caf\\udce9: no such file and no preset of that name")
    done = shell('"$@" models', **plain, PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, b"") and done.stdout.isascii()


def test_a_pipe_is_waited_for():
    late = "sleep 1; printf 'model = \"x\"\\n[parameters]\\n'"
    done = shell(f'({late}) | "$@" check /dev/stdin')
    assert done.returncode == 2 and b"/dev/stdin: unknown model 'x'" in done.stderr


def test_without_a_cache_folder_one_warning():
    load = f"{sys.executable} -c 'import recette._precision'"
    done = shell(load, XDG_CACHE_HOME="/proc/nowhere", JAX_COMPILATION_CACHE_DIR="")
    assert done.returncode == 0 and done.stdout == b""
    assert done.stderr.count(b"\n") == 1 and done.stderr.startswith(b"no compilation cache")
    without_home = shell(f"unset HOME; {load}")
    assert without_home.returncode == 0 and without_home.stdout == b""
