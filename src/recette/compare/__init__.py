"""Predictions against measurements: pulls, statuses, chi2 and the verdict."""

from recette.compare.likelihood import Comparison, RowStatus, compare_record, row_status
from recette.compare.verdict import BatchVerdict, Judge, Row, Verdict, compare, compare_batch

__all__ = [
    "BatchVerdict",
    "Comparison",
    "Judge",
    "Row",
    "RowStatus",
    "Verdict",
    "compare",
    "compare_batch",
    "compare_record",
    "row_status",
]
