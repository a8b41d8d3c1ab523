"""Physical constants and the default Standard Model inputs, in natural units [GeV].

PHYSICS constants come from the Review of Particle Physics and CODATA 2018, the values of 2020; a
point file overrides the inputs under [inputs].
"""

HBAR_C_CM = 1.973269804e-14  # GeV cm, exact in the SI
HBAR_S = 6.582119569e-25  # GeV s, exact in the SI

# Energies of the transitions of 8Be to its ground state [GeV], arXiv:1608.03591.
E_8BE_18P15, E_8BE_17P64 = 18.15e-3, 17.64e-3

# alpha, G_F, m_W, m_Z over-determine the tree level: see core/gauge.py for who uses which.
DEFAULT_INPUTS = {
    "alpha": 1 / 137.035999084,  # CODATA 2018, at zero momentum
    "G_F": 1.1663787e-5,  # GeV^-2
    "m_Z": 91.1876,
    "m_W": 80.379,
    "m_h": 125.25,
    "m_e": 0.51099895e-3,
    "m_mu": 0.1056583755,
    "m_tau": 1.77686,
}

CHARGED_LEPTONS = ("e", "mu", "tau")
NEUTRINOS = ("nu_e", "nu_mu", "nu_tau")
