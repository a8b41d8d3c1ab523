"""The observables of the package; yours joins by `predict(p, (*OBSERVABLES, mine))`."""

from recette.core.observable import Observable
from recette.observables import (
    atomic,
    collider,
    heavy_leptons,
    higgs_x,
    lfv,
    light_boson,
    magnetic,
    neutrino,
    nuclear,
    theory,
)

OBSERVABLES: tuple[Observable, ...] = (
    magnetic.delta_a,
    light_boson.mass_and_width,
    light_boson.decay_length,
    light_boson.branching_ratios,
    light_boson.vector_couplings,
    light_boson.axial_couplings,
    light_boson.neutrino_couplings,
    light_boson.electron_strength,
    nuclear.beryllium,
    nuclear.decay_in_spectrometer,
    neutrino.products,
    atomic.weak_charge_of_caesium,
    lfv.mu_e_gamma,
    higgs_x.scales,
    higgs_x.ratios,
    heavy_leptons.lightest,
    heavy_leptons.broadest,
    collider.hX_Zprime,
    collider.Zprime_Zprime,
    theory.quartic,
    theory.yukawa,
    theory.landau_pole,
)
