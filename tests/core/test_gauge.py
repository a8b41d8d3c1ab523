"""Neutral gauge bosons against the Lagrangian before any redefinition, in mpmath."""

from fractions import Fraction

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from mpmath import mp, mpf

from recette.constants import DEFAULT_INPUTS
from recette.core import gauge
from recette.models.fields import BL_VLL
from recette.models.ladder import DARK_PHOTON
from recette.types import Status

INPUTS = {k: jnp.asarray(v) for k, v in DEFAULT_INPUTS.items()}
M_Z, M_W = DEFAULT_INPUTS["m_Z"], DEFAULT_INPUTS["m_W"]
mix = jax.jit(gauge.mix)
# The tree level's own G_F, with which g of the loops is g of the gauge block.
TREE = INPUTS | {"G_F": np.pi * INPUTS["alpha"] / (np.sqrt(2) * (1 - (M_W / M_Z) ** 2) * M_W**2)}

# m_Z' [GeV], eps, eps_BL; light, strongly mixed, close below and above m_Z, heavy.
POINTS = [
    (0.017, -8e-4, 2e-3),
    (0.005, 1e-2, -1e-4),
    (0.1, 0.5, 3e-3),
    (10.0, -0.3, 0.1),
    (90.0, 0.01, 0.2),
    (93.0, 0.01, -0.2),
    (400.0, 0.2, 0.3),
]


def members():
    """Every component of every fermion: T3, Q, Q_BL."""
    for field in BL_VLL.fields:
        if field.spin != "scalar":
            for T3 in (Fraction(1, 2), Fraction(-1, 2)) if field.su2 == 2 else (Fraction(0),):
                yield T3, T3 + field.Y, field.Q_BL


def exact(m_Bprime, eps, eps_BL):
    """Masses and couplings of (photon, Z', Z) from K = [[1,-eps_k],[-eps_k,1]] and M^2.

    Kinetic term -1/4 F^T K F in (B, W3, B'), M^2 from g', g and the doublet, 2 g_BL v_X and the
    singlet: fields = x boson with x^T K x = 1, M^2 x = m^2 K x; no Cholesky redefinition.
    """
    s2 = 1 - (mpf(M_W) / mpf(M_Z)) ** 2
    s, c = mp.sqrt(s2), mp.sqrt(1 - s2)
    e = mp.sqrt(4 * mp.pi * mpf(DEFAULT_INPUTS["alpha"]))
    eps_prime = mpf(eps) / c
    eps_k = eps_prime / mp.sqrt(1 + eps_prime**2)
    g, g_prime = e / s, e / c
    g_BL = e * mpf(eps_BL) * mp.sqrt(1 - eps_k**2)
    v_X = mpf(float(m_Bprime)) / (2 * e * abs(mpf(eps_BL)))
    v = 2 * mpf(M_Z) / mp.hypot(g, g_prime)
    doublet = mp.matrix([g_prime, -g, 0])
    M2 = v**2 / 4 * doublet * doublet.T
    M2[2, 2] += (2 * g_BL * v_X) ** 2
    K = mp.matrix([[1, 0, -eps_k], [0, 1, 0], [-eps_k, 0, 1]])
    inverse = mp.inverse(mp.cholesky(K))
    values, vectors = mp.eigsy(inverse * M2 * inverse.T)
    x = inverse.T * vectors
    found = []
    for i in sorted(range(3), key=lambda i: values[i]):
        couplings = [
            g_prime * x[0, i] * _mp(Q - T3) + g * x[1, i] * _mp(T3) + g_BL * x[2, i] * _mp(Q_BL)
            for T3, Q, Q_BL in members()
        ]
        found.append((mp.sqrt(abs(values[i])), couplings))
    return e, e / (s * c), found


def _mp(fraction):
    return mpf(fraction.numerator) / fraction.denominator


@pytest.mark.parametrize(("m", "eps", "eps_BL"), POINTS)
def test_against_the_lagrangian(m, eps, eps_BL):
    electroweak = mix(TREE, m, eps)
    T3, Q, Q_BL = (np.array([float(x) for x in row]) for row in zip(*members(), strict=True))
    with mp.workdps(50):
        e, g_Z, states = exact(electroweak.m_Bprime, eps, eps_BL)
        (m_photon, photon), *massive = states
        m_light, m_heavy = (mass for mass, _ in massive)
        light, heavy = massive if m < M_Z else massive[::-1]  # (mass, couplings) of Z', Z
        assert m_photon < 1e-20
        sign = mp.sign(photon[0])
        for found, q in zip(photon, Q, strict=True):
            assert abs(found * sign / e - mpf(q)) < 1e-14  # q is a double, rounded
        # Half a dozen roundings; next to m_Z the difference of squares amplifies those of m.
        amplify = M_Z**2 / abs(M_Z**2 - m**2)
        assert abs(light[0] / mpf(m) - 1) < 1e-15 * max(4, amplify)
        assert abs(heavy[0] / mpf(float(electroweak.m_Z_shifted)) - 1) < 1e-15 * max(4, amplify)
        assert m_light < m_heavy
        for mass_and_couplings, ours, unit in (
            (light, electroweak.charge_Zprime(T3, Q, eps_BL * Q_BL), e),
            (heavy, electroweak.charge_Z(T3, Q, eps_BL * Q_BL), g_Z),
        ):
            theirs = np.array([float(x / unit) for x in mass_and_couplings[1]])
            theirs *= np.sign(theirs @ np.asarray(ours))
            scale = abs(theirs).max()
            assert abs(np.asarray(ours) - theirs).max() < 1e-14 * scale * max(1, amplify / 10)


def test_leading_order():
    """e (eps Q + eps_BL Q_BL) up to eps'^2 and m_Z'^2/m_Z^2 = 3.5e-8."""
    for m, eps in ((0.017, 1e-3), (0.1, 1e-4)):
        electroweak = mix(INPUTS, m, eps)
        bound = 2 * ((eps) ** 2 + (m / M_Z) ** 2)
        for T3, Q, Q_BL in members():
            dark = 2e-3 * float(Q_BL)
            ours = float(electroweak.charge_Zprime(float(T3), float(Q), dark))
            assert abs(ours - (eps * float(Q) + dark)) < bound * (abs(eps) + abs(dark))


def test_quadratic_and_degenerate_limits():
    """Without kinetic mixing nothing mixes, to the last bit."""
    electroweak = mix(INPUTS, 0.017, 0.0)
    assert float(electroweak.m_Bprime) == 0.017
    assert float(electroweak.m_Z_shifted) == M_Z
    assert float(electroweak.charge_Zprime(-0.5, -1.0, 0.3)) == 0.3
    s2 = 1 - (M_W / M_Z) ** 2
    assert float(electroweak.charge_Z(-0.5, -1.0, 0.3)) == pytest.approx(s2 - 0.5, rel=1e-15)


def test_shift_of_the_Z_mass():
    """delta m_Z/m_Z = tan^2(theta_w) eps^2/2 for a light Z': eps = 1e-3 gives 1.4e-7."""
    electroweak = mix(INPUTS, 0.017, 1e-3)
    shift = float(electroweak.m_Z_shifted) / M_Z - 1
    # Next order eps^2 = 1e-6, and rounding 1e-16 of 1e-7.
    assert shift == pytest.approx(((M_Z / M_W) ** 2 - 1) * 1e-6 / 2, rel=1e-6, abs=0)


def test_levels_repel():
    """No m_B' gives m_Z < m_Z' < m_Z sqrt(1 + (s_w eps')^2); both edges are sharp."""
    eps = 0.1
    tilt2 = ((M_Z / M_W) ** 2 - 1) * eps**2
    edge = M_Z * np.sqrt(1 + tilt2)
    for m in (M_Z * (1 + 1e-9), (M_Z + edge) / 2, edge * (1 - 1e-9)):
        assert np.isnan(mix(INPUTS, m, eps).m_Bprime)
    for m in (M_Z * (1 - 1e-6), edge * (1 + 1e-6)):
        electroweak = mix(INPUTS, m, eps)
        with mp.workdps(50):
            _, _, states = exact(electroweak.m_Bprime, eps, 0.1)
            # The root of a difference of 1e-6 in a square.
            assert min(abs(mass / mpf(m) - 1) for mass, _ in states) < 1e-12


def test_a_point_without_solution_says_so():
    solve = jax.jit(lambda m, eps: DARK_PHOTON.solve({"m_Zprime": m, "eps": eps}, INPUTS).status)
    assert int(solve(91.19, 0.1)) == Status.NO_SOLUTION
    assert int(solve(0.017, 1e-3)) == Status.OK


def test_inputs_are_used_where_gauge_py_says():
    electroweak = mix(INPUTS, 0.017, 0.0)
    G_F = DEFAULT_INPUTS["G_F"]
    assert round(float(electroweak.v), 3) == 246.220  # (sqrt2 G_F)^(-1/2)
    # rho = 1 with g from G_F: g^2 v^2/4 = m_W^2.
    assert float(electroweak.g * electroweak.v / 2) == pytest.approx(M_W, rel=1e-15)
    assert float(electroweak.g_Z**2) == pytest.approx(8 * G_F * M_Z**2 / np.sqrt(2), rel=1e-14)
    assert float(electroweak.e) == pytest.approx(0.3028221, abs=5e-8)  # sqrt(4 pi/137.035999084)
