"""Two-body widths [GeV] of Z' and h_X, general masses (PHYSICS, section 5), in mpmath."""

from mpmath import mp, mpf


def momentum(m, m1, m2):
    """Momentum of the decay products; None below threshold."""
    if m <= m1 + m2:
        return None
    return mp.sqrt((m**2 - (m1 + m2) ** 2) * (m**2 - (m1 - m2) ** 2)) / (2 * m)


def vector_to_fermions(m, m1, m2, g_L, g_R):
    """V -> f1 f2bar, distinguishable, with absolute couplings g_L, g_R."""
    k = momentum(m, m1, m2)
    if k is None:
        return mpf(0)
    square = (abs(g_L) ** 2 + abs(g_R) ** 2) * (
        2 * m**2 - m1**2 - m2**2 - (m1**2 - m2**2) ** 2 / m**2
    ) + 12 * m1 * m2 * (g_L * mp.conj(g_R)).real
    return k / (24 * mp.pi * m**2) * square


def vector_to_majorana(m, masses, g):
    """V -> chi_i chi_j (i <= j) for nbar_i g_ij gamma n_j; chi_i has g_L = g, g_R = -g^*.

    The diagonal has 1/2 for identical particles, after twice the coupling of n alone and half
    from the Majorana normalisation: in all one half of the Dirac formula.
    """
    return {
        (i, j): vector_to_fermions(m, masses[i], masses[j], g[i, j], -mp.conj(g[i, j]))
        * (mpf(1) / 2 if i == j else 1)
        for i in range(len(masses))
        for j in range(i, len(masses))
    }


def scalar_to_fermions(m, m1, m2, Y_12, Y_21):
    """phi -> f1 f2bar for -phi fbar_1 (Y_12 P_R + Y_21^* P_L) f2."""
    k = momentum(m, m1, m2)
    if k is None:
        return mpf(0)
    square = (abs(Y_12) ** 2 + abs(Y_21) ** 2) * (m**2 - m1**2 - m2**2) - 4 * m1 * m2 * (
        Y_12 * Y_21
    ).real
    return k / (8 * mp.pi * m**2) * square


def scalar_to_majorana(m, masses, Y):
    """phi -> chi_i chi_j (i <= j), summed, for -L = phi n^T Y n/2 + h.c. with n the left parts."""
    total = mpf(0)
    for i in range(len(masses)):
        for j in range(i, len(masses)):
            y = mp.conj(Y[i, j])  # of P_R; its conjugate stands before P_L
            width = scalar_to_fermions(m, masses[i], masses[j], y, y)
            total += width / 2 if i == j else width
    return total


def scalar_to_vectors(m, m_V, v_X):
    """h_X -> Z' Z'."""
    y = (m_V / m) ** 2
    if 4 * y >= 1:
        return mpf(0)
    return m**3 / (32 * mp.pi * v_X**2) * mp.sqrt(1 - 4 * y) * (1 - 4 * y + 12 * y**2)
