"""The neutral gauge bosons: kinetic and mass mixing of Z0 and B', solved exactly.

alpha, G_F, m_W and m_Z over-determine the tree level. Here and nowhere else it is said who uses
which: the gauge block has e from alpha(0) and the on-shell s_w^2 = 1 - m_W^2/m_Z^2, with
e = g s_w = g' c_w (otherwise the photon is not the photon); v is (sqrt2 G_F)^(-1/2); loops take
g^2 = 8 G_F m_W^2/sqrt2. m_Z of the inputs is the mass of the Z0 before it mixes with B'.
"""

import equinox as eqx
import jax.numpy as jnp

import recette._precision  # noqa: F401  (64 bit)
from recette.types import Array, Scalar

Charge = Array | float


class Electroweak(eqx.Module):
    """Standard Model inputs and the exact mixing of photon, Z and Z' (arXiv:2005.00028, Backup-I).

    Attributes:
        alpha, G_F, m_Z, m_W, m_h: inputs [1, GeV^-2, GeV].
        e: charge of the proton, sqrt(4 pi alpha).
        v: vacuum expectation value of the Higgs doublet [GeV]; <h> = v/sqrt2.
        sin2_theta_W: on-shell, 1 - m_W^2/m_Z^2.
        g: weak coupling from G_F, for loops and W, Z widths.
        m_Zprime: mass of the light vector [GeV].
        m_Bprime: mass parameter of B' before mixing [GeV], 2 e |eps_BL| v_X where B-L gives it.
        m_Z_shifted: mass of the heavier eigenstate [GeV].
        eps: kinetic mixing in units of e, eps_k cos(theta_W)/sqrt(1 - eps_k^2).
        tan_theta: tangent of the Z0-B' mixing angle theta'.
    """

    alpha: Scalar
    G_F: Scalar
    m_Z: Scalar
    m_W: Scalar
    m_h: Scalar
    e: Scalar
    v: Scalar
    sin2_theta_W: Scalar
    g: Scalar
    m_Zprime: Scalar
    m_Bprime: Scalar
    m_Z_shifted: Scalar
    eps: Scalar
    tan_theta: Scalar

    @property
    def g_Z(self) -> Scalar:
        """g/cos(theta_W) with g from G_F."""
        return self.g / jnp.sqrt(1 - self.sin2_theta_W)

    @property
    def cos_theta(self) -> Scalar:
        return 1 / jnp.hypot(1.0, self.tan_theta)

    def charge_Zprime(self, T3: Charge, Q: Charge, dark: Charge) -> Array:
        """Coupling of a field to the Z' in units of e; dark = eps_BL Q_BL.

        The coefficients of Q and T3 are eps and 0 at leading order. They are written with the
        cancellation between Z0 and B' done by hand: T3 enters at eps (m_Z'/m_Z)^2 = 3e-8 eps.
        """
        s2 = self.sin2_theta_W
        mZ2, m2 = self.m_Z**2, self.m_Zprime**2
        scale = self.cos_theta * self.eps / (1 - s2)
        on_T3 = scale * m2 / (mZ2 - m2)
        on_Q = scale * (1 - s2 * mZ2 / (mZ2 - m2))
        return on_Q * Q + on_T3 * T3 + self.cos_theta * dark

    def charge_Z(self, T3: Charge, Q: Charge, dark: Charge) -> Array:
        """Coupling of a field to the Z in units of g/cos(theta_W); dark = eps_BL Q_BL."""
        s2 = self.sin2_theta_W
        B_prime = self.eps / (1 - s2) * (Q - T3) + dark  # units of e
        return self.cos_theta * (T3 - s2 * Q - self.tan_theta * self.e / self.g_Z * B_prime)


def mix(inputs: dict[str, Scalar], m_Zprime: Scalar, eps: Scalar) -> Electroweak:
    """Solve the neutral gauge sector for the mass parameter of B' that gives m_Zprime.

    With eps' = eps/cos(theta_W) the mass matrix of (Z0, B') is
    m_Z^2 [[1, -s_w eps'], [-s_w eps', s_w^2 eps'^2 + m_B'^2/m_Z^2]]; its determinant and trace give
    m_B' in closed form, its null equation the angle. Close to m_Zprime = m_Z levels repel and
    no m_B' exists: m_Bprime is then NaN.
    """
    alpha, G_F, m_Z, m_W = (inputs[key] for key in ("alpha", "G_F", "m_Z", "m_W"))
    s2 = 1 - (m_W / m_Z) ** 2
    tilt2 = s2 / (1 - s2) * eps**2  # (s_w eps')^2
    repulsion = m_Z**2 / (m_Z**2 - m_Zprime**2)
    tan_theta = jnp.sqrt(s2 / (1 - s2)) * eps * repulsion
    return Electroweak(
        alpha=alpha,
        G_F=G_F,
        m_Z=m_Z,
        m_W=m_W,
        m_h=inputs["m_h"],
        e=jnp.sqrt(4 * jnp.pi * alpha),
        v=1 / jnp.sqrt(jnp.sqrt(2.0) * G_F),
        sin2_theta_W=s2,
        g=jnp.sqrt(8 * G_F / jnp.sqrt(2.0)) * m_W,
        m_Zprime=m_Zprime,
        m_Bprime=m_Zprime * jnp.sqrt(1 + tilt2 * repulsion),
        m_Z_shifted=m_Z * jnp.sqrt(1 + tilt2 * repulsion),
        eps=eps,
        tan_theta=tan_theta,
    )
