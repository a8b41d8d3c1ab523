"""e+e- -> Z' h_X and e+e- -> Z' Z' at tree level, unpolarised, total cross-sections [GeV^-2].

Exchanged in the t and u channel: all charged leptons of the electron's block. In the s channel: the
neutral vectors (h_X Z') and h_X (Z' Z'), as gauge invariance asks. The electron is massless but for
the collinear logarithm of its own exchange, where m_e is the regulator.

A longitudinal Z' has eps = k/m + O(m/E). The amplitudes here have the Ward identity
k_mu M^mu ~ g_L M - M g_R applied by hand: what grows as E/m then multiplies M_j^2/(t - M_j^2), not
1/(t - M_j^2) times differences of E^2. All orders in m_Z'/E are kept. Exchanged leptons are
spacelike: their widths, however large, do not enter.

Dropped is m_e/E: 4e-7 of Z' Z' at the presets, 1e-5 to 1e-4 where strong mixing of L and E makes
chirality flips as large as the rest, 2e-4 of h_X Z' where the electron itself has a Yukawa above 1.
"""

from collections.abc import Callable

import equinox as eqx
import jax.numpy as jnp
import numpy as np

import recette._precision  # noqa: F401  (64 bit)
from recette.types import Array, Bool, Inexact, Scalar

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(10)
_NODES, _WEIGHTS = (_NODES + 1) / 2, _WEIGHTS / 2


class ElectronVertices(eqx.Module):
    """What the electron couples to, absolute couplings; states of its block, the electron first.

    Attributes:
        m: masses [GeV].
        g_L, g_R: coefficient of jbar gamma^mu P_L,R e Z'_mu.
        Y_L, Y_R: Yukawas of h_X: -L = h_X (Y_L[j] ebar_L j_R + Y_R[j] jbar_L e_R) + h.c.
    """

    m: Inexact[Array, " n"]
    g_L: Inexact[Array, " n"]
    g_R: Inexact[Array, " n"]
    Y_L: Inexact[Array, " n"]
    Y_R: Inexact[Array, " n"]


def _abs2(z: Array, constant: Array | float = 0.0) -> Array:
    """|z + constant|^2, in real arithmetic when z is real."""
    constant = jnp.asarray(constant)
    return (z.real + constant.real) ** 2 + (z.imag + constant.imag) ** 2


def _sum(coupling: Array, propagators: list[Array]) -> Array:
    """Sum over exchanged states; unrolled, so that batches fuse."""
    return sum((coupling[j] * D for j, D in enumerate(propagators)), jnp.zeros(()))


def _propagators(q2: Array, M2: Array) -> list[Array]:
    return [1 / (q2 - M2[j]) for j in range(len(M2))]


def _momentum(s: Array, m1: Array, m2: Array) -> tuple[Bool[Array, ""], Array]:
    """Whether sqrt(s) > m1 + m2, and the momentum [GeV]; a harmless number when closed."""
    energy = jnp.sqrt(s)
    product = (energy - m1 - m2) * (energy + m1 + m2) * (s - (m1 - m2) ** 2)
    is_open = energy > m1 + m2
    return is_open, jnp.sqrt(jnp.where(is_open, product, s * s)) / (2 * energy)


def _over_angles(f: Callable[[Array], Array], near: Array, width: Array) -> Array:
    """Int_-1^1 dcos f(1 - cos) for f symmetric in cos.

    M_1^2 - t = near + width (1 - cos) of the lightest heavy lepton is taken uniform in its
    logarithm: ten nodes reach 1e-9 from M_1 = 50 GeV up, 1e-6 at 10 GeV, 1e-5 at 1 GeV.
    """
    ratio = width / near
    growth = jnp.log1p(ratio)
    z = jnp.expm1(growth * _NODES) / ratio
    weight = growth * jnp.exp(growth * _NODES) / ratio * _WEIGHTS
    return 2 * jnp.sum(weight * f(z))


def _lightest_heavy(m: Array, s: Array) -> Array:
    """Mass squared that the angular map follows; s where there is no heavy lepton."""
    return m[1] ** 2 if len(m) > 1 else s


def scalar_vector(
    s: Scalar, m_V: Scalar, m_S: Scalar, e: ElectronVertices, s_channel: tuple[Array, Array]
) -> Scalar:
    """sigma(e+e- -> Z' h_X) [GeV^-2]; 0 when closed.

    Args:
        s_channel: coefficients [GeV^-1] of h_X Z'_mu ebar gamma^mu P_L,R e from neutral vectors.

    With t = (p_e- - k_Z')^2 the chirality-conserving amplitude is C(t, u) times the current, C the
    form factor of that operator; the flipping one is built on a(t) and b(u).
    """
    is_open, k = _momentum(s, m_V, m_S)
    root = jnp.sqrt(s)
    omega, E_S = jnp.hypot(k, m_V), jnp.hypot(k, m_S)
    # t at cos = 1, with E - k written as m^2/(E + k).
    t_max = -((m_V * m_S) ** 2) / ((omega + k) * (E_S + k))
    keep_L, keep_R = e.m * e.Y_L * e.g_L, e.m * jnp.conj(e.Y_R) * e.g_R
    flip_L, flip_R = jnp.conj(e.Y_R) * e.g_L, e.Y_L * e.g_R
    M2 = e.m**2

    def squared(z: Array) -> Array:
        c, sin2 = 1 - z, z * (2 - z)
        t = t_max - root * k * z
        u = m_V**2 + m_S**2 - s - t
        D_t, D_u = _propagators(t, M2), _propagators(u, M2)

        def conserving(coupling: Array, s_part: Array) -> Array:
            return _abs2(_sum(coupling, D_t) + _sum(jnp.conj(coupling), D_u), s_part)

        def flipping(first: Array, second: Array) -> Array:
            second = jnp.conj(second)
            a, b = _sum(first, D_t), _sum(second, D_u)
            ward = _sum(M2 * second, D_u) - _sum(M2 * first, D_t)
            rest = (E_S - k) / (omega + k) * (a * (1 + c) - b * (1 - c))
            longitudinal = ward / m_V - m_V * rest
            return sin2 * (E_S**2 + k**2) * _abs2(a + b) + _abs2(longitudinal)

        conserved = conserving(keep_L, s_channel[0]) + conserving(keep_R, s_channel[1])
        flipped = flipping(flip_L, flip_R) + flipping(flip_R, flip_L)
        return s * ((2 + sin2 * (k / m_V) ** 2) * conserved + flipped)

    total = _over_angles(squared, _lightest_heavy(e.m, s) - t_max, root * k)
    return jnp.where(is_open, k / (64 * jnp.pi * s * root) * total, 0.0)


def vector_pair(
    s: Scalar, m_V: Scalar, e: ElectronVertices, scalar: tuple[Scalar, Scalar, Scalar]
) -> Scalar:
    """sigma(e+e- -> Z' Z') [GeV^-2], with the 1/2 of identical particles; 0 when closed.

    Args:
        scalar: m_hX, Gamma_hX and the vertex h_X Z' Z' [GeV], 2 m_Z'^2/v_X: h_X in the s channel.

    F: chirality kept; W = t F(t) - u F(u) belongs to longitudinal polarisation, and its constant
    part cancels between the channels. G: chirality flipped.
    """
    is_open, k = _momentum(s, m_V, m_V)
    m2 = m_V**2
    m_S, Gamma_S, vertex = scalar
    t_max = -m2 * m2 / (jnp.sqrt(s) / 2 + k) ** 2
    width = jnp.sqrt(s) * k
    Y_ee = jnp.conj(e.Y_R[0]), e.Y_L[0]
    resonance = 1 / (s - m_S**2 + 1j * m_S * Gamma_S)
    M2 = e.m[1:] ** 2
    flips = jnp.conj(e.g_R[1:]) * e.m[1:] * e.g_L[1:]

    def squared(z: Array) -> Array:
        c, sin2 = 1 - z, z * (2 - z)
        t = t_max - width * z
        u = 2 * m2 - s - t
        D_t, D_u = _propagators(t, M2), _propagators(u, M2)
        light_t, light_u = 1 / (t - e.m[0] ** 2), 1 / (u - e.m[0] ** 2)
        sp2 = width**2 * sin2  # t u - m^4

        def kept(g: Array) -> Array:
            strength, light = _abs2(g[1:]), _abs2(g[0])
            F_t, F_u = _sum(strength, D_t), _sum(strength, D_u)
            e_t, e_u = light * light_t, light * light_u
            W2 = (_sum(strength * M2, D_t) - _sum(strength * M2, D_u)) ** 2
            # The square of electron exchange alone is added in closed form.
            squares = F_t * (F_t + 2 * e_t) + F_u * (F_u + 2 * e_u)
            cross = F_t * F_u + F_t * e_u + e_t * F_u
            return 4 * sp2 * squares + 16 * m2 * s * cross + W2 * (4 * s / m2 + sp2 / m2**2)

        def flipped(coupling: Array, Y: Array) -> Array:
            G_t, G_u = _sum(coupling, D_t), _sum(coupling, D_u)
            H = -vertex * Y * resonance
            decoupled = Y * vertex / 2 * (1 - (s - 2 * m2) * resonance)
            exchanged = _sum(coupling * M2, D_t) + _sum(coupling * M2, D_u)
            goldstones = _abs2(-exchanged, decoupled) / m2**2
            mixed = sin2 * (s - 2 * m2) / m2 + 2 * c**2
            return s * (goldstones + 2 * _abs2(G_t + G_u, H) + mixed * _abs2(G_t - G_u))

        conserving = kept(e.g_L) + kept(e.g_R)
        return conserving + flipped(flips, Y_ee[0]) + flipped(jnp.conj(flips), Y_ee[1])

    total = _over_angles(squared, _lightest_heavy(e.m, s) - t_max, width)
    total = total + _electron_exchange(s, m_V, k, e)
    return jnp.where(is_open, k / (128 * jnp.pi * s * jnp.sqrt(s)) * total, 0.0)


def _electron_exchange(s: Scalar, m_V: Scalar, k: Scalar, e: ElectronVertices) -> Scalar:
    """Int dcos of |electron exchange|^2, leading power in m_e with its collinear logarithm.

    The helicity flip by m_e survives in the collinear region: without it the photon limit
    (2 pi alpha^2/s)(ln(s/m_e^2) - 1) is missed by 1/2 in place of 1. Dropped: m_e^2/m_Z'^2.
    """
    m2, m_e2 = m_V**2, e.m[0] ** 2
    A, B = s / 2 - m2 + m_e2, jnp.sqrt(s) * k
    product = m2**2 + m_e2 * (s - 2 * m2 + m_e2)  # (A + B)(A - B)
    log = jnp.log((A + B) ** 2 / product)
    kept = 16 * (A / B * log - 2) + 16 * m2 * s * log / (A * B)
    flipped = 32 * s * m_e2 / product
    g2_L, g2_R = _abs2(e.g_L[0]), _abs2(e.g_R[0])
    return kept * (g2_L**2 + g2_R**2) + flipped * g2_L * g2_R
