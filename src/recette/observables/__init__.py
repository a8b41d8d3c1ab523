"""The observables of the package; yours joins by `predict(p, (*OBSERVABLES, mine))`."""

from recette.core.observable import Observable
from recette.observables import heavy_leptons, higgs_x, light_boson, magnetic, nuclear

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
    higgs_x.scales,
    higgs_x.ratios,
    heavy_leptons.lightest,
    heavy_leptons.broadest,
)
