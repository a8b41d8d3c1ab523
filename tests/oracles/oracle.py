"""solve(params, inputs): every number of a flavour-diagonal real point, at high precision.

Models `bl`, `bl-l`, `bl-vll`. Lengths in GeV; Z' couplings in units of e, all others absolute.
"""

from mpmath import mp, mpf

from . import magnetic, widths
from .gauge import Gauge, solve_gauge
from .spectrum import (
    CHARGED_L,
    CHARGED_R,
    NEUTRAL,
    SIZE,
    Charged,
    Neutral,
    conjugate,
    rotate,
    solve_charged,
    solve_neutral,
)

DPS = 80
FLAVOURS = ("e", "mu", "tau")
INPUTS = {
    "alpha": "7.2973525692838015e-3",  # 1/137.035999084
    "G_F": "1.1663787e-5",
    "m_W": "80.379",
    "m_Z": "91.1876",
    "m_h": "125.25",
    "m_e": "0.51099895e-3",
    "m_mu": "0.1056583755",
    "m_tau": "1.77686",
}


def tangent(cos_2theta):
    """tan(theta) for 0 <= theta < 90 degrees."""
    if not -1 < cos_2theta <= 1:
        raise ValueError(f"cos(2 theta) = {mp.nstr(cos_2theta, 20)} lies outside (-1, 1]")
    return mp.sqrt((1 - cos_2theta) / (1 + cos_2theta))


def generation_parameters(params, i, v_X):
    """Numbers of generation i; delta_nu, delta_A replaced by lambda_L, lambda_E."""

    def entry(name, default=0):
        value = params.get(name, default)
        return mpf(value[i] if hasattr(value, "__len__") and not isinstance(value, str) else value)

    p = {name: entry(name) for name in ("M_L", "M_E", "lambda_L", "lambda_E", "h", "k")}
    p |= {"y_nu": entry("y_nu", "1e-7"), "y_M": entry("y_M", "1.0077")}
    p["y"] = entry("y") if "y" in params else None
    ratio = (p["lambda_L"] * v_X / p["M_L"]) ** 2 / 2 if p["M_L"] else mpf(0)  # tan^2 theta_L
    cos_L = (1 - ratio) / (1 + ratio)
    if "delta_nu" in params:
        cos_L = entry("delta_nu")
        p["lambda_L"] = mp.sqrt(2) * p["M_L"] / v_X * tangent(cos_L)
    if "delta_A" in params:
        p["lambda_E"] = mp.sqrt(2) * p["M_E"] / v_X * tangent(cos_L - 2 * entry("delta_A"))
    return p


def mass_basis(gauge: Gauge, charged: Charged, neutral: Neutral):
    """Coupling matrices: charged (g_L, g_R) of Z', Z; neutral g of Z'; W (g_L, g_R); Yukawas.

    W: the coupling of  lbar_i gamma^mu (g_L P_L + g_R P_R) chi_j W_mu^-. The doublets pair
    e_L with nu, L_L^- with L0 and L_R^- with L0_R = (L0^c)^c; n_L = conj(U) n gives conj(U) for
    the first two and U (a charge conjugate of a left-handed field) for the last.
    """
    n, n0 = len(charged.m), len(neutral.m)
    couple = {}
    for name, charge in (("Zprime", gauge.zprime_charge), ("Z", gauge.z_charge)):
        couple[name] = {
            "g_L": rotate([charge(*q) for q in CHARGED_L[:n]], charged.U_L),
            "g_R": rotate([charge(*q) for q in CHARGED_R[:n]], charged.U_R),
            "g_nu": rotate([charge(*q) for q in NEUTRAL[:n0]], conjugate(neutral.U)),
        }
    root = gauge.g_loop / mp.sqrt(2)
    g_L, g_R = mp.matrix(n, n0), mp.matrix(n, n0)
    for i in range(n):
        for j in range(n0):
            pairs = ((0, 0), (1, 2)) if n > 1 else ((0, 0),)
            g_L[i, j] = root * sum(
                mp.conj(charged.U_L[a, i]) * mp.conj(neutral.U[b, j]) for a, b in pairs
            )
            g_R[i, j] = root * mp.conj(charged.U_R[1, i]) * neutral.U[3, j] if n > 1 else mpf(0)
    couple["W"] = {"g_L": g_L, "g_R": g_R}
    for name, dM, dM0 in (
        ("h", charged.dM_dv, neutral.dM_dv),
        ("hX", charged.dM_dvX, neutral.dM_dvX),
    ):
        couple[name] = {
            "Y": charged.U_L.H * dM * charged.U_R,
            "Y_nu": neutral.U.T * dM0 * neutral.U,
        }
    return couple


def anomalous_moment(gauge, charged, neutral, couple, m_hX, inputs, shifted_m_Z):
    """Delta a of the light lepton: per boson and internal state, Standard Model, New Physics."""
    m, n = charged.m[0], len(charged.m)
    m_W, m_h, m_Z0 = (mpf(inputs[name]) for name in ("m_W", "m_h", "m_Z"))
    m_Z = gauge.m_Z if shifted_m_Z else m_Z0

    def vector(name, mass, unit):
        g_L, g_R = (unit * couple[name][side] for side in ("g_L", "g_R"))
        return [
            magnetic.neutral_vector(m, charged.m[j], mass, g_L[0, j], g_R[0, j]) for j in range(n)
        ]

    def scalar(name, mass):
        Y = couple[name]["Y"]
        return [
            magnetic.neutral_scalar(m, charged.m[j], mass, mp.conj(Y[j, 0]), Y[0, j])
            for j in range(n)
        ]

    w = couple["W"]
    states = {
        "Zprime": vector("Zprime", gauge.m_Zprime, gauge.e),
        "hX": scalar("hX", m_hX),
        "Z": vector("Z", m_Z, 1),
        "W": [
            magnetic.charged_vector(m, neutral.m[j], m_W, w["g_L"][0, j], w["g_R"][0, j])
            for j in range(len(neutral.m))
        ],
        "h": scalar("h", m_h),
    }
    with mp.workdps(magnetic.DPS):  # equal keys for equal masses: the cache then hits
        sm = magnetic.standard_model(+m, m_Z0, m_W, m_h, gauge.g_loop, gauge.s2, gauge.v)
    parts = {boson: mp.fsum(values) - sm.get(boson, 0) for boson, values in states.items()}
    return {"states": states, "SM": sm, "parts": parts, "total": mp.fsum(parts.values())}


def solve(params, inputs=None, *, shifted_m_Z=True, loops=True, only=(0, 1, 2)):
    """All results of one point.

    Args:
        params: model ("bl-vll" unless given), m_Zprime, eps, eps_BL, m_hX, and per generation
            (a number or three) M_L, M_E, lambda_L or delta_nu, lambda_E or delta_A, h, k, y_nu,
            y_M; y too, then the light masses are results.
        inputs: replaces entries of INPUTS.
        shifted_m_Z: the Z mass of the New Physics loop: the heavier eigenvalue (as in the
            package) or the input m_Z. The Standard Model loop has the input m_Z.
        loops: compute Delta a (the slow part).
        only: generations to solve; the others are left out (widths then are partial sums).
    """
    inputs = INPUTS | (inputs or {})
    with mp.workdps(DPS):
        gauge = solve_gauge(params["eps"], params["eps_BL"], params["m_Zprime"], inputs)
        m_hX = mpf(params["m_hX"])
        n, n0 = SIZE[params.get("model", "bl-vll")]
        generations = {}
        for i in only:
            p = generation_parameters(params, i, gauge.v_X)
            m_in = mpf(inputs[f"m_{FLAVOURS[i]}"])
            charged = solve_charged(m_in, p, gauge.v, gauge.v_X, n, p["y"])
            neutral = solve_neutral(p, gauge.v, gauge.v_X, n0)
            couple = mass_basis(gauge, charged, neutral)
            one = {"parameters": p, "charged": charged, "neutral": neutral, "couplings": couple}
            if loops:
                one["delta_a"] = anomalous_moment(
                    gauge, charged, neutral, couple, m_hX, inputs, shifted_m_Z
                )
            generations[i] = one
        return {
            "gauge": gauge,
            "m_hX": m_hX,
            "generations": generations,
            "widths": all_widths(gauge, m_hX, generations),
        }


def all_widths(gauge, m_hX, generations):
    """Partial widths [GeV] of Z' and h_X, keyed by flavour and, for neutrals, by the pair."""
    zp, hx = {}, {"ZpZp": widths.scalar_to_vectors(m_hX, gauge.m_Zprime, gauge.v_X)}
    for number, one in generations.items():
        flavour = FLAVOURS[number]
        m, g = one["charged"].m, one["couplings"]["Zprime"]
        zp[flavour * 2] = widths.vector_to_fermions(
            gauge.m_Zprime, m[0], m[0], gauge.e * g["g_L"][0, 0], gauge.e * g["g_R"][0, 0]
        )
        pairs = widths.vector_to_majorana(gauge.m_Zprime, one["neutral"].m, gauge.e * g["g_nu"])
        zp |= {f"nu_{flavour}_{i}{j}": width for (i, j), width in pairs.items()}
        Y = one["couplings"]["hX"]["Y"]
        for i in range(len(m)):
            for j in range(len(m)):
                hx[f"{flavour}_{i}{j}"] = widths.scalar_to_fermions(
                    m_hX, m[i], m[j], Y[i, j], Y[j, i]
                )
        hx[f"nu_{flavour}"] = widths.scalar_to_majorana(
            m_hX, one["neutral"].m, one["couplings"]["hX"]["Y_nu"]
        )
    return {
        "Zprime": zp | {"total": mp.fsum(zp.values())},
        "hX": hx | {"total": mp.fsum(hx.values())},
    }
