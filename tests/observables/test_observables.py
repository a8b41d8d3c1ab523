"""Observables against numbers obtained another way."""

import re
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from mpmath import mp

import recette as rc
from recette.observables import OBSERVABLES
from recette.observables.atomic import RADIUS_CS, finite_range
from recette.observables.magnetic import naive_scaling

BL = {"m_Zprime": 0.017, "eps": -8e-4, "eps_BL": 2e-3, "m_hX": 70.0}


def bl(**change):
    return rc.predict({"model": "bl", "parameters": {**BL, **change}})


IDS = [
    "delta_a_e",
    "delta_a_mu",
    "delta_a_tau",
    "m_X",
    "Gamma_X",
    "ctau_X",
    "BR_X_ee",
    "BR_X_mumu",
    "BR_X_tautau",
    "BR_X_nunu",
    "BR_X_NN",
    "eps_V_e",
    "eps_V_mu",
    "eps_V_tau",
    "eps_u",
    "eps_d",
    "eps_p",
    "eps_n",
    "eps_A_e",
    "eps_A_mu",
    "eps_A_tau",
    "g_nu_e",
    "g_nu_mu",
    "g_nu_tau",
    "eps_e",
    "R_8Be_18p15",
    "R_8Be_18p15_isospin",
    "R_8Be_17p64",
    "R_8Be_17p64_isospin",
    "P_decay_8Be",
    "nu_e_product",
    "nu_mu_product",
    "delta_QW_Cs",
    "BR_mu_e_gamma",
    "v_X",
    "m_hX",
    "Gamma_hX",
    "Gamma_hX_over_m",
    "BR_hX_ZprimeZprime",
    "BR_hX_ll",
    "BR_hX_lightheavy",
    "BR_hX_heavyheavy",
    "BR_hX_neutral",
    "m_heavy",
    "Gamma_heavy_over_m",
    "sigma_hX_Zprime_91",
    "sigma_hX_Zprime_189",
    "sigma_hX_Zprime_207",
    "sigma_Zprime_Zprime_91",
    "sigma_Zprime_Zprime_189",
    "sigma_Zprime_Zprime_207",
    "a0_hX_quartic",
    "a0_yukawa",
    "landau_pole_over_M",
]


def test_ids_are_stable():
    """Other people's scripts rely on them: adding is fine, renaming is a change for CHANGELOG."""
    assert [id for one in OBSERVABLES for id in one.ids] == IDS


def test_ids_are_ascii_names_without_dots_and_each_is_documented():
    for one in OBSERVABLES:
        assert all(re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", id) for id in one.ids)
        assert one.about.endswith((".", ";"))


POINTS = [
    {
        "model": "bl-vll",
        "parameters": {**BL, "m_Zprime": m, "M_L": M, "M_E": 120.0, "delta_nu": 0.1, "delta_A": A}
        | {"m_hX": m_hX, "h": [1e-6, -1e-3, 0.0], "k": [1e-7, 2e-4, 1e-2]},
    }
    for m, M, A, m_hX in (
        (0.017, 90.0, 0.0, 70.0),
        (0.1, 150.0, -0.3, 120.0),
        (0.018, 300.0, 0.2, 5.0),
    )
]


@pytest.mark.parametrize("one", OBSERVABLES, ids=lambda one: one.ids[0])
def test_a_batch_is_its_points(one):
    """The batch is the last axis of every array of the point, and of all that is returned."""
    points = [rc.predict(point).point for point in POINTS]
    batch = jax.tree.map(lambda *leaves: jnp.stack(leaves, axis=-1), *points)
    functions = (one.function, one.parts, one.states, one.uncertainty, one.closed)
    for function in filter(None, functions):
        compiled = jax.jit(function)
        together = compiled(batch)
        for i, point in enumerate(points):
            alone, picked = compiled(point), jax.tree.map(lambda x, i=i: x[..., i], together)
            assert jax.tree.map(jnp.shape, picked) == jax.tree.map(jnp.shape, alone)
            # Rounding, as vectors are added in another order; the sums of delta_a cancel.
            close = jax.tree.map(lambda x, y: np.allclose(x, y, rtol=1e-11, atol=0), picked, alone)
            assert all(jax.tree.leaves(close))


def test_the_docs_list_every_prediction():
    page = (Path(__file__).parents[2] / "docs" / "predictions.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    documented = {id for row in rows for id in re.findall(r"`(\w+)`", row.split("|")[1])}
    assert documented == set(IDS)
    units = {id: one.unit for one in OBSERVABLES for id in one.ids}
    for row in rows:
        for id in re.findall(r"`(\w+)`", row.split("|")[1]):
            assert row.split("|")[2].strip() == units[id], id


# The talk's fits: 6e-6 at 17.01 MeV needs 0.0119, 0.5e-6 at 17.5 MeV needs 0.0052.
@pytest.mark.parametrize(("m", "strength", "rate"), [(17.01, 0.01189, 6e-6), (17.5, 0.00518, 5e-7)])
def test_beryllium_in_the_isospin_limit(m, strength, rate):
    result = bl(m_Zprime=m * 1e-3, eps=-1e-3, eps_BL=(strength + 1e-3) / 2)
    assert result["R_8Be_18p15_isospin"] == pytest.approx(
        rate, rel=2e-3, abs=0
    )  # digits of `strength`


def test_beryllium_with_mixing_and_breaking():
    mp.dps = 30
    space = mp.power(1 - (mp.mpf(17) / mp.mpf("18.15")) ** 2, 1.5)
    # eps_p + eps_n = 3.2e-3 and eps_p - eps_n = eps, up to the T3 admixture of 1e-8.
    amplitude = mp.mpf("0.0517") * mp.mpf("3.2e-3") - mp.mpf("0.9483") * mp.mpf("8e-4")
    assert bl()["R_8Be_18p15"] == pytest.approx(float(amplitude**2 * space), rel=1e-6, abs=0)


@pytest.mark.parametrize(("m", "closed"), [(17.63, [0, 0]), (17.65, [0, 1]), (18.2, [1, 1])])
def test_closed_transitions_are_zero_and_marked(m, closed):
    p = bl(m_Zprime=m * 1e-3).prediction
    found = [bool(p.closed[id]) for id in ("R_8Be_18p15_isospin", "R_8Be_17p64")]
    assert found == [bool(c) for c in closed]
    assert (float(p.values["R_8Be_17p64"]) == 0) == bool(closed[1])
    assert (float(p.values["P_decay_8Be"]) == 0) == bool(closed[0])


def test_decay_length_at_which_the_talk_calls_it_prompt():
    """|eps_V| = 1.3e-5 is a flight of 1.06 cm at 18.15 MeV (PHYSICS, section 5)."""
    result = rc.predict({"model": "dark-photon", "parameters": {"m_Zprime": 0.017, "eps": 1.3e-5}})
    flight = result["ctau_X"] * np.sqrt((18.15 / 17) ** 2 - 1)
    assert round(flight, 2) == 1.06
    assert result["P_decay_8Be"] == pytest.approx(1 - np.exp(-1 / flight), rel=1e-12, abs=0)


def test_below_two_electron_masses_a_dark_photon_is_all_but_stable():
    result = rc.predict({"model": "dark-photon", "parameters": {"m_Zprime": 1e-3, "eps": 1e-3}})
    assert result["BR_X_ee"] == 0
    assert result["BR_X_nunu"] == 1
    assert result["P_decay_8Be"] < 1e-8
    assert result.to_dict()["spectrum"]["status"] == "ok"


def test_muon_pairs_open_at_their_threshold():
    below, above = bl(m_Zprime=0.2113), bl(m_Zprime=0.2114)
    assert below["BR_X_mumu"] == 0
    assert above["BR_X_mumu"] > 0


def test_naive_scaling():
    """Slide "Minimal scenarios": the wrong sign, and -3.8e-8 or -1.8e-10 against 279e-11."""
    found = naive_scaling(-0.88e-12, 0.51099895e-3, 0.1056583755)
    assert found["quadratic"] == pytest.approx(-0.88e-12 * 42753.1, rel=1e-5, abs=0)
    assert found["linear"] == pytest.approx(-0.88e-12 * 206.768, rel=1e-5, abs=0)


@pytest.mark.parametrize("m", [5e-3, 17e-3, 0.1, 1.0])
def test_finite_range_in_caesium_against_the_integral(m):
    mp.dps = 30
    R, power = mp.mpf(RADIUS_CS), 2 * mp.sqrt(1 - (55 / mp.mpf("137.035999084")) ** 2) - 2

    def weight(r):
        density = 1 if r < R else (r / R) ** power
        return m**2 * r * mp.exp(-m * r) * density

    exact = mp.quad(weight, [0, R, 10 / m, 60 / m] if 10 / m > R else [0, R / 9, R, 3 * R])
    # Double precision of the incomplete gamma function; the integral is cut at exp(-60).
    found = float(finite_range(jnp.asarray(m), 1 / 137.035999084))
    assert found == pytest.approx(float(exact), rel=1e-11, abs=0)


# 0.159 GeV is where series and continued fraction meet.
@pytest.mark.parametrize("alpha", [1 / 137.035999084, 1 / 128])
@pytest.mark.parametrize("m", [1e-4, 1e-3, 17e-3, 0.1592, 0.1593, 0.3, 3.0])
def test_finite_range_against_the_incomplete_gamma_function(m, alpha):
    mp.dps = 30
    x, power = m * mp.mpf(RADIUS_CS), 2 * mp.sqrt(1 - (55 * mp.mpf(alpha)) ** 2)
    exact = 1 - (1 + x) * mp.exp(-x) + x ** (2 - power) * mp.gammainc(power, x)
    # The continued fraction errs most where it begins, by 2e-14.
    found = float(finite_range(jnp.asarray(m), jnp.asarray(alpha)))
    assert found == pytest.approx(float(exact), rel=1e-13, abs=0)
    slopes = jax.grad(finite_range, argnums=(0, 1))(jnp.asarray(m), jnp.asarray(alpha))
    assert all(jnp.isfinite(slope) for slope in slopes)


def test_finite_range_at_17_MeV_is_about_four_fifths():
    """hep-ph/0410260, as PHYSICS quotes it."""
    assert float(finite_range(jnp.asarray(0.017), 1 / 137.036)) == pytest.approx(0.8, abs=0.05)


def test_weak_charge_bound_of_physics_section_6():
    """|Delta Q_W| < 0.71 with eps_BL = 2e-3 and K = 0.8 is |eps_A| < 5.2e-8."""
    result = rc.predict({"model": "bl-l", "parameters": {**BL, "M_L": 90.0, "delta_nu": 0.0}})
    K = float(finite_range(jnp.asarray(0.017), 1 / 137.036))
    bound = abs(0.71 * result["eps_A_e"] / result["delta_QW_Cs"]) * K / 0.8
    assert round(bound * 1e8, 1) == 5.2


def test_sign_of_the_weak_charge():
    """eps_A < 0 and positive nucleon couplings lower Q_W (PHYSICS, section 6)."""
    result = rc.predict({"model": "bl-l", "parameters": {**BL, "M_L": 90.0, "delta_nu": 0.0}})
    assert result["eps_A_e"] < 0
    assert result["delta_QW_Cs"] < 0


def test_mu_e_gamma_of_dirac_neutrinos():
    """3.45e-55 with NuFIT 5.0, of the order of the talk's 1e-54."""
    assert float(f"{bl()['BR_mu_e_gamma']:.2e}") == 3.45e-55


def test_neutrino_products_are_signed():
    result = rc.predict("talk")
    assert result["nu_e_product"] == pytest.approx(-8.9e-8, rel=2e-3, abs=0)  # two digits printed
    assert bl()["nu_mu_product"] == pytest.approx(2.4e-6, rel=1e-6, abs=0)
