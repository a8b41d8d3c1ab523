"""One-loop (g-2)/2 in unitary gauge by quadrature of PHYSICS, section 3, as printed there.

Every function takes the external mass m, the internal mass M_F, the boson mass [GeV] and the two
chiral couplings of  lbar gamma^mu (g_L P_L + g_R P_R) F V_mu  or  -lbar (Y_R P_R + Y_L P_L) F phi.
"""

from functools import lru_cache

from mpmath import mp, mpf

DPS = 40
RATIO = 4  # panels grow by this factor away from a pole of the integrand


def quadratic_roots(a, b, c):
    """Roots of a x^2 + b x + c, complex, without cancellation."""
    if a == 0:
        return [] if b == 0 else [-c / b]
    root = mp.sqrt(mp.mpc(b * b - 4 * a * c))
    q = -(b + (root if (mp.conj(b) * root).real >= 0 else -root)) / 2
    return [q / a] + ([c / q] if q != 0 else [])


def breakpoints(a, b, c):
    """Panels in [0, 1], graded towards the poles of 1/(a x^2 + b x + c)."""
    points = {mpf(0), mpf(1)}
    for z in quadratic_roots(a, b, c):
        near = min(max(z.real, mpf(0)), mpf(1))
        step = abs(z - near)
        if step < mpf(10) ** (-DPS):  # a zero of the numerator lies there too
            continue
        points.add(near)
        while step < 1:
            points.update(x for x in (near - step, near + step) if 0 < x < 1)
            step *= RATIO
    return sorted(points)


def cubic(f):
    """Coefficients, highest first, of a cubic polynomial known as a function (25 spare digits)."""
    with mp.workdps(DPS + 25):
        nodes = [mpf(x) for x in (0, 1, -1, 2)]
        rows = mp.matrix([[x**3, x**2, x, 1] for x in nodes])
        return [+c for c in mp.lu_solve(rows, mp.matrix([f(x) for x in nodes]))]


def integral(numerator, a, b, c):
    """Int_0^1 dx numerator(x)/(a x^2 + b x + c), the numerator a cubic polynomial."""
    n3, n2, n1, n0 = cubic(numerator)

    def integrand(x):
        return (((n3 * x + n2) * x + n1) * x + n0) / ((a * x + b) * x + c)

    return mp.quad(integrand, breakpoints(a, b, c), method="gauss-legendre", maxdegree=5)


def squares(g_L, g_R):
    """|C_V|^2 and |C_A|^2 (or |C_S|^2 and |C_P|^2)."""
    return abs((g_L + g_R) / 2) ** 2, abs((g_R - g_L) / 2) ** 2


def neutral_vector(m, M_F, V, g_L, g_R):
    """Neutral vector of mass V and a fermion of the external charge."""
    with mp.workdps(DPS):
        V2, A2 = squares(g_L, g_R)
        l2, r = (m / V) ** 2, M_F / m

        def f(x, r):
            return 2 * x * (1 - x) * (x - 2 * (1 - r)) + l2 * (1 - r) ** 2 * x**2 * (1 + r - x)

        # (1-x)(1 - l^2 x) + r^2 l^2 x
        value = integral(lambda x: V2 * f(x, r) + A2 * f(x, -r), l2, r**2 * l2 - 1 - l2, mpf(1))
        return m**2 / (8 * mp.pi**2 * V**2) * value


def neutral_scalar(m, M_F, S, Y_L, Y_R):
    """Neutral scalar of mass S and a fermion of the external charge."""
    with mp.workdps(DPS):
        S2, P2 = squares(Y_L, Y_R)
        r = M_F / m

        def numerator(x):
            return x * x * ((S2 + P2) * (1 - x) + (S2 - P2) * r)

        # [m^2 x^2 + (M_F^2 - m^2) x + S^2 (1-x)] / S^2
        l2 = (m / S) ** 2
        value = integral(numerator, l2, (r**2 - 1) * l2 - 1, mpf(1))
        return m**2 / (8 * mp.pi**2 * S**2) * value


def charged_vector(m, M_F, V, g_L, g_R):
    """Charged vector of mass V and a neutral fermion."""
    with mp.workdps(DPS):
        V2, A2 = squares(g_L, g_R)
        l2, r = (m / V) ** 2, M_F / m

        def w(x, r):
            return 2 * x**2 * (1 + x - 2 * r) - l2 * (1 - r) ** 2 * x * (1 - x) * (x + r)

        # l^2 (1-x)(r^2 - x) + x
        value = integral(lambda x: V2 * w(x, r) + A2 * w(x, -r), l2, 1 - l2 - l2 * r**2, l2 * r**2)
        return m**2 / (8 * mp.pi**2 * V**2) * value


@lru_cache(maxsize=256)
def standard_model(m, m_Z, m_W, m_h, g, s2, v):
    """One-loop electroweak parts of a lepton of mass m: Z, W (massless neutrino), Higgs."""
    gz = g / mp.sqrt(1 - s2)
    return {
        "Z": neutral_vector(m, m, m_Z, gz * (s2 - mpf(1) / 2), gz * s2),
        "W": charged_vector(m, mpf(0), m_W, g / mp.sqrt(2), mpf(0)),
        "h": neutral_scalar(m, m, m_h, m / v, m / v),
    }
