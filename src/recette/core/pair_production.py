"""e+e- -> Z' h_X and e+e- -> Z' Z' at tree level, unpolarised, total cross-sections [GeV^-2].

Exchanged in the t and u channel: all charged leptons of the electron's block. In the s channel: the
neutral vectors (h_X Z') and h_X (Z' Z'), as gauge invariance asks. The electron is massless but
where its own exchange is collinear: there m_e is the regulator and flips the helicity.

A longitudinal Z' has eps = k/m + O(m/E). The amplitudes here have the Ward identity
k_mu M^mu ~ g_L M - M g_R applied by hand: what grows as E/m then multiplies M_j^2/(t - M_j^2), not
1/(t - M_j^2) times differences of E^2. All orders in m_Z'/E are kept. Exchanged leptons are
spacelike: their widths, however large, do not enter.

Dropped is m_e/E: 4e-7 of Z' Z' at the presets, 1e-5 to 2e-4 where strong mixing of L and E makes
chirality flips as large as the rest; of h_X Z' 5e-6 where h and k are below 0.1, 1e-5 where the
electron has a Yukawa of 3 to 7.

Turning cos to -cos exchanges t and u. With x = sqrt(s) k cos and b_j = M_j^2 - (t + u)/2

    1/(t - M_j^2) = -(b_j + x) D_j,  1/(u - M_j^2) = -(b_j - x) D_j,  D_j = 1/(b_j^2 - x^2),

so that an amplitude is A + x B with A and B even in cos. Of |A + x B|^2 only |A|^2 + x^2 |B|^2
survives the integral, which is what the functions of cos^2 below return.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import equinox as eqx
import jax.numpy as jnp
import numpy as np

import recette._precision  # noqa: F401  (64 bit)
from recette.numerics.matrices import squared, unstack
from recette.types import Array, Inexact

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(10)
_NODES, _WEIGHTS = (_NODES + 1) / 2, _WEIGHTS / 2


class ElectronVertices(eqx.Module):
    """What the electron couples to, absolute couplings; states of its block, the electron first.

    Attributes:
        m: masses [GeV].
        g_L, g_R: coefficient of jbar gamma^mu P_L,R e Z'_mu.
        Y_L, Y_R: Yukawas of h_X: -L = h_X (Y_L[j] ebar_L j_R + Y_R[j] jbar_L e_R) + h.c.; of the
            electron itself Y_L = Y_R.
    """

    m: Inexact[Array, "n ..."]
    g_L: Inexact[Array, "n ..."]
    g_R: Inexact[Array, "n ..."]
    Y_L: Inexact[Array, "n ..."]
    Y_R: Inexact[Array, "n ..."]


def _unstack(states: Array, s: Array) -> list[Array]:
    """One array for each exchanged state, as wide as s."""
    return [jnp.broadcast_to(state, s.shape) for state in unstack(states)]


def _sum(couplings: Sequence[Array], propagators: Sequence[Array]) -> Array:
    """Sum over exchanged states; unrolled, so that all becomes one loop over the batch."""
    terms = [g * D for g, D in zip(couplings, propagators, strict=True)]
    return sum(terms[1:], terms[0]) if terms else jnp.zeros(())


def _momentum(s: Array, m1: Array, m2: Array) -> Array:
    energy = jnp.sqrt(s)
    product = (energy - m1 - m2) * (energy + m1 + m2) * (s - (m1 - m2) ** 2)
    return jnp.sqrt(product) / (2 * energy)


def _propagators(middle: list[Array], x2: Array) -> tuple[list[Array], list[Array]]:
    """b_j D_j and D_j of the states j."""
    D = [1 / (b * b - x2) for b in middle]
    return [b * D_j for b, D_j in zip(middle, D, strict=True)], D


def _over_angles(f: Callable[[Array, Array], Array], middle: list[Array], width: Array) -> Array:
    """Int_-1^1 dcos f(cos^2, sin^2), with x = width cos.

    M_1^2 - t = near + width (1 - cos) of the lightest heavy lepton is taken uniform in its
    logarithm: ten nodes reach 1e-9 from M_1 = 50 GeV up, 1e-6 at 10 GeV, 1e-5 at 1 GeV. Far above
    the energy nothing is peaked, and the map is kept from becoming linear to all digits.
    """
    near = 100 * width
    if middle[1:]:
        near = jnp.minimum(near, middle[1] - width)
    ratio = width / near
    growth = jnp.log1p(ratio)
    total = jnp.zeros(())
    for node, weight in zip(_NODES, _WEIGHTS, strict=True):
        stretch = jnp.exp(node * growth)
        z = (stretch - 1) / ratio  # 1 - cos
        total = total + weight * stretch * f((1 - z) ** 2, z * (2 - z))
    return 2 * growth / ratio * total


class _Recoil(NamedTuple):
    """Kinematics of h_X Z'. With m_e in full (t - m_e^2)(u - m_e^2) = collinear + width^2 sin^2.

    mid is -(t + u)/2 + m_e^2; rest comes from what a longitudinal polarisation has beside k_mu/m_V.
    """

    E_S: Array
    k: Array
    width: Array
    mid: Array
    collinear: Array
    rest: Array


def _recoil(s: Array, m_V: Array, m_S: Array, m_e: Array) -> _Recoil:
    root, k = jnp.sqrt(s), _momentum(s, m_V, m_S)
    omega, E_S = (s + m_V**2 - m_S**2) / (2 * root), (s - m_V**2 + m_S**2) / (2 * root)
    return _Recoil(
        E_S=E_S,
        k=k,
        width=root * k,
        mid=(s - m_V**2 - m_S**2) / 2,
        collinear=(m_V * m_S) ** 2 + (2 * m_e * k) ** 2,
        rest=m_V * m_S**2 / ((E_S + k) * (omega + k)),  # m_V (E_S - k)/(omega + k)
    )


class _Flips(NamedTuple):
    """Couplings that flip chirality, one of each state; the other flip is cos -> -cos of this one.

    Attributes:
        plus, minus: a + b and a - b of a(t), from Y_R^* g_L, and b(u), from g_R^* Y_L^*.
        growth: factor of both where the Z' is longitudinal.
    """

    plus: list[Array]
    minus: list[Array]
    growth: list[Array]

    def amplitudes(self, q: _Recoil, cos2: Array, bD: list[Array], D: list[Array]) -> list[Array]:
        """Transverse, of cos^0 and x; longitudinal, of cos^0 and cos^1."""
        both, both_x = _sum(self.plus, bD), _sum(self.minus, D)
        grown = [[g * x for g, x in zip(self.growth, y, strict=True)] for y in (bD, D)]
        even = _sum(self.minus, grown[0]) + q.rest * q.width * cos2 * both_x
        return [both, both_x, even, q.width * _sum(self.plus, grown[1]) + q.rest * both]


def _flips(s: Array, m_V: Array, q: _Recoil, e: ElectronVertices) -> tuple[_Flips, _Flips]:
    """The electron's and the heavy leptons'."""
    first, second = jnp.conj(e.Y_R) * e.g_L, jnp.conj(e.Y_L * e.g_R)
    plus, minus = _unstack(first + second, s), _unstack(first - second, s)
    growth = [M2_j / m_V + q.rest for M2_j in _unstack(e.m[1:] ** 2, s)]
    return _Flips(plus[:1], minus[:1], [q.rest]), _Flips(plus[1:], minus[1:], growth)


def _flipped(
    light: _Flips, heavy: _Flips, q: _Recoil, sin2: Array, bD: list[Array], D: list[Array]
) -> tuple[Array, Array]:
    """|Heavy leptons|^2, and their interference with the electron without its D_e."""
    cos2, transverse = 1 - sin2, sin2 * (q.E_S**2 + q.k**2)
    weights = transverse, transverse * q.width**2 * cos2, jnp.ones(()), cos2
    of_heavy = heavy.amplitudes(q, cos2, bD, D)
    of_light = light.amplitudes(q, cos2, [q.mid], [jnp.ones(())])
    mixed = [2 * (jnp.conj(a) * b).real for a, b in zip(of_heavy, of_light, strict=True)]
    return _sum(weights, [squared(a) for a in of_heavy]), _sum(weights, mixed)


def _form_factor2(
    keep: list[Array], s_part: Array, x2: Array, bD: list[Array], D: list[Array]
) -> Array:
    """|form factor of the current of one chirality|^2."""
    even = squared(s_part - 2 * _sum([g.real for g in keep], bD))
    if not (keep and jnp.iscomplexobj(keep[0])):
        return even
    return even + 4 * x2 * _sum([g.imag for g in keep], D) ** 2


def scalar_vector(
    s: Array, m_V: Array, m_S: Array, e: ElectronVertices, s_channel: tuple[Array, Array]
) -> Array:
    """sigma(e+e- -> Z' h_X) [GeV^-2]; 0 when closed.

    Args:
        s: broadcasts against the masses; its shape and theirs may lack what the others have.
        s_channel: coefficients [GeV^-1] of h_X Z'_mu ebar gamma^mu P_L,R e from neutral vectors.

    The chirality-conserving amplitude is a form factor times the current of that operator. In the
    flipping one the electron's propagator D_e peaks between the nodes: the square of electron
    exchange is added in closed form, and so is the residue of its interference at the pole.
    """
    s, m_V, m_S = jnp.broadcast_arrays(s, m_V, m_S)
    root = jnp.sqrt(s)
    is_open = root > m_V + m_S
    # Harmless masses when closed.
    m_V, m_S = jnp.where(is_open, m_V, root / 4), jnp.where(is_open, m_S, root / 4)
    q = _recoil(s, m_V, m_S, e.m[0])
    middle = [M2_j + q.mid for M2_j in _unstack(e.m**2, s)]
    keep_L = _unstack((e.m * e.Y_L * e.g_L)[1:], s)
    keep_R = _unstack((e.m * jnp.conj(e.Y_R) * e.g_R)[1:], s)
    light, heavy = _flips(s, m_V, q, e)

    sin2_pole = -q.collinear / q.width**2
    x2_pole = q.width**2 * (1 - sin2_pole)
    _, residue = _flipped(light, heavy, q, sin2_pole, *_propagators(middle[1:], x2_pole))

    def amplitude2(cos2: Array, sin2: Array) -> Array:
        x2 = q.width**2 * cos2
        bD, D = _propagators(middle[1:], x2)
        conserved = _form_factor2(keep_L, s_channel[0], x2, bD, D)
        conserved = conserved + _form_factor2(keep_R, s_channel[1], x2, bD, D)
        square, mixed = _flipped(light, heavy, q, sin2, bD, D)
        smooth = (mixed - residue) / (q.collinear + q.width**2 * sin2)
        return (2 + sin2 * (q.k / m_V) ** 2) * conserved + 2 * (square + smooth)

    D_e = jnp.log((q.mid + q.width) ** 2 / q.collinear) / (q.mid * q.width)
    exchanged = residue * D_e + _radiative_return(s, q, e.m[0], light, D_e)
    total = s * (_over_angles(amplitude2, middle, q.width) + 2 * exchanged)
    return jnp.where(is_open, q.k / (64 * jnp.pi * s * root) * total, 0.0)


def _radiative_return(s: Array, q: _Recoil, m_e: Array, light: _Flips, D: Array) -> Array:
    """Int dcos of electron exchange squared, leading power in m_e; D: the integral of D_e.

    After a collinear Z' the electron meets the positron on the peak of h_X. With the helicity flip
    by m_e a photon has (1 + z^2)/(1 - z) (ln(s/m_e^2) - 1) + 1 - z, z = m_S^2/s. Dropped here and
    in the interference: m_e (g_L - g_R)/m_V, which gauge invariance ties to M (g_L - g_R)/m_V.
    """
    A, B, P = q.mid, q.width, q.collinear
    plus2, minus2 = squared(light.plus[0]), squared(light.minus[0])
    P_D2 = (1 + P * D / 2) / A**2
    D2 = P_D2 / P
    sin2_D2, B2_sin4_D2 = (D - P_D2) / B**2, (2 - 2 * P * D + P * P_D2) / B**2
    even = A**2 * sin2_D2
    odd = even - (2 - P * D) / B**2
    # even^2 has (A + B cos^2)^2 D_e^2, odd^2 (A + B)^2 cos^2 D_e^2.
    longitudinal = minus2 * ((A + B) ** 2 * D2 - 2 * (A + B) * B * sin2_D2 + B2_sin4_D2)
    longitudinal = longitudinal + plus2 * (A + B) ** 2 * (D2 - sin2_D2)
    by_mass = 8 * m_e**2 / (s * P) * (q.k**2 * plus2 + q.E_S**2 * minus2)
    transverse = (q.E_S**2 + q.k**2) * (plus2 * even + minus2 * odd)
    return transverse + q.rest**2 * longitudinal + by_mass


def vector_pair(
    s: Array, m_V: Array, e: ElectronVertices, scalar: tuple[Array, Array, Array]
) -> Array:
    """sigma(e+e- -> Z' Z') [GeV^-2], with the 1/2 of identical particles; 0 when closed.

    Args:
        s: broadcasts against the masses; its shape and theirs may lack what the others have.
        scalar: m_hX, Gamma_hX and the vertex h_X Z' Z' [GeV], 2 m_Z'^2/v_X: h_X in the s channel.

    F: chirality kept; W = t F(t) - u F(u) belongs to longitudinal polarisation, and its constant
    part cancels between the channels. G: chirality flipped. The two flips differ by the sign of
    the width of h_X alone.
    """
    s, m_V = jnp.broadcast_arrays(s, m_V)
    root = jnp.sqrt(s)
    is_open = root > 2 * m_V
    m_V = jnp.where(is_open, m_V, root / 4)  # harmless when closed
    k = _momentum(s, m_V, m_V)
    m2 = m_V**2
    width = root * k
    M2 = _unstack(e.m**2, s)
    middle = [M2_j + s / 2 - m2 for M2_j in M2]
    strength_L, strength_R = _unstack(squared(e.g_L), s), _unstack(squared(e.g_R), s)
    flips = _unstack(jnp.conj(e.g_R[1:]) * e.m[1:] * e.g_L[1:], s)
    resonant, decoupled, absorptive = _resonance(s, m2, e, scalar)

    def amplitude2(cos2: Array, sin2: Array) -> Array:
        x2 = width**2 * cos2
        (light_b, *bD), (light, *D) = _propagators(middle, x2)
        M2_bD, M2_D = ([M2_j * x for M2_j, x in zip(M2[1:], y, strict=True)] for y in (bD, D))
        sp2 = width**2 * sin2  # t u - m^4

        def kept(g2: list[Array]) -> Array:
            electron, heavy = 2 * g2[0], g2[1:]
            F, F_x = _sum(heavy, bD), _sum(heavy, D)
            # The square of electron exchange alone is added in closed form.
            even, odd = F * (F + electron * light_b), x2 * F_x * (F_x + electron * light)
            W2 = 4 * x2 * _sum(heavy, M2_D) ** 2
            squares = 8 * sp2 * (even + odd) + 16 * m2 * s * (even - odd)
            return squares + W2 * (4 * s / m2 + sp2 / m2**2)

        G, G_x, exchanged = _sum(flips, bD), _sum(flips, D), _sum(flips, M2_bD)
        goldstones = squared(2 * exchanged + decoupled) / m2**2
        mixed = sin2 * (s - 2 * m2) / m2 + 2 * cos2
        flipped = goldstones + 2 * squared(2 * G + resonant) + 4 * mixed * x2 * squared(G_x)
        return kept(strength_L) + kept(strength_R) + 2 * s * flipped

    total = _over_angles(amplitude2, middle, width) + _electron_exchange(s, m_V, k, e)
    total = total + 2 * s * absorptive
    return jnp.where(is_open, k / (128 * jnp.pi * s * root) * total, 0.0)


def _resonance(
    s: Array, m2: Array, e: ElectronVertices, scalar: tuple[Array, Array, Array]
) -> tuple[Array, Array, Array]:
    """h_X in the s channel: two amplitudes, and |absorptive part|^2 over all angles."""
    m_S, Gamma_S, vertex = scalar
    off, absorbed = s - m_S**2, m_S * Gamma_S
    pole = off**2 + absorbed**2
    Y = vertex * jnp.conj(e.Y_L[0])
    absorptive = squared(Y * absorbed / pole) * ((s - 2 * m2) ** 2 / (2 * m2**2) + 4)
    return Y * off / pole, Y / 2 * (1 - (s - 2 * m2) * off / pole), absorptive


def _electron_exchange(s: Array, m_V: Array, k: Array, e: ElectronVertices) -> Array:
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
    g2_L, g2_R = squared(e.g_L[0]), squared(e.g_R[0])
    return kept * (g2_L**2 + g2_R**2) + flipped * g2_L * g2_R
