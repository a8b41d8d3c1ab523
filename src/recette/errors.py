"""Errors that people meet: what was found, what was expected, what to do next."""


class RecetteError(Exception):
    """Base of every error that recette raises on purpose; its text is one clear sentence."""


class PointError(RecetteError):
    """A parameter point that cannot be read or makes no sense."""


class ModelError(RecetteError):
    """A model that is inconsistent (a charge, an anomaly, an operator) or unknown."""


class RecordError(RecetteError):
    """A measurement record or a vintage that cannot be read or is incomplete."""


class ConfigError(RecetteError):
    """An option of a command or a configuration that makes no sense."""


class StoreError(RecetteError):
    """A file or folder that may not be read or cannot be written."""


class NumericsError(RecetteError):
    """An environment in which the numerics would be wrong (for instance 32-bit floats)."""
