"""Inputs that people, editors and other programs get wrong (hypothesis strategies)."""

from importlib.resources import files

import numpy as np
from hypothesis import strategies as st

DATA = files("recette") / "data"
PRESETS = {name: (DATA / "presets" / f"{name}.toml").read_text() for name in ("exact", "talk")}
RECORDS = [
    file.read_text()
    for folder in sorted((DATA / "measurements").iterdir(), key=lambda entry: entry.name)
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name)
]
_KEYS = "m_Zprime eps eps_BL m_hX M_L M_E delta_nu delta_A lambda_L h k y y_nu y_M eps_B m_e"
_FIELDS = """
    observable role kind value uncertainty unit limit range curve against edge_times windows
    shift times valid scenario cl sided allowed_below reading_error theory_uncertainty dataset
    supersedes title arxiv doi where obtained verified note nothing"""
KEYS, FIELDS = _KEYS.split(), _FIELDS.split()

# Ends of the range of a double, ends of intervals, what is no number.
_ENDS = """0 -0.0 1e400 -1e400 1e308 1.7976931348623157e308 5e-324 -5e-324 1e-320 1e200 nan -inf
    0x7f 1_0 0.279 0.27900000000000003 -1.0 1.0 1.0000000000000002 0.9999999999999999"""
NUMBERS = st.sampled_from(_ENDS.split()) | st.floats().map(repr)
INTEGERS = st.integers(-(10**320), 10**320).map(str) | st.sampled_from(
    ["9" * 5000, "0x" + "f" * 5000, "18446744073709551616"]
)
TEXTS = (
    st.text(max_size=8) | st.sampled_from(["1e-3-2e-4j", "90+1j", "nanj", "1e999j", "0.017"])
).map(lambda text: '"' + "".join(f"\\U{ord(c):08X}" for c in text) + '"')
SCALARS = (
    NUMBERS
    | INTEGERS
    | TEXTS
    | st.sampled_from(
        ["true", "2020-01-01", "07:32:00", "1979-05-27T07:32:00Z", "''", "", "=", "[", "1979-13-27"]
    )
)


def _list(entries):
    return f"[{', '.join(entries)}]"


ARRAYS = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4).map(_list) | inner.map(lambda entry: "{ a = " + entry + " }")
    ),
    max_leaves=10,
)
ROWS = st.lists(SCALARS, min_size=3, max_size=3).map(_list)
MATRICES = st.lists(ROWS, min_size=3, max_size=3).map(_list)
DEEP = st.sampled_from(
    [
        "[" * 300 + "]" * 300,
        "[" * 5000,
        "{a=" * 200 + "1" + "}" * 200,
        "{a.b.c=" * 60 + "1" + "}" * 60,
        '"' + "x" * 20_000 + '"',
        "1\n" + ".".join("a" * 1000) + " = 1",
    ]
)
VALUES = ARRAYS | MATRICES | DEEP
LINES = st.sampled_from(
    [
        "[parameters]",
        "[[parameters]]",
        "[inputs]\nm_e = 0",
        "[limits]",
        "model = 'bl'",
        "\ufeff",
        "k",
    ]
)


@st.composite
def assignments(draw, keys):
    """key = value, the key now and then misspelt."""
    key = draw(st.sampled_from(keys) | st.text(max_size=4).map(lambda k: f"'{k}'"))
    return f"{key} = {draw(VALUES)}"


@st.composite
def mutations(draw, texts, keys):
    """The bytes of a right file after some accidents."""
    lines = draw(st.sampled_from(texts)).split("\n")
    for _ in range(draw(st.integers(1, 3))):
        i = draw(st.integers(0, len(lines) - 1))
        kind = draw(st.sampled_from(["value", "delete", "insert", "twice", "swap", "other"]))
        if kind == "value" and "=" in lines[i]:
            lines[i] = f"{lines[i].partition('=')[0]}= {draw(VALUES)}"
        elif kind == "delete":
            lines[i : i + 1] = [""]
        elif kind == "insert":
            lines.insert(i, draw(assignments(keys) | LINES))
        elif kind == "twice":
            lines.append(lines[i])
        elif kind == "swap":
            words = lines[i].split(" ")
            lines[i] = " ".join(reversed(words))
        else:
            key = draw(st.sampled_from(keys))
            lines = [line for line in lines if line.partition("=")[0].strip() != key]
            lines.append(draw(assignments([key])))
    data = draw(st.sampled_from(["\n", "\n", "\r\n"])).join(lines).encode("utf-8", "replace")
    return draw(damaged(data)) if draw(st.integers(0, 4)) == 0 else data


@st.composite
def damaged(draw, data):
    """Bytes flipped, cut, added; a byte order mark."""
    i = draw(st.integers(0, max(len(data) - 1, 0)))
    kind = draw(st.sampled_from(["flip", "cut", "add", "mark"]))
    if kind == "flip" and data:
        return data[:i] + bytes([data[i] ^ (1 << draw(st.integers(0, 7)))]) + data[i + 1 :]
    if kind == "cut":
        return data[:i]
    return b"\xef\xbb\xbf" + data if kind == "mark" else data + draw(st.binary(max_size=9))


POINTS = mutations(list(PRESETS.values()), KEYS) | st.binary(max_size=40)
RECORD_FILES = mutations(RECORDS, FIELDS)

PYTHON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.complex_numbers()
    | st.text(max_size=4)
    | st.binary(max_size=4)
    | st.sampled_from([10**400, np.float32(1), np.bool_(True), np.eye(3), np.array("x"), object()])
    | st.dates(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)
WORDS = st.text(max_size=8) | st.sampled_from(
    [
        "", "-", "--", "/", "nowhere.toml", "folder.toml", "loop.toml", "fifo.toml", "zero.toml",
        "big.toml", "binary.toml", "a\0b", "a\nb", "\x1b[31m", "\udcff", "x" * 5000, "alpha=",
        "=Cs", "alpha=Xx", "beta=Cs", "2021", "bl-vl", "%s", "[red]", "-1", "1e400",
    ]
)  # fmt: skip
