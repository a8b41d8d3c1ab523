"""A point that is hard to compute, for the oracle and for whoever is compared with it."""

# Heavy masses apart, small and large Yukawas, a degenerate neutrino pair, m_hX near M_phys.
ODD = {
    "m_Zprime": 0.06,
    "eps": 3e-3,
    "eps_BL": -7e-4,
    "m_hX": 150.001,
    "M_L": [130.0, 400.0, 95.0],
    "M_E": [90.0, 400.0, 900.0],
    "delta_nu": [0.5, -0.8, 0.999],
    "delta_A": [0.3, 1e-7, 0.0],
    "h": [0.03, -1e-9, 0.1],
    "k": [-0.08, 2e-4, -1e-3],
    "y_nu": [1e-9, 3e-7, 1e-6],
    "y_M": [0.3, 1e-14, 1e-3],
}
