"""The two-loop Barr-Zee diagram of a neutral scalar: its size, as a theory uncertainty."""

import jax.numpy as jnp
import numpy as np

import recette._precision  # noqa: F401  (64 bit)
from recette.types import Array, Float, Scalar

# x = 1/(1 + exp(-t)): x(1-x) dt falls as exp(-t), so the trapezoidal rule converges geometrically
# (a step of 0.65 leaves exp(-2 pi^2/0.65) = 6e-14).
_STEP = 0.65
_T = np.arange(0.0, 46.8, _STEP)
_XX = 1 / (2 + 2 * np.cosh(_T))  # x(1-x)
_WEIGHTS = _STEP * _XX * (1 - 2 * _XX) * np.where(_T == 0, 1.0, 2.0)  # both signs of t


def loop(z: Array) -> Array:
    """F(z) = (z/2) Int_0^1 dx (1 - 2x(1-x))/(x(1-x) - z) ln(x(1-x)/z), z = m_F^2/m_S^2 > 0.

    The function f of Barr and Zee, Phys. Rev. Lett. 65 (1990) 21. Errors: 1e-9 relative for
    z > 1e-12.
    """
    u = _XX / z[..., None]
    near = jnp.abs(u - 1) < 1e-4
    safe = jnp.where(near, 2.0, u)
    ratio = jnp.where(near, 1 - (u - 1) / 2 + (u - 1) ** 2 / 3, jnp.log(safe) / (safe - 1))
    return 0.5 * jnp.sum(_WEIGHTS * ratio, axis=-1)


def barr_zee(
    alpha: Scalar,
    m: Float[Array, "3"],
    y: Float[Array, "3"],
    M: Float[Array, "B n"],
    Y: Float[Array, "B n"],
    m_S: Scalar,
) -> Float[Array, "3"]:
    """|Delta a| of leptons m with scalar couplings y from loops of charged leptons M, Y.

    alpha/(4 pi^3) m y |Sum_F Y_F/M_F F(M_F^2/m_S^2)| (Ilisie, JHEP 04 (2015) 077, eq. for F^(1)).
    A scalar gives the opposite sign of y Y; only the size is used.
    """
    inner = jnp.sum(Y / M * loop((M / m_S) ** 2))
    return jnp.abs(alpha / (4 * jnp.pi**3) * m * y * inner)
