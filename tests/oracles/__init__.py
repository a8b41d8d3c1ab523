"""High-precision oracle of the four models: mpmath only, no code shared with the package."""
