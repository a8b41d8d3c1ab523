"""Measurements, limits and anomalies: records with their sources, and vintages of them."""

from recette.measurements.record import Quantity, Record
from recette.measurements.store import (
    Missing,
    Vintage,
    load_record,
    load_vintage,
    record_names,
    vintage_names,
)

__all__ = [
    "Missing",
    "Quantity",
    "Record",
    "Vintage",
    "load_record",
    "load_vintage",
    "record_names",
    "vintage_names",
]
