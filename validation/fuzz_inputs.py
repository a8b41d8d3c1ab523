"""What validation/fuzz.py feeds to recette: right inputs, spoilt in many small ways.

Every function takes a numpy random generator, so that a seed and an index give the same input.
"""

import re
from importlib.resources import files
from typing import Any

import numpy as np

Rng = np.random.Generator

DATA = files("recette") / "data"
NUMBERS = """
    0 -0.0 1 -1 0.5 1e-3 -8e-4 70.0 90.0 1e400 -1e400 1e308 1.7976931348623157e308 -1e308 1e200
    1e-200 5e-324 -5e-324 1e-320 2.2250738585072014e-308 nan -nan inf -inf 0x7f 0o17 0b1 1_000
    9007199254740993 18446744073709551616 0.279 0.27900000000000003 0.9999999999999999 1e16 1e-16
    1.0000000000000002 -0.9999999999999999
"""
_ODD = r"""
    true false "" "0.017" "1e-3-2e-4j" "-1e-3+0j" "nanj" "1e999j" "90+1j" "1j" "i" "\u0000"
    "\u001b[31m" "caf\u00e9" "\U0001F600" 'raw' 2020-01-01 07:32:00 1979-05-27T07:32:00Z 1979-13-27
    {} {a=1} {a={b=1}} [] [[]] [[],[],[]] [1] [1,2] [1,2,3] [0,0,0] [90.0,90.0,90.0] [1,2,3,4]
    [nan,0,0] [1,[2],3] [[1,2,3]] [[1,2],[3,4]] [[1,0,0],[0,1,0],[0,0,1]]
    [[1,2,0],[0,1,0],[0,0,1]] [[-90,0,0],[0,"1e-3-2e-4j",0],[0,0,90]] [[0,0,0],[0,0,0],[0,0,0]]
    [[[1]],[[2]],[[3]]] ["a",0,0] [true,1,2] ["0.1+0.2j",0,0] [1,2,"3"] = ] [ , . - + #
"""
ODD = (
    *_ODD.split(),
    "9" * 5000,
    "0x" + "f" * 5000,
    "[" * 300 + "]" * 300,
    "[" * 5000,
    "{a=" * 200 + "1" + "}" * 200,
)
JUNK = (
    "a = 1",
    "[inputs]\nalpha = 1e308\nm_e = 5e-324",
    "[inputs]\nG_F = 0",
    "[inputs]\nm_Zed = 1",
    "[parameters]",
    "[[parameters]]",
    "[parameters.neutrinos]\nordering = 'normal'",
    "[limits]\na = 1",
    "model = 'bl'",
    "y = [1e-6, 1e-4, 1e-2]",
    "lambda_L = 9.0",
    '"" = 1',
    '"a\\nb" = 1',
    "'\x1b' = 1",
    ".".join("a" * 40) + " = 1",
    "k = 1\nk = 2",
    "\ufeff",
    "\u202e\u2028x = 1",
    "x" * 100_000,
    "#" + "x" * 10_000,
)

DARK_PHOTON = 'model = "dark-photon"\n[parameters]\nm_Zprime = 0.017\neps = -8e-4\n'
BL = DARK_PHOTON.replace("dark-photon", "bl") + "eps_BL = 2e-3\nm_hX = 70.0\n"
LAMBDAS = (
    BL.replace('"bl"', '"bl-vll"') + "M_L = [90.0, 91.0, 92.0]\nM_E = 90.0\n"
    'lambda_L = [[9.0,0,0],[0,9.0,0],[0,0,9.0]]\nlambda_E = 9.0\nh = "1e-3-2e-4j"\n'
)
PRESETS = [(DATA / "presets" / f"{name}.toml").read_text() for name in ("exact", "talk")]
POINTS = [*PRESETS, *PRESETS, DARK_PHOTON, BL, LAMBDAS]

SHIPPED = sorted(
    (entry.name + "/" + file.name.removesuffix(".toml"), file.read_text())
    for entry in (DATA / "measurements").iterdir()
    for file in entry.iterdir()
)
# Those that need no other one beside them in a vintage.
_ALONE = [name for name, text in SHIPPED if not re.search("^shift|standard-model", text, re.M)]
_NUMBER = re.compile(r"([=\[,] *)-?\d[\d.e_+-]*")
RECORD_FIELDS = (
    'kind = "gaussian"', 'kind = "curve"', 'kind = "band"', 'kind = "windows"', 'kind = "upper"',
    'kind = "lower"', 'kind = "range"', 'role = "bound"', 'role = "theory"', 'role = "info"',
    'role = "anomaly"', 'role = "standard-model"', "cl = 0.9", "cl = 1", "sided = 3",
    "sided = 1.0", "limit = 1e-320", "value = 1e308", "uncertainty = 5e-324",
    "uncertainty = [1e308, 1e308]", "uncertainty = 0", "curve = [[0.01, 1e-3], [0.01, 1e-3]]",
    "curve = [[0.02, 1], [0.01, 1]]", "curve = [[5e-324, 5e-324], [1e308, 1e308]]",
    "curve = [[0.01, 2, 1], [0.02, 1, 2]]", "curve = [[0.01, 1], [0.02, 1, 2]]",
    "windows = [[-1e308, 1e308]]", "windows = [[1, 1]]", "windows = [[5e-324, 1e-323]]",
    "range = [2, 1]", 'observable = "nothing"', 'observable = "a+"',
    'observable = ["m_X", "R_8Be_18p15"]', 'observable = ["R_8Be_18p15", "m_X"]', 'unit = ""',
    'shift = "delta_a_mu"', 'supersedes = ["mine.toml", "mine"]', 'dataset = "same"', "times = {}",
    "times = { BR_X_ee = 1e308 }", "times = { BR_X_ee = 0.5, nothing = -1 }",
    "valid = { m_X = [1, 0] }", "valid = { m_X = [0, 5e-324] }", 'against = "nothing"',
    "edge_times = { ctau_X = -1e5 }", 'scenario = { alpha = "Rb" }', 'scenario = { "" = "x" }',
    "scenario = 3", 'arxiv = "1"', 'doi = "x"', 'obtained = "memory"\nverified = true',
    'title = "a\\u001b[31mb"', 'where = "a\\nb"', 'note = ""', "reading_error = 1",
    "reading_error = -0.0", "allowed_below = 1e308", "theory_uncertainty = 1",
)  # fmt: skip
NAMES = (
    "nowhere", "nowhere.toml", "../nowhere.toml", "mine.toml", "./mine.toml", "vintage.toml",
    ".toml", "/", "folder.toml", "loop.toml", "fifo.toml", "zero.toml", "big.toml", "/dev/null",
    "a\\u0000.toml", "", "\\u001b[31m.toml", "x" * 5000 + ".toml", "x" * 5000,
    *(name for name, _ in SHIPPED[::4]),
)  # fmt: skip


def pick(rng: Rng, options: Any) -> Any:
    return options[rng.integers(len(options))]


def spoil(rng: Rng, text: str, extra: tuple[str, ...] = JUNK) -> bytes:
    """One to three small accidents."""
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        text = pick(rng, _ACCIDENTS)(rng, text, extra)
    data = text.encode("utf-8", "surrogateescape")
    return pick(rng, _BYTES)(rng, data) if rng.random() < 0.25 else data


def _value(rng: Rng, text: str, extra: tuple[str, ...]) -> str:
    """Another value behind one of the equal signs."""
    lines = text.split("\n")
    places = [i for i, line in enumerate(lines) if "=" in line] or [0]
    i = pick(rng, places)
    lines[i] = (
        lines[i].partition("=")[0]
        + "= "
        + pick(rng, NUMBERS.split() if rng.random() < 0.5 else ODD)
    )
    return "\n".join(lines)


def _drop_line(rng: Rng, text: str, extra: tuple[str, ...]) -> str:
    lines = text.split("\n")
    del lines[rng.integers(len(lines))]
    return "\n".join(lines)


def _add_line(rng: Rng, text: str, extra: tuple[str, ...]) -> str:
    lines = text.split("\n")
    lines.insert(rng.integers(len(lines) + 1), pick(rng, extra))
    return "\n".join(lines)


def _replace_line(rng: Rng, text: str, extra: tuple[str, ...]) -> str:
    """Another entry for a key that stands there already, else one more line."""
    new = pick(rng, extra)
    key = new.partition("=")[0].strip()
    lines = [line for line in text.split("\n") if line.partition("=")[0].strip() != key]
    return "\n".join([new, *lines])


def _twice(rng: Rng, text: str, extra: tuple[str, ...]) -> str:
    lines = text.split("\n")
    return "\n".join([*lines, pick(rng, lines)])


def _swap(rng: Rng, text: str, extra: tuple[str, ...]) -> str:
    words = text.split(" ")
    i, j = rng.integers(len(words), size=2)
    words[i], words[j] = words[j], words[i]
    return " ".join(words)


def _misspell(rng: Rng, text: str, extra: tuple[str, ...]) -> str:
    """One character more, less or other."""
    i = rng.integers(len(text) + 1)
    return (
        text[:i] + pick(rng, ("", "x", "=", '"', "[", "]", "\n", "1", "é", "\x7f")) + text[i + 1 :]
    )


def _windows(rng: Rng, text: str, extra: tuple[str, ...]) -> str:
    return "\ufeff" + text.replace("\n", "\r\n")


_ACCIDENTS = (
    _value, _value, _value, _drop_line, _add_line, _replace_line, _twice, _swap, _misspell,
    _windows,
)  # fmt: skip


def _flip(rng: Rng, data: bytes) -> bytes:
    broken = bytearray(data or b"?")
    for i in rng.integers(len(broken), size=rng.integers(1, 4)):
        broken[i] ^= 1 << rng.integers(8)
    return bytes(broken)


_BYTES = (
    _flip,
    _flip,
    lambda rng, data: data[: rng.integers(len(data) + 1)],
    lambda rng, data: rng.bytes(rng.integers(200)),
    lambda rng, data: data + rng.bytes(3),
)


def point(rng: Rng) -> bytes:
    """The text of a point file, mostly wrong."""
    return spoil(rng, pick(rng, POINTS))


_LARGE = (1e-300, 1e-160, 1e-20, 1e-5, 1.0, 1e3, 1e20, 1e160, 1e300, 5e-324, 1e-310, 1.7e308)


def extreme_point(rng: Rng) -> bytes:
    """A point that is right, with the keys and types of the presets, at the ends of the range."""

    def size() -> float:
        return pick(rng, _LARGE) if rng.random() < 0.5 else float(10.0 ** rng.uniform(-8, 6))

    def signed() -> float:
        return float(rng.choice([-1, 1])) * pick(rng, (0.0, size(), size(), size()))

    mass = pick(rng, (5e-324, 1e-310, 1e-160, 1e-6, 0.00102, 0.017, 0.21, 0.279))
    delta_nu = pick(rng, (-0.9999999999999999, -0.5, 5e-324, 0.0, 1 / 3, 1.0, 0.9999999999999999))
    entries = {
        "m_Zprime": mass, "eps": signed(), "eps_BL": size(), "m_hX": size(), "M_L": size(),
        "M_E": size(), "delta_nu": delta_nu, "delta_A": pick(rng, (0.0, delta_nu / 2, 1e-17)),
        "h": [signed(), signed(), signed()], "k": signed(), "y_nu": signed(), "y_M": signed(),
    }  # fmt: skip
    for key in entries:  # most of them stay sane, so that one extreme is seen at a time
        if rng.random() < 0.75 and key in _SANE:
            entries[key] = _SANE[key]
    text = 'model = "bl-vll"\n[parameters]\n'
    text += "".join(f"{key} = {entry!r}\n" for key, entry in entries.items())
    if rng.random() < 0.3:
        text += (
            f"[inputs]\n{pick(rng, ('alpha', 'G_F', 'm_Z', 'm_W', 'm_e', 'm_tau'))} = {size()!r}\n"
        )
    return text.encode()


_SANE = {
    "m_Zprime": 0.017, "eps": -8e-4, "eps_BL": 2e-3, "m_hX": 70.0, "M_L": 90.0, "M_E": 90.0,
    "h": [-1.6520e-6, -1.5483e-3, 0.0], "k": 1e-7, "y_nu": 1e-7, "y_M": 1.0077,
}  # fmt: skip


def record(rng: Rng) -> bytes:
    """The text of a record file, now and then with no accident."""
    text = pick(rng, SHIPPED)[1]
    return text.encode() if rng.random() < 0.2 else spoil(rng, text, RECORD_FIELDS)


def numbers(rng: Rng) -> bytes:
    """A record in which one number is another, not always a sensible one."""
    lines = pick(rng, SHIPPED)[1].split("\n")
    places = [i for i, line in enumerate(lines) if _NUMBER.search(line)]
    i = pick(rng, places)
    lines[i] = _NUMBER.sub(lambda found: found[1] + pick(rng, NUMBERS.split()), lines[i], count=1)
    return "\n".join(lines).encode()


def vintage(rng: Rng) -> bytes:
    """The text of a vintage of a few records, mine.toml among them as often as not."""
    chosen = rng.permutation(len(_ALONE))[: rng.integers(1, 5)]
    names = [f'"{_ALONE[i]}"' for i in chosen]
    names += [f'"{pick(rng, NAMES)}"'] * (rng.random() < 0.2)
    names += ['"mine.toml"'] * (rng.random() < 0.5)
    text = f'about = "mine"\nrecords = [{", ".join(names)}]\n'
    if rng.random() < 0.3:
        text += f'shown = ["{pick(rng, NAMES)}"]\n'
    if rng.random() < 0.3:
        text += f'[scenario]\nalpha = "{pick(rng, ("Cs", "Rb", "nonsense", ""))}"\n'
    if rng.random() < 0.2:
        text += '[[not_computed]]\nid = "x"\nabout = "y"\n'
    return spoil(rng, text) if rng.random() < 0.3 else text.encode()


_TEXTS = (
    "exact", "2020", "latest", "bl-vll", "", " ", "-", "--", "-x", "--help", "--nonsense", "exat",
    "nowhere.toml", "/", "folder.toml", "fifo.toml", "loop.toml", "zero.toml", "big.toml",
    "binary", "mine.toml", "bl-vl", "a_mu/wp-2026", "a\nb", "a\x1b[31mb", "a\0b", "\udcff\udc80",
    "caf\u00e9", "\u202e\u2028", "x" * 5000, "=", "=Cs", "alpha", "alpha=", "alpha=Xx", "beta=Cs",
    "alpha=Cs=Rb", "2021", "-1", "1e400", "%s", "{0}", "[red]",
)  # fmt: skip
_OPTIONS = ("--vintage", "--scenario", "--mixing", "--json", "--states", "--verbose", "-v", "--out")
_COMMANDS = (
    ["check"], ["check"], ["predict"], ["models"], ["cite"], ["data"], ["data", "list"],
    ["data", "show"], ["data", "diff"], [],
)  # fmt: skip
_NO_FOLDER = ("mine.toml", "mine.toml/out", "loop.toml/out", "a\0b", "x" * 5000, "/proc/recette/x")


def command_line(rng: Rng) -> list[str]:
    """Arguments of which at least one is wrong, as a rule."""
    if rng.random() < 0.05:
        return ["reproduce", "--out", pick(rng, _NO_FOLDER)]
    args = [*pick(rng, _COMMANDS)]
    for _ in range(rng.integers(4)):
        args.append(pick(rng, _OPTIONS) if rng.random() < 0.4 else pick(rng, _TEXTS))
    if "exact" in args:  # these compile another program
        args = [a for a in args if a not in ("--states", "--mixing")]
    return ["--verbose", *args] if rng.random() < 0.02 else args


class Unreadable:
    """An array that fails when it is read."""

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise RuntimeError("lost")


_ARRAYS: tuple[Any, ...] = (
    0.017, -0.017, 0, 1, True, None, "0.017", b"1", float("nan"), float("inf"), 1e400, 10**400, 1j,
    {}, [], [[]], [0.01], [0.01, 0.02], [0.01, [0.02]], (0.01, 0.02, 0.03), [None, 1.0],
    ["a", 1.0], [10**400, 1], np.zeros(4), np.ones(4), np.full(4, 0.01), np.full((4, 3), 0.01),
    np.full((3, 3), 0.01), np.ones((4, 1)), np.array([0.01, np.nan, np.inf, -1.0]), np.array([]),
    np.zeros((0, 3)), np.float32(0.1), np.array(0.01), np.arange(4), np.arange(4, dtype=np.uint64),
    np.array([True, False]), np.array(["a", "b"]), object(), np.array([0.01, 0.02], dtype=object),
    np.array(["2020-01-01"], dtype="M8[D]"), np.full(4, 0.01 + 1j), np.full(4, 0.01 + 0j),
    np.ma.array([0.01, 0.02, 0.03, 0.04], mask=[0, 1, 0, 0]), np.full(4, 5e-324),
    np.full(4, 1e308), np.longdouble(1) / 100, np.ones((2, 2, 2)), range(4), iter([0.01]), {0.01},
    lambda: 1, np.array([(1.0, 2)], dtype=[("a", float), ("b", int)]),
    np.full(4, 0.01, dtype=np.float16), np.float64, np.ma.masked, [0.01, np.ma.masked], 2**70,
    np.full((4, 3, 3), 0.01), np.clongdouble(0.01), np.longdouble("1e4000"), Unreadable(),
)  # fmt: skip


def batch(rng: Rng) -> tuple[Any, Any, dict[str, Any]]:
    """Arguments of predict_batch, or with `of`, which is always wrong, of gradient_batch."""
    if rng.random() < 0.3:  # refused before the numerics: no eps_BL
        names = (
            "m_Zprime",
            "eps",
            "m_hX",
            "M_L",
            "lambda_L",
            "delta_nu",
            "h",
            "k",
            "m_e",
            "",
            "M l",
        )
        given = {str(pick(rng, names)): pick(rng, _ARRAYS) for _ in range(rng.integers(4))}
        return "bl-vll", given, {}
    model = pick(rng, ("dark-photon",) * 30 + ("dark", "", None, 3, b"bl", "dark-photon\n", ["bl"]))
    given: Any = {"m_Zprime": pick(rng, _ARRAYS), "eps": pick(rng, _ARRAYS)}
    if rng.random() < 0.5:
        given["m_Zprime"] = np.linspace(0.01, 0.04, 4)
    if rng.random() < 0.1:
        given = pick(rng, ({}, None, [], "eps", {"eps": 1}, {1: 2}, {**given, "h": 1}, {"": 1}))
    keywords = {}
    if rng.random() < 0.3:
        values = (
            1e-3,
            0,
            -1.0,
            float("nan"),
            "1",
            None,
            [1.0],
            np.ones(2),
            1j,
            True,
            10**400,
            1e308,
        )
        name = str(pick(rng, ("m_e", "alpha", "m_Zed", "")))
        keywords["inputs"] = pick(
            rng, ({name: pick(rng, values)}, {name: pick(rng, values)}, [], "m_e", 3)
        )
    if rng.random() < 0.1:
        keywords["mixing"] = pick(rng, ("most", "", None, 3, ["exact"]))
    if rng.random() < 0.1:
        keywords["vintage"] = pick(rng, ("2021", "", 3, b"2020", ["2020"], "/", "a\0.toml"))
    if rng.random() < 0.05:
        keywords["observables"] = pick(rng, (3, [3], "delta_a", b"x", np.array(3), iter([None])))
    if rng.random() < 0.1:
        keywords["of"] = pick(rng, (3, [], None, "", "nope", "chi2", ["chi2", 5], [["chi2"]], b"x"))
    elif rng.random() < 0.05:
        keywords["parts"] = pick(rng, (3, [], None, "yes", np.ones(2)))
    return model, given, keywords
