"""Array types and the status codes that travel with results."""

from enum import IntEnum

from jaxtyping import Array, Bool, Complex, Float, Inexact, Int

__all__ = ["Array", "Bool", "Complex", "Float", "Inexact", "Int", "Scalar", "Status"]

Scalar = Float[Array, "*batch"]  # one number for each point


class Status(IntEnum):
    """Why the numbers of a point may be used, or not."""

    OK = 0
    NOT_CONVERGED = 1  # an iteration left a residual above its bound
    NO_SOLUTION = 2  # no spectrum with the physical masses asked for
    NOT_FINITE = 3
    INVALID_INPUT = 4  # of a batch: a value that a point file would be refused for
