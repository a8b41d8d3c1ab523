"""A point: everything that a model owes to the observables.

Arrays have their physical indices first. What follows is the batch: nothing for one point, one axis
for many, so that the same lines compute both and XLA turns them into loops over the batch.

Leptons come as a stack of blocks of states that mix with one another: three blocks (one per
generation, light state first) when flavour is conserved. `light` hides the layout from observables.
"""

from typing import TypeVar

import equinox as eqx

from recette.core.gauge import Electroweak
from recette.types import Array, Complex, Float, Inexact, Int, Scalar

Part = TypeVar("Part", bound=eqx.Module)


def light(matrix: Array) -> Array:
    """The light-light entries (e, mu, tau) of a stack of coupling matrices, shape (3, *batch)."""
    return matrix[0, 0]


class ChargedLeptons(eqx.Module):
    """Charged leptons: e, mu, tau and the heavy ones. B blocks of n states, G = 3 generations.

    Attributes:
        m: masses, ascending in each block [GeV].
        U_L, U_R: mixing of left- and right-handed fields, M = U_L diag(m) U_R^dagger.
        y: the Yukawa coupling of e_R that was given or solved for [1].
        g_L, g_R: couplings to "Zprime" [e] and "Z" [g/cos(theta_W)].
        Y: -L = S ebar_L Y e_R + h.c. for S = "h", "hX" [1].
    """

    m: Float[Array, "n B *batch"]
    U_L: Inexact[Array, "n n B *batch"]
    U_R: Inexact[Array, "n n B *batch"]
    y: Inexact[Array, "3 *batch"]
    g_L: dict[str, Inexact[Array, "n n B *batch"]]
    g_R: dict[str, Inexact[Array, "n n B *batch"]]
    Y: dict[str, Inexact[Array, "n n B *batch"]]


class HeavyLeptons(eqx.Module):
    """The heavy charged leptons, mixtures of L and E; present where the fields are.

    Attributes:
        m: masses, ascending in each block [GeV].
        Gamma: tree-level two-body widths [GeV], not narrow where lambda is large.
        BR: branching ratios into "lZprime", "lhX", "lZ", "lh", "nuW", summed over leptons.
    """

    m: Float[Array, "k B *batch"]
    Gamma: Float[Array, "k B *batch"]
    BR: dict[str, Float[Array, "k B *batch"]]


class NeutralLeptons(eqx.Module):
    """Neutral leptons, Majorana: neutrinos, N_R and the neutral members of L.

    Attributes:
        m: masses, ascending in each block [GeV].
        U: Takagi matrix, U^T M U = diag(m); left-handed fields are conj(U) n.
        g: coefficient of nbar_i gamma^mu P_L n_j for "Zprime" [e] and "Z" [g/cos(theta_W)].
        W_L, W_R: coefficient of nbar_i gamma^mu P_L,R e_j W^+ [g/sqrt2].
        Y: -L = S nbar Y n^c/2 + h.c., bar-left as the mass term, for S = "h", "hX" [1].
    """

    m: Float[Array, "n B *batch"]
    U: Complex[Array, "n n B *batch"]
    g: dict[str, Complex[Array, "n n B *batch"]]
    W_L: Complex[Array, "n k B *batch"]
    W_R: Complex[Array, "n k B *batch"]
    Y: dict[str, Complex[Array, "n n B *batch"]]


class NeutralWidths(eqx.Module):
    """Widths of the neutral leptons.

    Attributes:
        Gamma: total two-body width of each state [GeV].
    """

    Gamma: Float[Array, "n B *batch"]


class LightBoson(eqx.Module):
    """The light vector, L = e X_mu fbar gamma^mu (eps_V + gamma5 eps_A) f.

    Attributes:
        m: mass [GeV].
        eps_V, eps_A: couplings to "e", "mu", "tau", "u", "d"; eps_V also to "p" and "n" [e].
        g_nu: coefficient of nubar_L gamma nu_L for the partners of e, mu, tau in the W vertex [e].
        Gamma: width [GeV]. BR: "ee", "mumu", "tautau", "nunu" (light Majorana pairs), "NN" (pairs
            with a heavier neutral lepton), "heavy" (pairs with a heavy charged one).
        ctau: proper decay length [cm], infinite when nothing is open.
    """

    m: Scalar
    eps_V: dict[str, Scalar]
    eps_A: dict[str, Scalar]
    g_nu: Float[Array, "3 *batch"]
    Gamma: Scalar
    BR: dict[str, Scalar]
    ctau: Scalar


class HiggsX(eqx.Module):
    """The scalar that breaks the new U(1).

    Attributes:
        m: mass [GeV]. v_X: vacuum expectation value [GeV], <h_X> = v_X/sqrt2.
        Gamma: tree-level width [GeV], not narrow in general.
        BR: "ZprimeZprime", "ll" (light pairs), "lightheavy", "heavyheavy", "neutral".
    """

    m: Scalar
    v_X: Scalar
    Gamma: Scalar
    BR: dict[str, Scalar]


class Dipoles(eqx.Module):
    """Dipole coefficients, H_eff = c_R lbar sigma_mn P_R l F^mn + h.c., New Physics only.

    Attributes:
        c_R: per boson "Zprime", "hX", "Z", "W", "h" [GeV^-1]; the Standard Model one-loop part of
            Z, W, h is subtracted.
        by_state: the same for every internal state, not subtracted: (states, 3).
        SM: the Standard Model part of Z, W, h.
        barr_zee: size of the two-loop h_X Barr-Zee contribution to Delta a [1].
    """

    c_R: dict[str, Inexact[Array, "3 *batch"]]
    by_state: dict[str, Inexact[Array, "n 3 *batch"]]
    SM: dict[str, Float[Array, "3 *batch"]]
    barr_zee: Float[Array, "3 *batch"]


class Point(eqx.Module):
    """Parts, statically present or absent, and a status (`recette.types.Status`)."""

    parts: tuple[eqx.Module, ...]
    status: Int[Array, "*batch"]

    def with_parts(self, *parts: eqx.Module | None) -> "Point":
        """The point with further parts; None stands for one that the model lacks."""
        return Point((*self.parts, *(part for part in parts if part is not None)), self.status)

    def __contains__(self, part: type[eqx.Module]) -> bool:
        return any(type(p) is part for p in self.parts)

    def __getitem__(self, part: type[Part]) -> Part:
        for p in self.parts:
            if isinstance(p, part):
                return p
        have = ", ".join(type(p).__name__ for p in self.parts)
        raise KeyError(f"this model's points have no {part.__name__}; they have {have}.")


__all__ = [
    "ChargedLeptons",
    "Dipoles",
    "Electroweak",
    "HeavyLeptons",
    "HiggsX",
    "LightBoson",
    "NeutralLeptons",
    "NeutralWidths",
    "Point",
    "light",
]
