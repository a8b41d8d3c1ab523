"""Jacobi decompositions against 60-digit mpmath, where LAPACK would lose the light states."""

from itertools import permutations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from mpmath import mp, mpf

from recette.numerics import jacobi

svd = jax.jit(jacobi.svd)
eigh = jax.jit(jacobi.eigh)
M_E = 0.51099895e-3
CHARGES = np.diag([-1.0, 1.0, 1.0])


@pytest.fixture(autouse=True)
def digits():
    with mp.workdps(60):
        yield


def graded(m_light=M_E, B=90.0, C=90.0, M_L=90.0, M_E=90.0, h=0.0, k=0.0):
    """A charged mass matrix [GeV], light state first, its light singular value about m_light."""
    H = np.array([[M_L, h], [k, M_E]])
    stretch = np.sqrt((1 + (B / M_L) ** 2) * (1 + (C / M_E) ** 2))
    Y = m_light * stretch - B * C * k / np.linalg.det(H)
    return np.array([[Y, B, 0], [0, M_L, h], [C, k, M_E]])


def phased(M):
    left, right = np.array([0.3, -1.1, 2.0]), np.array([1, 2, -0.4])
    return np.exp(1j * left)[:, None] * M * np.exp(1j * right)


def to_mp(M):
    return mp.matrix(np.asarray(M).tolist())


def exact_svd(M):
    """U, s, V of the doubles in M: from the eigenvectors of M^+ M, 60 digits."""
    A = M if isinstance(M, mp.matrix) else to_mp(M)
    w, V = mp.eighe(A.H * A)
    order = sorted(range(len(w)), key=lambda i: w[i])
    V = mp.matrix([[V[a, i] for i in order] for a in range(len(w))])
    s = [mp.sqrt(w[i]) for i in order]
    return A * V * mp.diag([1 / x for x in s]), s, V


def distance(x, y):
    """Largest component of x - y, two unit vectors up to a phase."""
    x, y = list(to_mp(np.asarray(x))), list(y)
    overlap = mp.fsum(mp.conj(b) * a for a, b in zip(x, y, strict=True))
    phase = overlap / abs(overlap)
    return max(abs(a - phase * b) for a, b in zip(x, y, strict=True))


GRADED = {
    "plain": graded(),
    "presets": graded(h=-2.7e-4, k=1.7e-5),
    "muon": graded(0.1056583755, h=-0.27, k=1.7e-5),
    "steep": graded(B=510.0, C=1e-3, M_L=90.0, M_E=1000.0, h=1e-6, k=-1e-7),
    "unmixed": graded(B=1e-8, C=1e-8, M_L=100.0, M_E=300.0),
    "light": graded(1e-9, h=0.1, k=1e-12),
}
matrices = pytest.mark.parametrize("M", GRADED.values(), ids=GRADED.keys())
types = pytest.mark.parametrize("kind", [np.asarray, phased], ids=["real", "complex"])


@matrices
@types
def test_light_state_beside_100_GeV(M, kind):
    M = kind(M)
    U, s, V = svd(M)
    U_exact, s_exact, V_exact = exact_svd(M)
    # Some 10 rotations of one rounding each, times a scaled condition number below 1e2.
    assert abs(mpf(float(s[0])) / s_exact[0] - 1) < 1e-13
    for ours, theirs in zip(s[1:], s_exact[1:], strict=True):
        assert abs(mpf(float(ours)) / theirs - 1) < 1e-14
    assert distance(U[:, 0], U_exact[:, 0]) < 1e-14
    assert distance(V[:, 0], V_exact[:, 0]) < 1e-14


@matrices
@types
def test_decomposition(M, kind):
    """Also where the heavy pair is degenerate: there only such invariants are defined."""
    M = kind(M)
    U, s, V = (np.asarray(x) for x in svd(M))
    assert (np.diff(s) >= 0).all()
    for W in (U, V):
        assert abs(W.conj().T @ W - np.eye(3)).max() < 2e-15
    assert abs(U * s @ V.conj().T - M).max() < 1e-15 * 10 * abs(M).max()


def test_lapack_would_not_do():
    """The reason for this module: were this to fail, numpy's would be the simpler choice."""
    M = GRADED["presets"]
    light = np.linalg.svd(M, compute_uv=False)[-1]
    assert abs(mpf(light) / exact_svd(M)[1][0] - 1) > 1e-13


@pytest.mark.parametrize("kind", [float, complex])
def test_enough_sweeps_for_any_matrix(kind):
    """Random matrices, graded over twelve orders of magnitude and not: all of them converge."""
    rng = np.random.default_rng(5)
    M = rng.normal(size=(1000, 3, 3)) + (
        1j * rng.normal(size=(1000, 3, 3)) if kind is complex else 0
    )
    M *= 10.0 ** rng.uniform(-6, 6, (1000, 1, 3))
    U, _, V = (np.moveaxis(x, -1, 0) for x in jax.jit(jacobi.svd)(np.moveaxis(M, 0, -1)))
    for W in (U, V):
        assert abs(W.conj().swapaxes(1, 2) @ W - np.eye(3)).max() < 3e-15
    A = rng.normal(size=(1000, 4, 4))
    symmetric = np.moveaxis(A + A.swapaxes(1, 2), 0, -1)
    w, V = (np.moveaxis(x, -1, 0) for x in jax.jit(jacobi.eigh)(symmetric))
    residual = (A + A.swapaxes(1, 2)) @ V - V * w[:, None, :]
    assert abs(residual).max() < 1e-14 * abs(A).max()
    assert abs(V.swapaxes(1, 2) @ V - np.eye(4)).max() < 5e-15


def test_order_of_rows_and_columns_does_not_matter():
    M = GRADED["presets"]
    light = exact_svd(M)[1][0]
    for rows in permutations(range(3)):
        for columns in permutations(range(3)):
            s = svd(M[np.ix_(rows, columns)])[1]
            assert abs(mpf(float(s[0])) / light - 1) < 1e-13


def test_one_sided_jacobi_of_the_identity_and_of_diagonals():
    for diagonal in ([1.0, 1.0, 1.0], [3.0, 2.0, 1e-11], [-5.0, 0.5, 5.0]):
        U, s, V = svd(np.diag(diagonal))
        assert np.array_equal(s, np.sort(np.abs(diagonal)))
        assert np.array_equal(np.asarray(U * s @ V.T), np.diag(diagonal))


def physics(U, s, V):
    """What the package makes of a decomposition: masses, couplings, weights of light states."""
    g_L, g_R = (W.conj().T @ CHARGES @ W for W in (U, V))
    return jnp.array([s[0], s[1], g_L[0, 0].real, g_R[0, 0].real, abs(g_L[0, 1]), abs(g_R[0, 2])])


def exact_physics(M):
    U, s, V = exact_svd(M)
    Q = mp.diag([-1, 1, 1])
    g_L, g_R = U.H * Q * U, V.H * Q * V
    return [s[0], s[1], g_L[0, 0].real, g_R[0, 0].real, abs(g_L[0, 1]), abs(g_R[0, 2])]


@types
def test_derivative_forward_and_backward(kind):
    M = kind(graded(0.1056583755, B=60.0, C=130.0, M_E=200.0, h=-0.27, k=0.02))
    turn = np.array([[0.3, -1.0, 0.2], [0.7, 0.1, -0.4], [0.5, 0.9, -0.6]])
    dM = (turn * np.exp(1j * turn.T) if np.iscomplexobj(M) else turn) * abs(M).max() * 1e-2
    A, dA, t = to_mp(M), to_mp(dM), mpf("1e-15")
    # Central difference: error t^2 = 1e-30 of a function smooth on the scale of 1e-2.
    pairs = zip(exact_physics(A + t * dA), exact_physics(A - t * dA), strict=True)
    expected = np.array([float((a - b) / (2 * t)) for a, b in pairs])

    def along(t):
        return physics(*jacobi.svd(M + t * dM))

    _, forward = jax.jit(lambda: jax.jvp(along, (0.0,), (1.0,)))()
    backward = jax.jit(jax.jacrev(along))(0.0)
    # The light state's entries are sums of terms 100/0.1 times larger.
    assert np.asarray(forward) == pytest.approx(expected, rel=1e-11, abs=1e-12)
    assert np.asarray(backward) == pytest.approx(expected, rel=1e-11, abs=1e-12)
    # The phases of U and V move together: d(U s V^+) = dM.
    _, back = jax.jit(lambda: jax.jvp(rebuilt, (M,), (dM,)))()
    assert abs(back - dM).max() < 1e-14 * abs(M).max()


def rebuilt(M):
    U, s, V = jacobi.svd(M)
    return (U * s) @ V.conj().T


@jax.jit
def gradients(M):
    return jax.grad(lambda M: jnp.sum(jacobi.svd(M)[1] ** 2))(M), jax.jacfwd(jacobi.svd)(M)[0]


@pytest.mark.parametrize("M", [np.diag([1e-3, 2.0, 2.0]), np.diag([2.0, 2.0, 2.0]), graded()])
def test_derivative_at_degeneracy_is_finite(M):
    """Sum of squares is the trace of M^+ M: its gradient is 2 M, degenerate or not."""
    gradient, vectors = gradients(M)
    assert np.asarray(gradient) == pytest.approx(2 * M, rel=1e-13, abs=1e-13 * M.max())
    assert np.isfinite(vectors).all()


# --- symmetric eigenvalues ----------------------------------------------------------------------


def arrow(light, heavy, cross, C):
    """The neutral matrix after the exact rotation, basis (nu', L+, L-, N) [GeV]."""
    o = 0.0
    return np.array(
        [[o, o, o, light], [o, heavy, o, cross], [o, o, -heavy, cross], [light, cross, cross, C]]
    )


SYMMETRIC = {
    "see-saw": arrow(1.2e-5, 127.3, 8e-6, 10.0),
    "light": arrow(1e-6, 400.0, 3e-6, 5e-2),
    "strong": arrow(1.0, 127.3, 20.0, 10.0),
    "N nearly L": arrow(1.2e-5, 127.3, 8e-6, 127.3 * (1 + 1e-9)),
    "pair": arrow(1.2e-5, 127.3, 0.0, 1e-9),
}


def exact_eigh(A):
    w, V = mp.eigsy(A if isinstance(A, mp.matrix) else to_mp(A))
    order = sorted(range(len(w)), key=lambda i: abs(w[i]))
    return [w[i] for i in order], [[V[a, i] for a in range(len(w))] for i in order]


@pytest.mark.parametrize("A", SYMMETRIC.values(), ids=SYMMETRIC.keys())
def test_eigenvalues_and_vectors(A):
    w, V = (np.asarray(x) for x in eigh(A))
    w_exact, V_exact = exact_eigh(A)
    for i in range(4):
        # Relative to the two states that make it: the see-saw value itself is a difference.
        scale = max(abs(w_exact[i]), abs(mpf(A[0, 3])))
        assert abs(mpf(abs(w[i])) - abs(w_exact[i])) < 1e-14 * scale
    assert abs(V.T @ V - np.eye(4)).max() < 3e-15
    assert abs(A @ V - V * w).max() < 1e-14 * abs(A).max()
    # The light vector; gaps of 1e-9 (relative) keep the heavy ones from such digits.
    assert distance(V[:, 0], V_exact[0]) < 1e-14 * max(1, 1e-5 / abs(w_exact[1] - w_exact[0]))


def test_exact_dirac_pair_keeps_its_signs():
    w, V = eigh(arrow(0.0, 127.3, 0.0, 0.0))
    assert np.array_equal(np.abs(w), [0, 0, 127.3, 127.3])
    assert sorted(w[2:]) == [-127.3, 127.3]
    assert np.array_equal(np.abs(V).sum(axis=0), np.ones(4))  # a permutation: nothing turns


def test_zero_rows_and_the_zero_matrix():
    w, V = eigh(np.zeros((4, 4)))
    assert np.array_equal(w, np.zeros(4))
    assert np.array_equal(V, np.eye(4))
    w, V = eigh(arrow(0.0, 90.0, 3.0, 10.0))
    assert w[0] == 0
    assert np.array_equal(V[:, 0], [1, 0, 0, 0])


def test_derivative_of_eigenvalues_and_weights():
    A = arrow(0.3, 127.3, 20.0, 10.0)
    turn = np.array([[0.3, -1, 0.2, 1], [-1, 0.1, 0.4, 0.5], [0.2, 0.4, -0.7, 2], [1, 0.5, 2, 0.9]])
    t = mpf("1e-15")

    def exact(sign):
        w, V = exact_eigh(to_mp(A) + sign * t * to_mp(turn))
        return [*w, *(v[0] ** 2 for v in V)]

    expected = [float((a - b) / (2 * t)) for a, b in zip(exact(1), exact(-1), strict=True)]

    def along(t):
        w, V = jacobi.eigh(A + t * turn)
        return jnp.concatenate([w, V[0] ** 2])

    backward = jax.jit(jax.jacrev(along))(0.0)
    _, forward = jax.jit(lambda: jax.jvp(along, (0.0,), (1.0,)))()
    # 1e-12: gaps of 10 GeV among entries of 100 GeV.
    assert np.asarray(forward) == pytest.approx(expected, rel=1e-12, abs=1e-13)
    assert np.asarray(backward) == pytest.approx(expected, rel=1e-12, abs=1e-13)


@pytest.mark.parametrize("A", [np.zeros((4, 4)), np.diag([0.0, 5, -5, 5]), arrow(0, 127.3, 0, 0)])
def test_eigh_derivative_at_degeneracy_is_finite(A):
    dw, dV = jax.jit(jax.jacfwd(jacobi.eigh))(A)
    assert np.isfinite(dV).all()
    assert np.asarray(dw).sum(axis=0) == pytest.approx(np.eye(4), abs=1e-14)  # of the trace
