"""Predictions without physics: the comparison must not need more than these attributes."""

from dataclasses import dataclass, field

import pytest


@dataclass
class FakePrediction:
    values: dict
    uncertainty: dict = field(default_factory=dict)
    closed: dict = field(default_factory=dict)
    not_applicable: tuple = ()
    status: object = 0


@pytest.fixture
def fake():
    return FakePrediction


@pytest.fixture
def exact():
    """Roughly the preset `exact`: passes the talk's bounds, explains both Delta a."""
    return {
        "delta_a_e": -0.88e-12,
        "delta_a_mu": 279e-11,
        "m_X": 0.017,
        "BR_X_ee": 1.0,
        "P_decay_8Be": 1.0,
        "R_8Be_18p15_isospin": 4.4e-7,
        "R_8Be_18p15": 1.5e-8,
        "eps_V_e": 8e-4,
        "eps_A_e": 0.0,
        "eps_e": 8e-4,
        "eps_p": -8e-4 + 2e-3,
        "eps_n": 2e-3,
        "g_nu_e": 0.0,
        "g_nu_mu": 0.0,
        "BR_X_nunu": 0.0,
        "delta_a_tau": -2e-5,
        "R_8Be_17p64": 1.2e-8,
        "nu_e_product": 0.0,
        "nu_mu_product": 0.0,
        "delta_QW_Cs": 0.0,
        "BR_mu_e_gamma": 3e-55,
    }
