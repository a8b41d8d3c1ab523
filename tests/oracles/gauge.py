"""Neutral gauge bosons from the full 3x3 mass matrix (PHYSICS, section 1), in mpmath.

Basis (B, W3, B') after the kinetic redefinition B -> B + eps' B'. The Higgs doublet (v) gives
(v^2/4) u u^T with u = (-g', g, -g' eps'); the singlet gives m_B'^2 on the last entry. Here
v^2/4 = (m_Z/gz)^2: the Z0 mass before mixing is the input m_Z, and e = g s_w = g' c_w.
"""

from dataclasses import dataclass

from mpmath import mp, mpf


@dataclass(frozen=True)
class Gauge:
    """Masses [GeV] and mass eigenvectors of the neutral vectors, and their couplings.

    Attributes:
        e, v, g_loop: positron charge from alpha, (sqrt2 G_F)^(-1/2) [GeV], G_F value of g.
        s2: sin^2 theta_w on shell, 1 - m_W^2/m_Z^2.
        eps_prime: kinetic mixing eps'; eps_BL: coupling to B-L in units of e.
        m_Bprime, v_X, m_Zprime, m_Z: m_Z is the heavier eigenvalue (shifted by mixing).
        photon, zprime, z: unit eigenvectors in (B, W3, B').
    """

    e: mpf
    v: mpf
    g_loop: mpf
    s2: mpf
    eps_prime: mpf
    eps_BL: mpf
    m_Bprime: mpf
    v_X: mpf
    m_Zprime: mpf
    m_Z: mpf
    photon: tuple
    zprime: tuple
    z: tuple

    def charge(self, vector, T3, Y, Q_BL):
        """Coupling of a mass eigenstate to a chiral field, gauge block values, in units of e."""
        c, s = mp.sqrt(1 - self.s2), mp.sqrt(self.s2)
        b, w, x = vector
        return b * Y / c + w * T3 / s + x * (self.eps_prime * Y / c + self.eps_BL * Q_BL)

    def zprime_charge(self, T3, Y, Q_BL):
        """Z' coupling in units of e, photon-like coupling and mixing with Z0 included."""
        return self.charge(self.zprime, T3, Y, Q_BL)

    def z_charge(self, T3, Y, Q_BL):
        """Z coupling, absolute: Z0 part with the G_F value of gz, B' part of the gauge block."""
        c, s = mp.sqrt(1 - self.s2), mp.sqrt(self.s2)
        b, w, x = self.z
        z0 = c * w - s * b
        admixture = self.e * x * (self.eps_prime * Y / c + self.eps_BL * Q_BL)
        return z0 * self.z0_charge(T3, Y) + admixture

    def z0_charge(self, T3, Y):
        """Standard Model Z coupling gz (T3 - s_w^2 Q) with the G_F value of gz."""
        return self.g_loop / mp.sqrt(1 - self.s2) * (T3 - self.s2 * (T3 + Y))


def mass_matrix(m_Bprime2, eps_prime, s2, m_Z):
    """M^2 in (B, W3, B') [GeV^2]; u is in units of gz, so that (v^2/4) gz^2 = m_Z^2."""
    s, c = mp.sqrt(s2), mp.sqrt(1 - s2)
    u = mp.matrix([-s, c, -s * eps_prime])
    M2 = m_Z**2 * (u * u.T)
    M2[2, 2] += m_Bprime2
    return M2


def solve_gauge(eps, eps_BL, m_Zprime, inputs) -> Gauge:
    """Find m_B' such that the lighter massive eigenvalue is m_Zprime."""
    m_W, m_Z = mpf(inputs["m_W"]), mpf(inputs["m_Z"])
    s2 = 1 - (m_W / m_Z) ** 2
    s, c = mp.sqrt(s2), mp.sqrt(1 - s2)
    e = mp.sqrt(4 * mp.pi * mpf(inputs["alpha"]))
    eps_prime = mpf(eps) / c
    target = mpf(m_Zprime) ** 2

    def mismatch(ratio):
        values = mp.eigsy(mass_matrix(ratio * target, eps_prime, s2, m_Z), eigvals_only=True)
        return sorted(values)[1] / target - 1

    ratio = mp.findroot(mismatch, (mpf(1), 1 + eps_prime**2 + mpf("1e-6")), solver="secant")
    M2 = mass_matrix(ratio * target, eps_prime, s2, m_Z)
    values, vectors = mp.eigsy(M2)
    order = sorted(range(3), key=lambda i: values[i])
    photon, zprime, z = ([vectors[a, i] for a in range(3)] for i in order)
    photon = [x * mp.sign(photon[0]) for x in photon]
    zprime = [x * mp.sign(zprime[2]) for x in zprime]
    z = [x * mp.sign(c * z[1] - s * z[0]) for x in z]
    m_Bprime = mp.sqrt(ratio * target)
    return Gauge(
        e=e,
        v=1 / mp.sqrt(mp.sqrt(2) * mpf(inputs["G_F"])),
        g_loop=mp.sqrt(8 * mpf(inputs["G_F"]) * m_W**2 / mp.sqrt(2)),
        s2=s2,
        eps_prime=eps_prime,
        eps_BL=mpf(eps_BL),
        m_Bprime=m_Bprime,
        v_X=m_Bprime / (2 * e * abs(mpf(eps_BL))),
        m_Zprime=mp.sqrt(values[order[1]]),
        m_Z=mp.sqrt(values[order[2]]),
        photon=tuple(photon),
        zprime=tuple(zprime),
        z=tuple(z),
    )
