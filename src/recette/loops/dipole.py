"""One-loop magnetic moment of a charged fermion from each kind of boson, unitary gauge.

Sources: Leveille, Nucl. Phys. B137 (1978) 63; Jegerlehner and Nyffeler, Phys. Rept. 477 (2009) 1.
Each function returns (keep, flip), both in GeV^-2 and real, such that

    Delta a = m^2/(8 pi^2) [ (|g_L|^2 + |g_R|^2)/2 keep + Re(g_L^* g_R) flip ].

J, the moments, may be passed in: a program that computes them once for all loops compiles faster.
`keep` belongs to an internal line that keeps chirality, `flip` (odd in M_F) to one that flips it.
Writing g_L^* g_R, not C_V^2 - C_A^2, avoids a cancellation of up to ten digits.
"""

import jax.numpy as jnp

from recette.loops.moments import Moments, moments
from recette.types import Array

Loop = tuple[Array, Array]


def neutral_vector(m: Array, M_F: Array, M_V: Array, J: Moments | None = None) -> Loop:
    """Neutral vector of mass M_V > 0 with an internal fermion M_F of the external charge.

    L = V_mu fbar gamma^mu (g_L P_L + g_R P_R) F. The longitudinal part grows as 1/M_V^2.
    """
    J1, J2, J3 = moments(m, M_V, M_F) if J is None else J
    r = M_F / m
    l2 = (m / M_V) ** 2
    keep = 2 * (3 * J2 - J3 - 2 * J1) + l2 * ((1 - r) * (1 + r) * J2 - (1 + r * r) * J3)
    flip = r * (4 * (J1 - J2) + l2 * ((r - 1) * (r + 1) * J2 + 2 * J3))
    return keep, flip


def neutral_scalar(m: Array, M_F: Array, M_S: Array, J: Moments | None = None) -> Loop:
    """Neutral scalar of mass M_S with an internal fermion M_F of the external charge.

    -L = S fbar (Y P_R + Y'^* P_L) F; for g_L, g_R read the two Yukawa couplings.
    """
    _, J2, J3 = moments(m, M_S, M_F) if J is None else J
    return J2 - J3, M_F / m * J2


def charged_vector(m: Array, M_F: Array, M_V: Array, J: Moments | None = None) -> Loop:
    """Charged vector of mass M_V > 0 that carries the charge, with a neutral fermion M_F >= 0.

    The sign before the second term is a minus; some printings have a plus, which massless
    neutrinos cannot tell.
    """
    J1, J2, J3 = moments(m, M_F, M_V) if J is None else J
    r = M_F / m
    l2 = (m / M_V) ** 2
    r2 = r * r
    keep = 2 * (J2 + J3) - l2 * ((1 + r2) * (J2 - J3) - 2 * r2 * (J1 - J2))
    flip = -r * (4 * J2 + l2 * ((1 + r2) * (J1 - J2) - 2 * (J2 - J3)))
    return keep, flip


def delta_a(m: Array, loop: Loop, g_L: Array, g_R: Array) -> Array:
    """Complex Delta a: its real part is the magnetic moment, its phase that of the dipole c_R.

    Real for real couplings.

    Args:
        m: external mass [GeV].
        loop: (keep, flip) of one of the functions above [GeV^-2].
        g_L, g_R: couplings such that conj(g_L) g_R M_F turns an incoming right-handed fermion
            into an outgoing left-handed one [1].
    """
    keep, flip = loop
    size = (_square(g_L) + _square(g_R)) / 2
    return m * m / (8 * jnp.pi**2) * (size * keep + jnp.conj(g_L) * g_R * flip)


def _square(g: Array) -> Array:
    """|g|^2 without a square root, which complex numbers would take twice as long for."""
    return jnp.real(jnp.conj(g) * g)
