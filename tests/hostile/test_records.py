"""Records and vintages of a user: read, or refused in one sentence, and a row whatever they say."""

import json
import shutil

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import recette as rc
from hostile import strategies
from hostile.contract import FEW, MANY, command, one_sentence, refused
from recette.cli import records
from recette.errors import RecetteError, RecordError
from recette.measurements import load_record, load_vintage, record_names

UPPER = """observable = "eps_p"
role = "bound"
kind = "upper"
limit = 1.2e-3
unit = "1"
cl = 0.90
sided = 1
title = "mine"
where = "here"
"""
GAUSSIAN = """observable = "eps_e"
role = "measurement"
kind = "gaussian"
value = 1.0
uncertainty = 1.0
unit = "1"
title = "mine"
where = "here"
"""
TOTAL = GAUSSIAN.replace("eps_e", "a_mu") + 'shift = "delta_a_mu"\n'


def outcome(load, path):
    try:
        return load(path)
    except RecetteError as error:
        one_sentence(str(error))
        return str(error)


@MANY
@given(strategies.RECORD_FILES)
@example(UPPER.replace("1.2e-3", "0x" + "f" * 5000).encode())
@example(UPPER.replace("1.2e-3", "[" * 200 + "]" * 200).encode())
@example(UPPER.replace("1.2e-3", "{a.b.c.d.e.f=" * 100 + "1" + "}" * 100).encode())
@example(b"\xef\xbb\xbf" + UPPER.encode())
@example(GAUSSIAN.replace("value = 1.0", "value = 1e308").encode())
@example(GAUSSIAN.replace("uncertainty = 1.0", "uncertainty = 5e-324").encode())
@example(GAUSSIAN.replace("uncertainty = 1.0", "uncertainty = [1e308, 5e-324]").encode())
@example(GAUSSIAN.replace("value = 1.0", "value = 5e-324").encode())
def test_every_record_is_read_and_shown_or_refused(scratch, data):
    (scratch / "mine.toml").write_bytes(data)
    read = outcome(load_record, "mine.toml")
    assert repr(outcome(load_record, "mine.toml")) == repr(read)
    if not isinstance(read, str):
        for said in (records.value(read), read.source, read.compared):
            assert said and min(said) >= " ", "a control character"


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ('title = "a\\u001b[31mb"', "a text without control characters"),
        ('note = "a\\u0000"', "a text without control characters"),
        ('"a\\u001b" = 1', r"unknown field a\x1b"),
        ("'a\\nb' = 1", "unknown field a"),
        ('scenario = { "\\u0007" = "x" }', "names hold no control characters"),
        (f'scenario = "{"x" * 10**5}"', "a table"),
        (f"{'x' * 10**5} = 1", "unknown field x"),
    ],
)
def test_what_a_terminal_would_obey_is_refused(scratch, field, words):
    lines = [line for line in UPPER.splitlines() if line.split(" ")[0] != field.split(" ")[0]]
    (scratch / "mine.toml").write_text("\n".join([field, *lines]))
    assert words in outcome(load_record, "mine.toml")


def test_lines_of_a_text_are_joined(scratch):
    (scratch / "mine.toml").write_text(UPPER + 'note = """one\n  two\r\nthree"""\n')
    assert load_record("mine.toml").note == "one two three"


FILES = ["folder", "loop", "zero", "fifo", "big", "binary", "file", "nowhere", "a\0b", "x" * 5000]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("load", [load_record, load_vintage])
def test_files_that_are_none(name, load):
    assert f"{name[:5]}".replace("\0", "\\x00") in outcome(load, f"{name}.toml")


def test_a_long_curve_is_read_up_to_a_megabyte(scratch):
    curve = UPPER.replace("upper", "curve").replace("limit = 1.2e-3\n", "")
    rows = ",".join(f"[{i},1]" for i in range(1, 120_000))
    (scratch / "mine.toml").write_text(f"{curve}curve = [{rows}]\n")
    assert "more than 1000000 bytes" in outcome(load_record, "mine.toml")
    (scratch / "mine.toml").write_text(f"{curve}curve = [{rows[: rows.index(',[70000')]}]\n")
    assert len(load_record("mine.toml").curve) == 69_999


def vintage(*records, rest=""):
    listed = ", ".join(json.dumps(name) for name in records)
    return f"records = [{listed}]\n{rest}"


@FEW
@given(
    st.lists(st.sampled_from(record_names()[::5]) | strategies.WORDS | st.just("mine.toml")),
    strategies.VALUES,
    st.sampled_from(["shown", "scenario", "scenario.alpha", "not_computed", "about", "records"]),
    st.booleans(),
)
def test_every_vintage_is_read_or_refused(scratch, names, value, key, extra):
    (scratch / "mine.toml").write_text(UPPER)
    text = vintage(*names) + f"{key} = {value}\n" * extra
    (scratch / "mine-vintage.toml").write_bytes(text.encode("utf-8", "replace"))
    read = outcome(load_vintage, "mine-vintage.toml")
    assert repr(outcome(load_vintage, "mine-vintage.toml")) == repr(read)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (vintage("mine-vintage.toml"), "unknown field records"),  # itself
        (vintage("folder.toml"), "Is a directory"),
        (vintage("loop.toml"), "symbolic links"),
        (vintage("zero.toml"), "more than 1000000 bytes"),
        (vintage("a\0.toml"), "control characters"),
        (vintage("\x1b.toml"), "control characters"),
        (vintage(*["mine.toml"] * 60_000), "listed twice"),
        (vintage(*(f"r{i}" for i in range(80_000))), "no record r0"),
        (vintage("mine.toml", rest='scenario.alpha = "Xx"'), "no record for alpha = Xx"),
        (vintage("mine.toml", rest="[scenario]\n'' = 'x'\n"), "names hold no control characters"),
    ],
)
def test_vintages_refused(scratch, text, words):
    (scratch / "mine.toml").write_text(UPPER)
    (scratch / "mine-vintage.toml").write_text(text)
    code, line = refused("check", "exact", "--vintage", "mine-vintage.toml")
    assert code == 2 and words in line


ODD = {
    "a limit of almost nothing": UPPER.replace("1.2e-3", "5e-324"),
    "an endless power": UPPER + "times = { BR_X_ee = 1e308 }\n",
    "a factor that is infinite": UPPER + "times = { landau_pole_over_M = -1e308 }\n",
    "an unknown prediction": UPPER.replace("eps_p", "nothing"),
    "the whole range": UPPER.replace("upper", "windows").replace(
        "limit = 1.2e-3", "windows = [[-1e308, 1e308]]"
    ),
    "a curve to the ends": UPPER.replace("upper", "curve").replace(
        "limit = 1.2e-3", "curve = [[5e-324, 5e-324], [1e308, 1e308]]"
    ),
    "sharp": GAUSSIAN.replace("uncertainty = 1.0", "uncertainty = 5e-324"),
    "blunt": GAUSSIAN.replace("uncertainty = 1.0", "uncertainty = [1e308, 5e-324]"),
    "large": GAUSSIAN.replace("value = 1.0", "value = -1.7976931348623157e308"),
    "a total": TOTAL.replace("value = 1.0", "value = 1e308"),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_records_give_a_row(scratch, name):
    (scratch / "mine.toml").write_text(ODD[name])
    listed = ("mine.toml", "a_mu/wp-2020") if "shift" in ODD[name] else ("mine.toml",)
    (scratch / "mine-vintage.toml").write_text(vintage(*listed))
    for args in (
        ("check", "exact", "--vintage", "mine-vintage.toml", "--json"),
        ("check", "exact", "--vintage", "mine-vintage.toml"),
        ("data", "list", "--vintage", "mine-vintage.toml"),
        ("data", "show", "mine.toml"),
    ):
        code, out, err = answer = command(*args)
        assert code in (0, 1, 3) and out and err == ""
        assert command(*args) == answer
        if "--json" in args:
            document = json.loads(out, parse_constant=pytest.fail)
            (row,) = document["verdict"]["rows"]
            # A number that decides nothing says why.
            assert row["status"] != "failed" or row["reason"]


def test_a_file_that_may_not_be_read_is_a_matter_of_the_environment(scratch, monkeypatch):
    def forbidden(*args, **kwargs):
        raise PermissionError(13, "Permission denied")

    (scratch / "mine.toml").write_text(UPPER)
    with monkeypatch.context() as patch:
        patch.setattr("builtins.open", forbidden)
        code, out, err = command("data", "show", "mine.toml")
    assert (code, out) == (4, "")
    assert err == "recette: mine.toml: the record may not be read; change its permissions.\n"


def test_records_are_found_beside_their_vintage(scratch):
    folder = scratch / "mine"
    folder.mkdir()
    (folder / "a  b.toml").write_text(UPPER)
    (folder / "v.toml").write_text(vintage("a  b.toml"))
    assert len(load_vintage(folder / "v.toml").records) == 1
    shutil.rmtree(folder)
    with pytest.raises(RecordError, match="No such file"):
        load_vintage(folder / "v.toml")


def test_names_of_files_are_shown_on_one_line(scratch):
    (scratch / "mine\x1b[31m\n.toml").write_text(UPPER)
    (scratch / "mine.toml").write_text(UPPER)
    (scratch / "mine\x1bv.toml").write_text(vintage("mine.toml"))
    for args in (
        ("data", "show", "mine\x1b[31m\n.toml"),
        ("data", "list", "--vintage", "mine\x1bv.toml"),
        ("check", "exact", "--vintage", "mine\x1bv.toml"),
    ):
        code, out, _ = command(*args)
        assert code in (0, 1, 3) and r"mine\x1b" in out and "\x1b" not in out


@pytest.mark.parametrize("scenario", [["alpha"], [], "alpha", 3, {"alpha": 3}, {3: "Rb"}])
def test_scenarios_from_python(scenario):
    with pytest.raises(RecordError, match=r"scenario|alpha = 3"):
        load_vintage("latest").choose(scenario)
    with pytest.raises(RecordError, match=r"scenario|alpha = 3"):
        rc.check("exact", scenario=scenario)
