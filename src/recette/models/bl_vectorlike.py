"""Points of the ladder dark-photon, bl, bl-l, bl-vll: one function for all (arXiv:2005.00028).

Parameters are scalars (*batch) and flavour-diagonal couplings (3, *batch), inputs are 0-d.

What a rung lacks is absent from its Lagrangian, and so from its mass matrices.
"""

from typing import Literal

import jax.numpy as jnp

from recette.constants import CHARGED_LEPTONS, HBAR_C_CM
from recette.core import basis, couplings, decays, gauge, spectrum
from recette.core.dipoles import dipoles
from recette.core.gauge import Electroweak
from recette.core.lagrangian import Lagrangian
from recette.core.point import (
    ChargedLeptons,
    HeavyLeptons,
    HiggsX,
    LightBoson,
    NeutralLeptons,
    NeutralWidths,
    Point,
    light,
)
from recette.numerics.matrices import largest, outer, total
from recette.types import Array, Scalar, Status

Mixing = Literal["exact", "published"]
Parameters = dict[str, Array]

# Entries of the mass matrices; everything else among the parameters is a scalar.
_COUPLINGS = ("y", "y_nu", "y_M", "lambda_L", "M_L", "lambda_E", "M_E", "h", "k")


def solve(
    lagrangian: Lagrangian, parameters: Parameters, inputs: Parameters, mixing: Mixing = "exact"
) -> Point:
    """Spectrum, couplings, widths and dipoles of one point, or of a batch.

    Args:
        lagrangian: one of recette.models.fields.
        parameters: scalars (*batch) and flavour-diagonal couplings (3, *batch), [GeV] or [1].
        inputs: alpha, G_F, m_Z, m_W, m_h, m_e, m_mu, m_tau.
        mixing: "exact"; or "published", which replaces eps_V, eps_A and g_L of the light leptons
            with the Z' by the talk's truncated formulas. Dipoles are from exact mixing always.
    """
    p = states(lagrangian, parameters, inputs, mixing)
    for stage in (widths, loops):
        p = stage(lagrangian, parameters, inputs, mixing, p)
    return p


def states(
    lagrangian: Lagrangian, parameters: Parameters, inputs: Parameters, mixing: Mixing
) -> Point:
    """Masses, mixing and couplings: Electroweak, ChargedLeptons, NeutralLeptons."""
    electroweak = gauge.mix(inputs, parameters["m_Zprime"], parameters["eps"])
    vevs, eps_BL, filled = _scales(electroweak, parameters)
    terms = {name: filled[name] for name in _COUPLINGS if name in filled}

    batch = parameters["m_Zprime"].shape
    masses = jnp.stack([jnp.broadcast_to(inputs[f"m_{l}"], batch) for l in CHARGED_LEPTONS])
    solved, M_l, y = couplings.solve_charged(lagrangian, terms, vevs, masses)
    M_nu = couplings.mass_matrix(lagrangian, "neutral", terms)
    takagi = spectrum.neutral(M_nu.at(vevs))

    fields = basis.lepton_basis(lagrangian)
    g_L = couplings.gauge_couplings(electroweak, fields.charged_left, solved.U_L, eps_BL)
    g_R = couplings.gauge_couplings(electroweak, fields.charged_right, solved.U_R, eps_BL)
    g_n = couplings.gauge_couplings(electroweak, fields.neutral, jnp.conj(takagi.U), eps_BL)
    W_L, W_R = couplings.charged_current(lagrangian, takagi.U, solved.U_L, solved.U_R)
    Y = couplings.yukawas(M_l, solved.U_L, solved.U_R)
    Y_n = couplings.yukawas(M_nu, jnp.conj(takagi.U), takagi.U)

    status = jnp.maximum(largest(solved.status), largest(takagi.status))
    finite = jnp.isfinite(electroweak.m_Bprime) & jnp.isfinite(total(solved.m, axes=2))
    return Point(
        (
            electroweak,
            ChargedLeptons(solved.m, solved.U_L, solved.U_R, y, g_L, g_R, Y),
            NeutralLeptons(takagi.m, takagi.U, g_n, W_L, W_R, Y_n),
        ),
        jnp.where(finite, status, Status.NO_SOLUTION),
    )


def widths(
    lagrangian: Lagrangian, parameters: Parameters, inputs: Parameters, mixing: Mixing, p: Point
) -> Point:
    """The light bosons with their widths: LightBoson, HiggsX."""
    electroweak, charged, neutral = p[Electroweak], p[ChargedLeptons], p[NeutralLeptons]
    vevs, eps_BL, filled = _scales(electroweak, parameters)
    boson = _light_boson(electroweak, lagrangian, eps_BL, charged, neutral, filled, vevs, mixing)
    m_hX = parameters.get("m_hX")
    return p.with_parts(
        boson,
        None if m_hX is None else _higgs_x(electroweak, m_hX, vevs["h_X"], charged, neutral),
    )


def loops(
    lagrangian: Lagrangian, parameters: Parameters, inputs: Parameters, mixing: Mixing, p: Point
) -> Point:
    """Dipoles, and the widths of leptons: Dipoles, HeavyLeptons, NeutralWidths."""
    electroweak, charged, neutral = p[Electroweak], p[ChargedLeptons], p[NeutralLeptons]
    W, m_hX = (charged.m, neutral.W_L, neutral.W_R), parameters.get("m_hX")
    Gamma = decays.neutral_width(electroweak, neutral.m, neutral.g, neutral.Y, W, m_hX)
    return p.with_parts(
        dipoles(electroweak, charged, neutral, p[HiggsX] if HiggsX in p else None),
        None if len(charged.m) == 1 else _heavy(electroweak, charged, neutral, m_hX),
        NeutralWidths(Gamma),
    )


# A batch is computed in these steps, each a program of its own.
STAGES = (states, widths, loops)


def _scales(
    electroweak: Electroweak, parameters: Parameters
) -> tuple[dict[str, Scalar], Scalar, Parameters]:
    """The vevs, eps_BL (0 without B-L), and the parameters with lambda_L and lambda_E."""
    nothing = jnp.zeros_like(parameters["m_Zprime"])
    vevs, eps_BL = {"h": electroweak.v, "h_X": nothing}, parameters.get("eps_BL", nothing)
    if "eps_BL" in parameters:
        vevs["h_X"] = electroweak.m_Bprime / (2 * electroweak.e * jnp.abs(eps_BL))
    return vevs, eps_BL, _with_yukawas(parameters, vevs["h_X"])


def _with_yukawas(parameters: Parameters, v_X: Scalar) -> Parameters:
    """lambda_L and lambda_E from delta_nu and delta_A, where those are given.

    delta_nu = cos 2theta_L, delta_A = (cos 2theta_L - cos 2theta_R)/2 and
    tan theta = lambda v_X/(sqrt2 M), taken before y, h, k; the positive root.
    """
    filled = dict(parameters)

    def coupling(cos_2theta: Array, M: Array) -> Array:
        # A half-angle form that keeps its digits at both ends of (-1, 1]. At 1 the root has an
        # infinite slope, which is left out: what depends on lambda^2 has none there.
        tan2 = (1 - cos_2theta) / (1 + cos_2theta)
        tan = jnp.where(tan2 == 0, 0.0, jnp.sqrt(jnp.where(tan2 == 0, 1.0, tan2)))
        return tan * jnp.sqrt(2.0) * M / v_X

    if "delta_nu" in filled:
        filled["lambda_L"] = coupling(filled["delta_nu"], filled["M_L"])
    if "delta_A" in filled:
        tan2 = (jnp.abs(filled["lambda_L"]) * v_X / jnp.abs(filled["M_L"])) ** 2 / 2
        cos_L = filled.get("delta_nu", (1 - tan2) / (1 + tan2))
        filled["lambda_E"] = coupling(cos_L - 2 * filled["delta_A"], filled["M_E"])
    return filled


def _higgs_x(
    electroweak: Electroweak,
    m: Scalar,
    v_X: Scalar,
    charged: ChargedLeptons,
    neutral: NeutralLeptons,
) -> HiggsX:
    Gamma, BR = decays.scalar_decays(
        m,
        v_X,
        electroweak.m_Zprime,
        (charged.m, charged.Y["hX"]),
        (neutral.m, neutral.Y["hX"]),
    )
    return HiggsX(m, v_X, Gamma, BR)


def _heavy(
    electroweak: Electroweak, charged: ChargedLeptons, neutral: NeutralLeptons, m_hX: Scalar | None
) -> HeavyLeptons:
    Gamma, BR = decays.charged_decays(
        electroweak,
        charged.m,
        charged.g_L,
        charged.g_R,
        charged.Y,
        (neutral.m, neutral.W_L, neutral.W_R),
        m_hX,
    )
    return HeavyLeptons(
        charged.m[1:], Gamma[1:], {channel: ratio[1:] for channel, ratio in BR.items()}
    )


def _published(
    parameters: Parameters, vevs: dict[str, Scalar], eps_BL: Scalar
) -> tuple[Array, Array, Array]:
    """g_L(l), g_R(l), g_L(nu) [e] as the talk prints them, to O(lambda^2)."""

    def shift(coupling: str, mass: str) -> Array:
        if coupling not in parameters:
            return jnp.zeros_like(vevs["h_X"])
        return (jnp.abs(parameters[coupling]) * vevs["h_X"] / jnp.abs(parameters[mass])) ** 2

    left = -eps_BL * (1 - shift("lambda_L", "M_L"))
    right = -eps_BL * (1 - shift("lambda_E", "M_E"))
    return left - parameters["eps"], right - parameters["eps"], left


def _light_boson(
    electroweak: Electroweak,
    lagrangian: Lagrangian,
    eps_BL: Scalar,
    charged: ChargedLeptons,
    neutral: NeutralLeptons,
    parameters: Parameters,
    vevs: dict[str, Scalar],
    mixing: Mixing,
) -> LightBoson:
    """The Z' with its quark, nucleon and lepton couplings."""
    g_L, g_R, g_n = charged.g_L["Zprime"], charged.g_R["Zprime"], neutral.g["Zprime"]
    if mixing == "published":
        left, right, nu = _published(parameters, vevs, eps_BL)
        g_L, g_R = g_L.at[0, 0].set(left), g_R.at[0, 0].set(right)
        g_n = g_n.at[0, 0].set(nu)
    # Flavour is defined by the W vertex: nu_e is the sum of light states that e turns into.
    nu_l = jnp.where(decays.light_neutral(neutral.m), neutral.W_L[:, 0], 0.0)
    g_nu = total(outer(jnp.conj(nu_l), nu_l) * g_n, axes=2).real
    quarks = couplings.quark_charges(electroweak, lagrangian, eps_BL)
    (u, u_A), (d, d_A) = quarks["u"], quarks["d"]
    V, A = light(g_L + g_R).real / 2, light(g_R - g_L).real / 2
    Gamma, BR = decays.vector_decays(
        electroweak.m_Zprime, electroweak.e, (charged.m, g_L, g_R), (neutral.m, g_n)
    )
    return LightBoson(
        m=electroweak.m_Zprime,
        eps_V=dict(zip(CHARGED_LEPTONS, V, strict=True))
        | {"u": u, "d": d, "p": 2 * u + d, "n": u + 2 * d},
        eps_A=dict(zip(CHARGED_LEPTONS, A, strict=True)) | {"u": u_A, "d": d_A},
        g_nu=g_nu,
        Gamma=Gamma,
        BR=BR,
        ctau=HBAR_C_CM / Gamma,
    )
