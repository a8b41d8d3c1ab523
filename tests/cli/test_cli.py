"""The command: exit codes, one line for what is wrong, and nothing heavy before it is needed."""

import errno
import json
import logging
import os
import subprocess
import sys
from types import SimpleNamespace

import pytest

import recette
from recette.bench import Report
from recette.cli import run
from recette.errors import NumericsError, RecordError, StoreError

MAIN = [sys.executable, "-c", "from recette.cli import main; main()"]
DOCUMENT = {
    "recette": "0.1.0",
    "model": "bl-vll",
    "mixing": "exact",
    "predictions": {"delta_a_e": {"value": float("nan"), "unit": "1", "status": "not_finite"}},
}


class Api:
    """Stands in for the library: remembers how it was called and answers as told."""

    def __init__(self, allowed=True, error=None):
        self.allowed, self.error, self.calls = allowed, error, []

    def _answer(self, document, *args, **options):
        self.calls.append((args, options))
        if self.error is not None:
            raise self.error
        return SimpleNamespace(
            to_dict=lambda: document, to_text=lambda **terminal: "reproduced: µ ✓\n"
        )

    def check(self, point, **options):
        verdict = {"allowed": self.allowed, "excluded_by": ["eps_p/na48-talk-2020"], "rows": []}
        return self._answer({**DOCUMENT, "verdict": verdict}, point, **options)

    def predict(self, point, **options):
        return self._answer(DOCUMENT, point, **options)

    def reproduce(self, out, progress):
        progress("checking")
        return self._answer({}, out)


@pytest.fixture
def api(monkeypatch):
    def use(**answers):
        stub = Api(**answers)
        monkeypatch.setitem(sys.modules, "recette.api", stub)
        monkeypatch.setattr(recette, "api", stub, raising=False)
        monkeypatch.setitem(sys.modules, "recette.reproduce", stub)
        return stub

    return use


@pytest.fixture
def refused(capsys):
    """Run a command that must fail, and return its one line."""

    def go(*args, code=2):
        assert run(args) == code
        out, err = capsys.readouterr()
        assert out == ""
        assert err.count("\n") == 1 and err.endswith("\n") and "Traceback" not in err
        assert err.startswith("recette: ")
        return err.removeprefix("recette: ").strip()

    return go


def shell(*args, **options):
    options.setdefault("stdin", subprocess.DEVNULL)
    return subprocess.run([*MAIN, *args], capture_output=True, text=True, check=False, **options)


# Answers


@pytest.mark.parametrize(("allowed", "code"), [(True, 0), (False, 1), (None, 3)])
@pytest.mark.parametrize("options", [[], ["--json"]])
def test_the_exit_code_is_the_verdict(api, capsys, allowed, code, options):
    api(allowed=allowed)
    assert run(["check", "exact", *options]) == code
    out, err = capsys.readouterr()
    assert out and err == ""


def test_check_passes_its_options_on(api, capsys):
    stub = api()
    run(
        [
            "check",
            "talk",
            "--vintage",
            "latest",
            "--scenario",
            "alpha=Rb",
            "--scenario",
            "a_mu_SM=WP25",
            "--states",
            "--mixing",
            "published",
        ]
    )
    ((point,), options) = stub.calls[0]
    assert point.model == "bl-vll" and point.source == "talk"
    assert options == {
        "vintage": "latest",
        "scenario": {"alpha": "Rb", "a_mu_SM": "WP25"},
        "mixing": "published",
        "states": True,
    }
    run(["check", "talk"])
    assert stub.calls[1][1] == {
        "vintage": "latest",
        "scenario": None,
        "mixing": "exact",
        "states": False,
    }


def test_json_is_strict_and_says_its_schema(api, capsys):
    api()
    assert run(["predict", "exact", "--json"]) == 0
    read = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)
    assert read["schema"] == 1
    assert read["predictions"]["delta_a_e"]["value"] is None


def test_tables_without_a_terminal_are_plain(api, capsys):
    api(allowed=False)
    run(["check", "exact"])
    out = capsys.readouterr().out
    assert "\x1b" not in out and "Excluded by eps_p/na48-talk-2020." in out


def test_reproduce_writes_where_it_is_told(api, capsys, tmp_path):
    stub = api()
    assert run(["reproduce", "--out", str(tmp_path)]) == 0
    assert stub.calls[0][0] == (tmp_path,)
    assert capsys.readouterr().out.startswith("reproduced")


def test_models(capsys):
    assert run(["models"]) == 0
    assert {"dark-photon", "bl", "bl-l", "bl-vll"} < set(capsys.readouterr().out.split())
    assert run(["models", "bl-vll"]) == 0
    out = capsys.readouterr().out
    assert "Lbar_R h~ N_R^c, |h_X|^2 |h|^2\n" in out.split("Allowed but absent")[1]
    assert "m_Zprime" in out and "GeV" in out and "lbar_L h_X^* L_R" in out


@pytest.mark.parametrize("args", [[], ["--help"], ["check", "--help"], ["models", "-h"]])
def test_help(capsys, args):
    assert run(args) == 0
    assert "Usage: recette" in capsys.readouterr().out


def test_verbose_goes_to_stderr(api, capsys, monkeypatch):
    stub = api()
    checked = stub.check

    def talkative(point, **options):
        logging.getLogger("recette").debug("solving")
        return checked(point, **options)

    monkeypatch.setattr(stub, "check", talkative)
    run(["-v", "check", "exact"])
    assert capsys.readouterr().err == "solving\n"
    run(["check", "exact"])
    assert capsys.readouterr().err == ""


# What is wrong

GOOD = 'model = "dark-photon"\n[parameters]\nm_Zprime = 0.017\neps = 1e-3\n'
BL_VLL = """model = "bl-vll"
[parameters]
m_Zprime = 0.017
eps = -8e-4
eps_BL = 2e-3
m_hX = 70.0
M_L = 90.0
M_E = 90.0
delta_nu = 0.0
delta_A = 0.0
"""
FILES = {
    "unknown model": (BL_VLL.replace("bl-vll", "bl-vl"), "unknown model 'bl-vl'"),
    "misspelt": (BL_VLL.replace("m_hX", "m_HX"), "did you mean m_hX?"),
    "missing": (BL_VLL.replace("m_hX = 70.0", ""), "no m_hX under [parameters]"),
    "shape": (BL_VLL.replace("M_L = 90.0", "M_L = [90, 90]"), "M_L has 2 entries"),
    "text": (BL_VLL.replace("70.0", '"70"'), "m_hX is the text '70'"),
    "boolean": (BL_VLL.replace("70.0", "true"), "m_hX is true"),
    "nan": (BL_VLL.replace("70.0", "nan"), "m_hX is nan"),
    "inf": (BL_VLL.replace("70.0", "-inf"), "m_hX is -inf"),
    "negative mass": (BL_VLL.replace("0.017", "-0.017"), "m_Zprime is -0.017"),
    "no B-L": (BL_VLL.replace("2e-3", "0"), "eps_BL is 0"),
    "both": (BL_VLL + "lambda_L = 9\n", "both lambda_L and delta_nu are given"),
    "unknown table": (BL_VLL + "[limits]\na = 1\n", "unknown table [limits]"),
    "syntax": (BL_VLL.replace("m_hX =", "m_hX"), "TOML syntax error in line 6"),
    "empty": ("", "it is empty"),
    "binary": ("\0\1\2", "found binary data"),
    "off the diagonal": (BL_VLL + "h = [[0,1,0],[0,0,0],[0,0,0]]\n", "generations that mix"),
    "inputs": (BL_VLL + "[inputs]\nm_e = 0\n", "m_e in [inputs] is 0.0"),
    "newline in a key": (BL_VLL + '"a\\nb" = 1\n', "unknown parameter a\\nb"),
}


@pytest.mark.parametrize("command", ["check", "predict"])
@pytest.mark.parametrize("name", FILES)
def test_bad_points(refused, tmp_path, command, name):
    content, words = FILES[name]
    file = tmp_path / "p.toml"
    file.write_text(content)
    line = refused(command, str(file))
    assert line.startswith(f"{file}: ") and words in line


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ("check nowhere.toml", "nowhere.toml: no such file and no preset of that name; presets:"),
        ("check exat", "did you mean the preset exact?"),
        ("check /", "it is a folder"),
        ("check", "Missing argument 'POINT'; see 'recette check --help'"),
        ("check exact talk", "unexpected extra argument"),
        ("chek exact", "No such command 'chek'"),
        ("check exact --jsn", "--json"),
        ("check exact --vintage", "requires an argument"),
        ("check exact --mixing most", "'most' is not one of 'exact', 'published'"),
        ("check exact --scenario alpha", "--scenario is 'alpha', expected KEY=VALUE"),
        ("check exact --scenario =Cs", "expected KEY=VALUE"),
        ("check exact --scenario a=b --scenario a=c", "--scenario gives a twice"),
        ("models bl-vl", "unknown model 'bl-vl', expected one of dark-photon, bl, bl-l, bl-vll"),
        ("--nonsense", "No such option: --nonsense"),
    ],
)
def test_bad_command_lines(refused, args, words):
    assert words in refused(*args.split())


def test_bad_vintage(api, refused):
    api(error=RecordError("unknown vintage '2021', expected one of 2020"))
    assert "unknown vintage" in refused("check", "exact", "--vintage", "2021")


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (StoreError("out: it is a file"), 4, "out: it is a file"),
        (NumericsError("unset\nJAX_ENABLE_X64"), 4, r"unset\nJAX_ENABLE_X64"),
        (OSError(errno.ENOSPC, "No space left on device", "out/a"), 4, "out/a: No space left"),
        (KeyboardInterrupt(), 130, "interrupted"),
    ],
)
def test_the_environment(api, refused, error, code, words):
    api(error=error)
    assert words in refused("reproduce", code=code)


def test_a_bug_is_no_verdict(api, capsys):
    api(error=ZeroDivisionError("oops"))
    assert run(["check", "exact"]) == 70
    out, err = capsys.readouterr()
    assert out == "" and "oops" in err and "please report" in err


# In a shell of its own


def test_help_loads_neither_jax_nor_numpy():
    code = (
        "import sys; from recette.cli import run\n"
        "assert run(sys.argv[1:]) in (0, 2)\n"
        "assert not {'jax', 'numpy', 'rich'} & set(sys.modules)\n"
    )
    for args in (["--help"], ["check", "--help"], ["chek"]):
        done = subprocess.run([sys.executable, "-c", code, *args], capture_output=True)
        assert done.returncode == 0, done.stderr


def test_bad_toml_loads_no_jax():
    code = (
        "import sys; from recette.cli import run\n"
        "assert run(['check', '-']) == 2\n"
        "assert 'jax' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", code], input=b"eps = \n", capture_output=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout == b"" and b"standard input: TOML syntax error in line 1" in done.stderr


def test_bad_input_in_a_shell():
    done = shell("check", "-", stdin=None, input=GOOD.replace("dark-photon", "photon"))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "recette: standard input: unknown model 'photon', expected dark-photon, bl, bl-l or "
        "bl-vll; did you mean dark-photon?\n"
    )


def test_version_in_a_shell():
    done = shell("--version")
    assert (done.returncode, done.stderr) == (0, "")
    name, number = done.stdout.split()
    assert name == "recette" and number[0].isdigit()


def test_a_reader_that_has_gone_is_met_in_silence():
    reader, writer = os.pipe()
    os.close(reader)
    with open(writer, "w") as pipe:
        done = subprocess.run([*MAIN, "--help"], stdout=pipe, stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr) == (141, b"")


def test_a_full_disk():
    with open("/dev/full", "w") as full:
        done = subprocess.run([*MAIN, "--help"], stdout=full, stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr) == (4, b"recette: output: No space left on device\n")


def measured(**changes):
    numbers = {
        "recette": "1.2.3",
        "jax": "0.9",
        "python": "3.11",
        "processor": "A processor",
        "first_call_s": 12.5,
        "points_per_cpu_second": {"2020": {40_000: 81_234.5}, "latest": {40_001: 79_000.0}},
        "stages_us": {"widths": 2.34},
        "gradient_over_value": 9.4,
        "single_ms": 13.1,
        "memory_MiB": 1024.0,
        "not_ok": (3, 40_001),
    }
    return Report(**{**numbers, **changes})


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_bench(capsys, monkeypatch, options):
    monkeypatch.setattr("recette.bench.run", lambda progress: measured())
    assert run(["bench", *options]) == 0
    out = capsys.readouterr().out
    if options:
        found = json.loads(out)
        assert found["schema"] == 1
        assert found["points_per_cpu_second"]["2020"]["40000"] == 81_234.5
        assert found["not_ok"] == [3, 40_001]
    else:
        for words in ("8.12e+04", "widths", "2.34", "9.4", "3 of 40001", "A processor, one core"):
            assert words in out
