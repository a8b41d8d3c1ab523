"""One generation of leptons: masses and mixing (PHYSICS, section 2), in mpmath.

Charged fields, bar-left basis (e_L, L_L^-, E_L) and right basis (e_R, L_R^-, E_R); neutral fields
in the left-handed Weyl basis (nu, N^c, L0, L0^c). The smaller models keep the first rows.
"""

from dataclasses import dataclass

from mpmath import mp, mpf

# (T3, Y, Q_BL) of every basis state, left and right; neutral states as left-handed fields.
half = mpf(1) / 2
CHARGED_L = ((-half, -half, -1), (-half, -half, 1), (mpf(0), mpf(-1), 1))
CHARGED_R = ((mpf(0), mpf(-1), -1), (-half, -half, 1), (mpf(0), mpf(-1), 1))
NEUTRAL = ((half, -half, -1), (mpf(0), mpf(0), 1), (half, -half, 1), (-half, half, -1))
SIZE = {"bl": (1, 2), "bl-l": (2, 4), "bl-vll": (3, 4)}  # charged, neutral states a generation


@dataclass(frozen=True)
class Charged:
    """M = U_L diag(m) U_R^T with m ascending [GeV]; M = M0 + derivatives times the vevs."""

    M: mp.matrix
    dM_dv: mp.matrix
    dM_dvX: mp.matrix
    m: list
    U_L: mp.matrix
    U_R: mp.matrix
    y: mpf


@dataclass(frozen=True)
class Neutral:
    """U^T M U = diag(m) >= 0, m ascending [GeV]; n_L = conj(U) n."""

    M: mp.matrix
    dM_dv: mp.matrix
    dM_dvX: mp.matrix
    m: list
    U: mp.matrix


def cropped(rows, n):
    return mp.matrix([row[:n] for row in rows[:n]])


def charged_matrices(y, p, v, v_X, n):
    """Mass matrix and its derivatives with respect to v and v_X; p holds one generation."""
    r2 = mp.sqrt(2)
    dv = cropped([[y / r2, 0, 0], [0, 0, p["h"] / r2], [0, p["k"] / r2, 0]], n)
    dvX = cropped([[0, p["lambda_L"] / r2, 0], [0, 0, 0], [p["lambda_E"] / r2, 0, 0]], n)
    bare = cropped([[0, 0, 0], [0, p["M_L"], 0], [0, 0, p["M_E"]]], n)
    return bare + dv * v + dvX * v_X, dv, dvX


def solve_y(m, p, v, v_X, n):
    """The y that makes m a singular value: det(M M^T - m^2) is quadratic in y.

    Its three coefficients follow from three values; of the two roots the one with det M > 0.
    """
    unit = mp.sqrt(2) * m / v  # scale of y

    def secular(t):
        M = charged_matrices(t * unit, p, v, v_X, n)[0]
        return mp.det(M * M.T - m**2 * mp.eye(n))

    f0, fp, fm = secular(mpf(0)), secular(mpf(1)), secular(mpf(-1))
    a, b = (fp + fm) / 2 - f0, (fp - fm) / 2
    if b * b < 4 * a * f0:
        raise ValueError(f"no real y gives the mass {mp.nstr(m, 8)}")
    root = mp.sqrt(b * b - 4 * a * f0)
    ys = [unit * (-b + sign * root) / (2 * a) for sign in (1, -1)]
    positive = [y for y in ys if mp.det(charged_matrices(y, p, v, v_X, n)[0]) > 0]
    if len(positive) != 1:
        raise ValueError(f"{len(positive)} branches with det M_l > 0, expected one")
    return positive[0]


def solve_charged(m, p, v, v_X, n, y=None) -> Charged:
    """Singular values from the eigenvectors of M M^T, twice as many digits as needed."""
    y = solve_y(m, p, v, v_X, n) if y is None else mpf(y)
    M, dv, dvX = charged_matrices(y, p, v, v_X, n)
    values, vectors = mp.eigsy(M * M.T)
    order = sorted(range(n), key=lambda i: values[i])
    masses = [mp.sqrt(values[i]) for i in order]
    U_L = mp.matrix(n, n)
    for j, i in enumerate(order):
        sign = 1 if vectors[j, i] >= 0 else -1
        for a in range(n):
            U_L[a, j] = sign * vectors[a, i]
    U_R = M.T * U_L
    for j in range(n):
        for a in range(n):
            U_R[a, j] /= masses[j]
    return Charged(M=M, dM_dv=dv, dM_dvX=dvX, m=masses, U_L=U_L, U_R=U_R, y=y)


def symmetric(n, entries):
    M = mp.matrix(n, n)
    for (a, b), value in entries.items():
        if max(a, b) < n:
            M[a, b] = M[b, a] = value
    return M


def solve_neutral(p, v, v_X, n) -> Neutral:
    """Takagi of a real symmetric matrix: eigenvectors, times i where the eigenvalue is < 0."""
    r2 = mp.sqrt(2)
    dv = symmetric(n, {(0, 1): p["y_nu"] / r2})
    dvX = symmetric(n, {(1, 1): p["y_M"] / r2, (0, 3): p["lambda_L"] / r2})
    M = symmetric(n, {(2, 3): p["M_L"]}) + dv * v + dvX * v_X
    values, vectors = mp.eigsy(M)
    order = sorted(range(n), key=lambda i: abs(values[i]))
    U = mp.matrix(n, n)
    for j, i in enumerate(order):
        phase = mp.mpc(0, 1) if values[i] < 0 else mp.mpc(1)
        for a in range(n):
            U[a, j] = phase * vectors[a, i]
    return Neutral(M=M, dM_dv=dv, dM_dvX=dvX, m=[abs(values[i]) for i in order], U=U)


def rotate(charges, U):
    """U^dagger diag(charges) U."""
    return U.H * mp.diag(list(charges)) * U


def conjugate(U):
    return U.apply(mp.conj)
