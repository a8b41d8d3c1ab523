"""Points as people give them: what is read, and what is refused in which words."""

import io
import subprocess
import sys
from types import MappingProxyType, SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recette.errors import PointError, StoreError
from recette.models.ladder import MODELS
from recette.pointfile import INPUTS, PointInput, presets, read_point

DARK = {"m_Zprime": 0.017, "eps": -8e-4}
BL = {"eps_BL": 2e-3, "m_hX": 70.0}
VLL = {**DARK, **BL, "M_L": 90.0, "M_E": 90.0, "delta_nu": 0.0, "delta_A": 0.0}


def point(model="bl-vll", inputs=None, drop=(), **changes):
    start = {"dark-photon": DARK, "bl-vll": VLL}[model]
    parameters = {k: v for k, v in {**start, **changes}.items() if k not in drop}
    document = {"model": model, "parameters": parameters}
    return document if inputs is None else {**document, "inputs": inputs}


def refused(source):
    """The one line that the error says."""
    with pytest.raises(PointError) as caught:
        read_point(source, MODELS)
    message = str(caught.value)
    assert "\n" not in message and message.isprintable() and len(message) < 400
    return message


# What is read


@pytest.mark.parametrize("name", presets())
def test_presets_are_complete(name):
    read = read_point(name)
    assert read.model == "bl-vll" and read.source == name
    known = {p.name for m in MODELS if m.name == read.model for p in m.parameters}
    assert read.parameters.keys() == known - {"lambda_L", "lambda_E", "y"}


def test_the_presets_of_the_package():
    assert presets() == ("exact", "talk")


def test_shapes_and_defaults():
    read = read_point(point(M_L=[90, 100.0, 110], h=1e-6, k="1e-3-2e-4j"))
    assert read.parameters["m_Zprime"] == 0.017 and type(read.parameters["m_Zprime"]) is float
    assert read.parameters["M_L"].tolist() == [90.0, 100.0, 110.0]
    assert read.parameters["M_L"].dtype == np.float64
    assert read.parameters["h"].tolist() == [1e-6] * 3
    assert read.parameters["k"].tolist() == [1e-3 - 2e-4j] * 3
    assert read.parameters["y_nu"].tolist() == [1e-7] * 3
    assert "lambda_L" not in read.parameters and "y" not in read.parameters
    assert read.inputs == {}


def test_a_preset_goes_before_a_file_of_that_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "exact").write_text(
        'model = "dark-photon"\n[parameters]\nm_Zprime = 0.1\neps = 1\n'
    )
    assert read_point("exact").model == "bl-vll"
    assert read_point("./exact").model == "dark-photon"


def test_a_file_with_byte_order_mark_and_windows_lines(tmp_path):
    file = tmp_path / "p.toml"
    text = 'model = "dark-photon"\r\n[parameters]\r\nm_Zprime = 0.1\r\neps = 1e-3\r\n'
    file.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert read_point(file).parameters == {"m_Zprime": 0.1, "eps": 1e-3}
    assert read_point(str(file)).source == str(file)


def test_standard_input(monkeypatch):
    data = b'model = "dark-photon"\nparameters = {m_Zprime = 0.017, eps = 1e-3}\n'
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))
    assert read_point("-").source == "standard input"


def test_a_point_already_read_is_returned():
    read = read_point("talk")
    assert read_point(read) is read and isinstance(read, PointInput)


def test_mappings_may_hold_arrays_and_are_not_changed():
    parameters = {**VLL, "M_L": np.array([90.0, 91, 92]), "eps": np.float32(0.5)}
    document = MappingProxyType(
        {"model": "bl-vll", "parameters": MappingProxyType(parameters), "inputs": {"m_e": 5e-4}}
    )
    read = read_point(document)
    assert read.parameters["M_L"].tolist() == [90.0, 91.0, 92.0]
    assert read.parameters["eps"] == 0.5 and read.inputs == {"m_e": 5e-4}
    assert read.given["parameters"]["M_L"] == [90.0, 91.0, 92.0]
    assert "y_nu" not in read.given["parameters"]
    parameters["M_L"][0] = 1.0
    assert read.parameters["M_L"][0] == 90.0


def test_diagonal_matrices_and_phases():
    rows = [["-90+1e-3j", 0, 0], [0, -91, "0j"], [0, 0, 92]]
    read = read_point(point(M_L=rows, lambda_L=np.diag([1.0, 2.0, 3.0]), drop=["delta_nu"]))
    assert read.parameters["M_L"].tolist() == [-90 + 1e-3j, -91.0, 92.0]
    assert read.parameters["lambda_L"].dtype == np.float64


def test_delta_A_goes_with_lambda_L():
    read = read_point(point(lambda_L=9.0, drop=["delta_nu"]))
    assert {"lambda_L", "delta_A"} < read.parameters.keys()


@settings(deadline=None)
@given(st.complex_numbers(allow_nan=False, allow_infinity=False))
def test_complex_text_is_read_as_written(z):
    text = f"{z.real!r}{z.imag:+}j"
    assert read_point(point(h=text), MODELS).parameters["h"][0] == z


@settings(deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_one_number_means_the_same_for_three_generations(x):
    for given_h in ([x] * 3, np.diag([x] * 3)):
        assert read_point(point(h=given_h), MODELS).parameters["h"].tolist() == [x] * 3


def test_the_edges_of_the_interval():
    assert read_point(point(delta_nu=1.0)).parameters["delta_nu"][0] == 1.0
    assert read_point(point(delta_nu=0.5, delta_A=-0.25)).parameters["delta_A"][0] == -0.25


# What is refused

TEXT = {
    "": "it is empty, expected model",
    "# only a comment\n": "it is empty",
    'model = "bl"\n[parameters]\neps -8e-4\n': "line 3, 'eps -8e-4': Expected '=' after a key",
    'model = "bl"\n[parameters]\neps = 1\neps = 2\nm_hX = 3\n': "line 4, 'eps = 2': this key",
    "a = 1\na = 2\n\n": "line 2, 'a = 2': this key stands twice",
    'model = "bl"\neps = \n': "line 2, 'eps =': Invalid value",
    'model = "bl"\n[parameters]\n[parameters]\n': "line 3",
    "[parameters]\nM_L = [90,\n\n": "line 2, 'M_L = [90,'",
    "eps = True\n": "line 1, 'eps = True'",
    f"eps = {'9' * 5000}\n": "too many digits",
    f"eps = {'[' * 20000}\n": "nested too deeply",
    'model = "bl"\n': "no table [parameters]",
    "[parameters]\neps = 1\n": "no model = \"...\" at the top; 'recette models' lists",
    '[parameters]\nmodel = "bl"\n': "move it above [parameters]",
    'model = "bl"\n[parameter]\n': "unknown table [parameter]; did you mean parameters?",
    'model = "bl"\n[limits]\n': "unknown table [limits], expected model, [parameters] or [inputs]",
    'model = "bl"\neps = 1\n': "unknown key eps at the top",
    'model = "bl"\n"a\\nb" = 1\n': "unknown key a\\nb at the top",
    'model = "bl"\nparameters = 3\n': "parameters is the number 3, expected a table [parameters]",
    'model = "bl"\n[[parameters]]\n': "parameters is a list of 1, expected a table",
    "model = 3\n[parameters]\n": "model is the number 3, expected a name in quotes",
    'model = "generic"\n[parameters]\n': "unknown model 'generic', expected dark-photon, bl,",
    'model = "bl-vl"\n[parameters]\n': "did you mean bl-vll?",
    'model = "my.toml"\n[parameters]\n': "unknown model 'my.toml'",
}


@pytest.mark.parametrize("text", TEXT, ids=lambda t: repr(t[:40]))
def test_text_refused(tmp_path, text):
    file = tmp_path / "p.toml"
    file.write_text(text)
    message = refused(file)
    assert message.startswith(f"{file}: ") and TEXT[text] in message


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\x7fELF\x02\0\0", "found binary data"),
        (b"model = 1\n# caf\xe9\n", "line 2 holds the byte 0xe9, which is not UTF-8"),
        ("model = 1".encode("utf-16"), "found binary data"),
        (b"# " + b"x" * 1_000_000, "more than 1000000 bytes"),
    ],
)
def test_bytes_refused(tmp_path, data, words):
    file = tmp_path / "p.toml"
    file.write_bytes(data)
    assert words in refused(file)


def test_files_refused(tmp_path, monkeypatch):
    assert "did you mean the preset exact?" in refused("exat")
    assert "no such file and no preset of that name; presets: exact, talk" in refused("nowhere")
    assert "it is a folder" in refused(tmp_path)
    assert "'': no such file" in refused("")
    assert "cannot be read (File name too long)" in refused("x" * 5000)
    assert "a\\nb: no such file" in refused("a\nb")
    assert "cannot be read (embedded null byte)" in refused("a\0b")
    (tmp_path / "p").write_text("")
    assert "cannot be read (Not a directory)" in refused(tmp_path / "p" / "q.toml")
    monkeypatch.setattr(sys, "stdin", None)
    assert "standard input: it is closed" in refused("-")
    for other in (3, None, ["exact"], b"exact"):
        assert "this is no point" in refused(other)


def test_a_file_that_may_not_be_read_is_a_matter_of_the_environment(tmp_path, monkeypatch):
    def forbidden(*args, **kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("builtins.open", forbidden)
    with pytest.raises(StoreError, match=r"p\.toml: it may not be read; change its permissions"):
        read_point("p.toml")


KEYS = [
    (point(drop=["m_hX", "M_L"]), "no m_hX, M_L under [parameters], which bl-vll needs"),
    (point(m_Zprim=1), "unknown parameter m_Zprim of model bl-vll; did you mean m_Zprime?"),
    (point(M_hx=1), "did you mean m_hX?"),
    (point("dark-photon", lambda_L=1), "unknown parameter lambda_L of model dark-photon; expected"),
    (point(limits={"a": 1}), "unknown table limits of model bl-vll"),
    (point(m_mu=0.1), "m_mu is a Standard Model input, not a parameter; move it under [inputs]"),
    (point(lambda_L=9.0), "both lambda_L and delta_nu are given"),
    (point(lambda_E=9.0), "both lambda_E and delta_A are given"),
    (point(drop=["delta_nu"]), "neither lambda_L nor delta_nu is given; bl-vll needs one"),
    (point(drop=["delta_A"]), "neither lambda_E nor delta_A is given"),
    (point(neutrinos={"ordering": "normal"}), "[parameters.neutrinos]"),
    (point("dark-photon", neutrinos={}), "unknown table neutrinos of model dark-photon"),
    (point(inputs={"m_Zed": 91.0}), "unknown key m_Zed in [inputs]; did you mean m_Z?"),
    (point(inputs={"theta": 0.5}), "unknown key theta in [inputs]; expected one of alpha, G_F"),
    ({}, "point: it is empty"),
    ({1: 2}, "unknown key 1 at the top"),
]


@pytest.mark.parametrize(("document", "words"), KEYS, ids=[words[:30] for _, words in KEYS])
def test_keys_refused(document, words):
    assert words in refused(document)


VALUES = [
    ({"m_Zprime": "0.017"}, "m_Zprime is the text '0.017', expected one real number without"),
    ({"h": "0.017"}, "h is the text '0.017', expected a number, 3 numbers or 3x3 numbers"),
    ({"h": ["a", 0, 0]}, "h (generation 1) is the text 'a', expected a number without quotes"),
    ({"h": "1e-3 - 2e-4i"}, "h is the text"),
    ({"h": "nanj"}, "h is the text 'nanj'"),
    ({"h": "1e999j"}, "h is too large"),
    ({"eps": "1e-3j"}, "eps is 0.001j, expected one real number"),
    ({"eps": True}, "eps is true, expected one real number"),
    ({"h": [False, 0, 0]}, "h (generation 1) is false, expected a number"),
    ({"eps": float("nan")}, "eps is nan, expected one real number, and finite"),
    ({"M_L": [1, 2, float("inf")]}, "M_L (generation 3) is inf"),
    ({"eps": 10**400}, "eps is too large"),
    ({"eps": None}, "eps is None, expected one real number"),
    ({"eps": np.float64}, "eps is a type, expected one real number"),
    ({"eps": {"a": 1}}, "eps is a table, expected one real number"),
    ({"eps": [1, 2, 3]}, "eps is a list of 3, expected one real number"),
    ({"M_L": [90, 90]}, "M_L has 2 entries, expected a number, 3 numbers (one per generation)"),
    ({"M_L": []}, "M_L has 0 entries"),
    ({"M_L": [[90, 0], [0, 90]]}, "M_L has 2 rows of 2, 2, expected"),
    ({"M_L": [[90, 0, 0], 1, [0, 90]]}, "M_L has 3 rows of 3, 1, 2, expected"),
    ({"M_L": np.ones((3, 3, 3))}, "M_L (row 1, column 1) is a list of 3, expected a number"),
    ({"h": [[1, 1e-3, 0], [0, 1, 0], [0, 0, 1]]}, "h (row 1, column 2) is 0.001, but generations"),
    ({"h": [[1, 0, 0], [0, 1, 0], ["1j", 0, 1]]}, "h (row 3, column 1) is 1j, but generations"),
    ({"m_Zprime": -0.017}, "m_Zprime is -0.017, expected a"),
    ({"m_hX": -70.0}, "m_hX is -70.0, expected a number above 0: it is the mass of the scalar"),
    ({"m_hX": 0}, "m_hX is 0, expected a number above 0"),
    ({"M_L": -90.0}, "M_L is -90.0, expected a number above 0"),
    ({"M_E": [90, -90, 90]}, "M_E (generation 2) is -90.0, expected a number above 0"),
    ({"M_L": "90+1j"}, "M_L is 90+1j, expected a number above 0"),
    ({"M_L": np.diag([90, 0, 90])}, "M_L (row 2, column 2) is 0, expected any other number"),
    ({"eps_BL": 0}, "eps_BL is 0, expected any other number: it is the B-L gauge coupling"),
    ({"eps_BL": -0.0}, "eps_BL is 0, expected any other number"),
    ({"delta_nu": -1.0}, "delta_nu is -1.0, expected a real number in (-1, 1]"),
    ({"delta_nu": [0, 1.5, 0]}, "delta_nu (generation 2) is 1.5, expected a real number"),
    ({"delta_nu": "0.5+0.1j"}, "delta_nu is 0.5+0.1j, expected a real number"),
    ({"delta_nu": np.diag([0, 0, 2])}, "delta_nu (row 3, column 3) is 2.0"),
    ({"delta_A": -0.6}, "delta_nu - 2 delta_A = cos(2 theta_R) is 1.2 for generation 1"),
    ({"delta_A": [0, 0, 0.5]}, "cos(2 theta_R) is -1.0 for generation 3"),
]


@pytest.mark.parametrize(("changes", "words"), VALUES, ids=[words[:40] for _, words in VALUES])
def test_values_refused(changes, words):
    assert words in refused(point(**changes))


@pytest.mark.parametrize("key", INPUTS)
@pytest.mark.parametrize("value", [0, -1.0, True, "1", float("nan"), [1.0], "1j"])
def test_inputs_are_positive_numbers(key, value):
    assert f"point: {key} in [inputs] is" in refused(point(inputs={key: value}))


def test_bad_toml_is_refused_without_jax():
    code = (
        "import sys\n"
        "from recette.errors import PointError\n"
        "from recette.pointfile import read_point\n"
        "for bad in ({}, {'model': 'bl'}, '-', 'nowhere.toml'):\n"
        "    try: read_point(bad)\n"
        "    except PointError: pass\n"
        "    else: raise SystemExit('accepted')\n"
        "assert 'jax' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", code], input=b"a = \n", capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")
