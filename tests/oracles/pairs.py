"""e+e- -> Z' h_X, Z' Z' with explicit spinors, polarisation vectors and propagators, in mpmath.

Unitary gauge as it stands, electron massive, every helicity amplitude a product of 4x4 matrices:
nothing is simplified, so that the cancellations of E^2/m_Z'^2 are a matter of digits alone.
"""

from dataclasses import dataclass

import numpy as np
from mpmath import mp, mpc, mpf

PAULI = ([[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]])
METRIC = (1, -1, -1, -1)


def array(rows):
    return np.array([[mpc(x) for x in row] for row in rows], dtype=object)


def blocks(upper, lower):
    """Chiral representation: gamma = ((0, upper), (lower, 0))."""
    zero = np.zeros((2, 2))
    return array(np.block([[zero, np.array(upper)], [np.array(lower), zero]]))


ONE = array(np.eye(4))
GAMMA = [blocks(np.eye(2), np.eye(2)), *(blocks(s, -np.array(s)) for s in PAULI)]
P_L, P_R = array(np.diag([1, 1, 0, 0])), array(np.diag([0, 0, 1, 1]))


@dataclass(frozen=True)
class Couplings:
    """Real couplings of one block, absolute: masses, g_L[i][j], g_R[i][j], Y[i][j] (Y P_R).

    `vectors`: (mass, width, g_L and g_R of e e, vertex h_X Z' V) for V = Z', Z in the s channel;
    `scalar`: mass and width of h_X.
    """

    m: list
    g_L: mp.matrix
    g_R: mp.matrix
    Y: mp.matrix
    m_V: mpf
    vectors: tuple
    scalar: tuple

    def gauge(self, i, j):
        return self.g_L[i, j] * P_L + self.g_R[i, j] * P_R

    def yukawa(self, i, j):
        return self.Y[i, j] * P_R + self.Y[j, i] * P_L


def couplings_of(solution) -> Couplings:
    """From oracles.oracle.solve: the electron's block, with exact Ward identities."""
    gauge, electron = solution["gauge"], solution["generations"][0]
    g, m = electron["couplings"], electron["charged"].m
    on_electron = {V: [g[V][side][0, 0] for side in ("g_L", "g_R")] for V in ("Zprime", "Z")}
    m_V = gauge.m_Zprime
    mass2 = gauge.m_Bprime**2
    # Only B' couples to h_X: m_B'^2 B'^2 h_X/v_X with B' = zprime[2] Z' + z[2] Z.
    vertex = {
        "Zprime": 2 * mass2 * gauge.zprime[2] ** 2 / gauge.v_X,
        "Z": 2 * mass2 * gauge.zprime[2] * gauge.z[2] / gauge.v_X,
    }
    return Couplings(
        m=m,
        g_L=gauge.e * g["Zprime"]["g_L"],
        g_R=gauge.e * g["Zprime"]["g_R"],
        Y=g["hX"]["Y"],
        m_V=m_V,
        vectors=(
            (m_V, mpf(0), *(gauge.e * x for x in on_electron["Zprime"]), vertex["Zprime"]),
            (gauge.m_Z, mpf("2.4955"), *on_electron["Z"], vertex["Z"]),
        ),
        scalar=(solution["m_hX"], solution["widths"]["hX"]["total"]),
    )


def slash(p):
    return sum(METRIC[i] * p[i] * GAMMA[i] for i in range(4))


def dot(p, q):
    return sum(METRIC[i] * p[i] * q[i] for i in range(4))


def spinors(E, m):
    """u of e- along +z and vbar of e+ along -z, both helicities, from (E -+ p) without rounding."""
    p = mp.sqrt(E**2 - m**2)
    large, small = mp.sqrt(E + p), m / mp.sqrt(E + p)

    def column(*x):
        return np.array([mpc(y) for y in x], dtype=object)

    # Spin along +z is helicity + for e-; u = (sqrt(p.sigma) xi, sqrt(p.sigmabar) xi).
    u = [column(small, 0, large, 0), column(0, large, 0, small)]
    # e+ along -z: v = (sqrt(p.sigma) eta, -sqrt(p.sigmabar) eta).
    v = [column(large, 0, -small, 0), column(0, small, 0, -large)]
    return p, u, [np.array([mp.conj(x) for x in w], dtype=object) @ GAMMA[0] for w in v]


def polarisations(k, omega, m, cos, direction):
    """eps^* of a vector along direction * (sin, 0, cos): two linear ones and the longitudinal."""
    sin = mp.sqrt(1 - cos**2)
    n = [direction * sin, mpf(0), direction * cos]
    return [
        [mpf(0), cos, mpf(0), -sin],
        [mpf(0), mpf(0), mpf(1), mpf(0)],
        [k / m, *(omega / m * x for x in n)],
    ]


def kinematics(root_s, m1, m2, cos, m_e):
    E = root_s / 2
    p, u, vbar = spinors(E, m_e)
    omega = (root_s**2 + m1**2 - m2**2) / (2 * root_s)
    k = mp.sqrt(omega**2 - m1**2)
    sin = mp.sqrt(1 - cos**2)
    p1 = [E, mpf(0), mpf(0), p]
    k1 = [omega, k * sin, mpf(0), k * cos]
    k2 = [root_s - omega, -k * sin, mpf(0), -k * cos]
    return p1, k1, k2, k, u, vbar


def propagator(q, m):
    return (slash(q) + m * ONE) / (dot(q, q) - m**2)


def minus(p, q):
    return [a - b for a, b in zip(p, q, strict=True)]


def squared_scalar_vector(c: Couplings, root_s, cos):
    """Sum over helicities of |M(e+e- -> Z' h_X)|^2, Z' at angle cos to the electron."""
    m_h, n = c.scalar[0], len(c.m)
    p1, k1, k2, k, u, vbar = kinematics(root_s, c.m_V, m_h, cos, c.m[0])
    total = mpf(0)
    Q = [root_s, mpf(0), mpf(0), mpf(0)]
    for eps in polarisations(k, k1[0], c.m_V, cos, 1):
        matrix = 0 * ONE
        for j in range(n):
            emit, absorb = slash(eps) @ c.gauge(j, 0), slash(eps) @ c.gauge(0, j)
            matrix = matrix + c.yukawa(0, j) @ propagator(minus(p1, k1), c.m[j]) @ emit
            matrix = matrix + absorb @ propagator(minus(p1, k2), c.m[j]) @ c.yukawa(j, 0)
        for mass, width, g_L, g_R, vertex in c.vectors:
            # sum of -(g - QQ/m^2) with the two vertices; iM = i (...) throughout.
            current = slash(eps) - slash(Q) * (dot(Q, eps) / mass**2)
            pole = root_s**2 - mass**2 + mpc(0, 1) * mass * width
            matrix = matrix + vertex / pole * current @ (g_L * P_L + g_R * P_R)
        total += sum(abs(vb @ matrix @ x) ** 2 for vb in vbar for x in u)
    return total


def squared_vector_pair(c: Couplings, root_s, cos):
    """Sum over helicities of |M(e+e- -> Z' Z')|^2."""
    n, (m_h, width) = len(c.m), c.scalar
    p1, k1, k2, k, u, vbar = kinematics(root_s, c.m_V, c.m_V, cos, c.m[0])
    first = polarisations(k, k1[0], c.m_V, cos, 1)
    second = polarisations(k, k2[0], c.m_V, cos, -1)
    pole = root_s**2 - m_h**2 + mpc(0, 1) * m_h * width
    s_channel = c.vectors[0][-1] / pole * c.yukawa(0, 0)
    total = mpf(0)
    for x in u:
        # j, after e- has emitted one of the two
        t_lines = [lines(c, minus(p1, k1), eps, x) for eps in first]
        u_lines = [lines(c, minus(p1, k2), eps, x) for eps in second]
        for vb in vbar:
            scalar = vb @ s_channel @ x
            absorb1 = [[vb @ slash(eps) @ c.gauge(0, j) for j in range(n)] for eps in first]
            absorb2 = [[vb @ slash(eps) @ c.gauge(0, j) for j in range(n)] for eps in second]
            for a in range(3):
                for b in range(3):
                    exchange = sum(
                        absorb2[b][j] @ t_lines[a][j] + absorb1[a][j] @ u_lines[b][j]
                        for j in range(n)
                    )
                    total += abs(dot(first[a], second[b]) * scalar - exchange) ** 2
    return total


def lines(c: Couplings, q, eps, spinor):
    """Propagator times emission of eps, on a spinor, for every exchanged state."""
    emitted = [slash(eps) @ (c.gauge(j, 0) @ spinor) for j in range(len(c.m))]
    return [propagator(q, m) @ x for m, x in zip(c.m, emitted, strict=True)]


def total(squared, c: Couplings, root_s, m2, *, points=10, depth=None):
    """Cross-section [GeV^-2] from Int dcos of a squared amplitude; no 1/2 for identical particles.

    The amplitude is symmetric in cos. Gauss-Legendre for cos > 0; with `depth`, the trapezoidal
    rule in atanh(cos) up to it, for the collinear peaks of electron exchange.
    """
    p = mp.sqrt(root_s**2 / 4 - c.m[0] ** 2)
    k = mp.sqrt((root_s**2 - (c.m_V + m2) ** 2) * (root_s**2 - (c.m_V - m2) ** 2)) / (2 * root_s)
    if depth is None:
        rule = zip(*np.polynomial.legendre.leggauss(points), strict=True)
        angles = [((1 + mpf(float(x))) / 2, mpf(float(w))) for x, w in rule]
    else:
        h = mpf(depth) / points
        angles = [(mp.tanh(h * i), 2 * h / mp.cosh(h * i) ** 2) for i in range(points + 1)]
        angles[0] = (mpf(0), h)
    integral = mp.fsum(w * squared(c, root_s, x) for x, w in angles)
    return k / p / (32 * mp.pi * root_s**2) * integral / 4
