"""Is a Lagrangian consistent? Operators read, gauge invariance, anomalies, absent operators."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from fractions import Fraction
from itertools import combinations_with_replacement
from numbers import Rational

from recette.core.lagrangian import Field, Lagrangian, Operator
from recette.errors import ModelError

Weight = tuple[int, int, int]  # Dynkin labels: two of SU(3), one of SU(2)
Content = frozenset[tuple[tuple[Field, bool], int]]  # how often each field and each conjugate

_TRIPLET = ((1, 0), (-1, 1), (0, -1))
_POSITIVE_ROOTS = ((2, -1, 0), (-1, 2, 0), (1, 1, 0), (0, 0, 2))


@dataclass(frozen=True)
class Factor:
    """One factor of an operator.

    Attributes:
        field: the multiplet.
        bar: Dirac bar (fermions).
        conjugated: transforms as the conjugate multiplet, charges of the opposite sign: `lbar_L`,
            `N_R^c`, `h_X^*`, `h~`; not `Nbar_R^c`, where bar and ^c undo each other.
    """

    field: Field
    bar: bool
    conjugated: bool

    @property
    def fermion(self) -> bool:
        return self.field.spin != "scalar"

    @property
    def right_handed(self) -> bool:
        """Right-handed as a two-component spinor: conjugation turns left into right."""
        return (self.field.spin == "right") != self.conjugated

    @property
    def text(self) -> str:
        name = self.field.name
        if self.fermion:
            charge_conjugated = self.bar != self.conjugated
            return (_barred(name) if self.bar else name) + ("^c" if charge_conjugated else "")
        if not self.conjugated:
            return name
        return f"{name}~" if self.field.su2 == 2 else f"{name}^*"

    @property
    def Y(self) -> Fraction:
        return -self.field.Y if self.conjugated else self.field.Y

    @property
    def Q_BL(self) -> Fraction:
        return -self.field.Q_BL if self.conjugated else self.field.Q_BL


def _barred(name: str) -> str:
    stem, underscore, chirality = name.rpartition("_")
    return f"{stem}bar_{chirality}" if underscore else f"{name}bar"


def _tokens(field: Field) -> dict[str, tuple[Factor, ...]]:
    """Every way to write the field in an operator."""
    if field.spin != "scalar":
        flags = ((False, False), (True, True), (False, True), (True, False))
        return {f.text: (f,) for f in (Factor(field, *flag) for flag in flags)}
    plain, conjugate = Factor(field, False, False), Factor(field, False, True)
    return {
        plain.text: (plain,),
        conjugate.text: (conjugate,),
        f"{field.name}^*": (conjugate,),
        f"|{field.name}|^2": (conjugate, plain),
    }


def parse(operator: Operator, fields: Sequence[Field]) -> tuple[Factor, ...]:
    """Factors of an operator, in the order written; |h|^2 counts as two."""
    vocabulary = {token: factors for field in fields for token, factors in _tokens(field).items()}
    factors: list[Factor] = []
    for token in operator.text.split():
        if token not in vocabulary:
            near = max(fields, key=lambda field: _likeness(token, field), default=None)
            hint = f" (the nearest field is {near.name})" if near else ""
            raise ModelError(
                f"{_name(operator)} has the factor {token}, which no field of the model "
                f"gives{hint}: add the field or correct the factor."
            )
        factors += vocabulary[token]
    if not factors:
        raise ModelError(f"{_name(operator)} is empty: write its factors separated by spaces.")
    return tuple(factors)


def _likeness(token: str, field: Field) -> tuple[float, bool]:
    return max((SequenceMatcher(None, token, t).ratio(), token[0] == t[0]) for t in _tokens(field))


def check(lagrangian: Lagrangian) -> None:
    """Raise ModelError, naming the culprit, unless the Lagrangian is a consistent gauge theory."""
    _check_fields(lagrangian.fields)
    seen: dict[frozenset[Content], Operator] = {}
    for operator in lagrangian.operators:
        factors = parse(operator, lagrangian.fields)
        if fault := _lorentz_fault(factors) or _gauge_fault(factors):
            raise ModelError(f"{_name(operator)} {fault}{_repair(factors)}.")
        if any(f.fermion for f in factors):  # two doublets' quartics share their content
            twin = seen.setdefault(_up_to_conjugation(factors), operator)
            if twin is not operator:
                raise ModelError(
                    f"{_name(operator)} is {_name(twin)} again, up to hermitian conjugation: "
                    "keep one of them."
                )
    _check_anomalies(lagrangian.fields)


def anomalies(fields: Sequence[Field]) -> dict[str, Fraction]:
    """Anomaly coefficients, left- minus right-handed, generations counted.

    Y stands for U(1)_Y and BL for U(1)_B-L. The index of 3 and of 2 is 1/2, the cubic index of 3
    is 1. "SU(2) Witten" is the number of doublets modulo 2 (Phys. Lett. B117 (1982) 324).
    """
    total = dict.fromkeys(
        (
            "SU(3)^3",
            "SU(3)^2 U(1)_Y",
            "SU(3)^2 U(1)_B-L",
            "SU(2)^2 U(1)_Y",
            "SU(2)^2 U(1)_B-L",
            "Y^3",
            "Y^2 BL",
            "Y BL^2",
            "BL^3",
            "grav^2 Y",
            "grav^2 BL",
            "SU(2) Witten",
        ),
        Fraction(0),
    )
    for f in fields:
        if f.spin == "scalar":
            continue
        sign = f.generations if f.spin == "left" else -f.generations
        states, Y, BL = sign * f.su3 * f.su2, f.Y, f.Q_BL
        if f.su3 == 3:
            total["SU(3)^3"] += sign * f.su2
            total["SU(3)^2 U(1)_Y"] += sign * f.su2 * Y / 2
            total["SU(3)^2 U(1)_B-L"] += sign * f.su2 * BL / 2
        if f.su2 == 2:
            total["SU(2)^2 U(1)_Y"] += sign * f.su3 * Y / 2
            total["SU(2)^2 U(1)_B-L"] += sign * f.su3 * BL / 2
            total["SU(2) Witten"] += sign * f.su3
        total["Y^3"] += states * Y**3
        total["Y^2 BL"] += states * Y**2 * BL
        total["Y BL^2"] += states * Y * BL**2
        total["BL^3"] += states * BL**3
        total["grav^2 Y"] += states * Y
        total["grav^2 BL"] += states * BL
    total["SU(2) Witten"] %= 2
    return total


def absent_operators(lagrangian: Lagrangian) -> tuple[str, ...]:
    """Operators that the symmetries allow and the list lacks, without derivatives, dimension <= 4.

    Up to ordering and hermitian conjugation. A gauge singlet scalar has its tadpole here too.
    Several invariants of one content, as of two different doublets, count as one.
    """
    fields = lagrangian.fields
    present = {_up_to_conjugation(parse(op, fields)) for op in lagrangian.operators}
    absent: dict[frozenset[Content], str] = {}
    for factors in _candidates(fields):
        content = _up_to_conjugation(factors)
        if content in present or content in absent:
            continue
        if _gauge_fault(factors) is None:
            absent[content] = _written(factors)
    return tuple(absent.values())


# Contents, enumerated and written


def _content(factors: Sequence[Factor], flip: bool = False) -> Content:
    return frozenset(Counter((f.field, f.conjugated != flip) for f in factors).items())


def _up_to_conjugation(factors: Sequence[Factor]) -> frozenset[Content]:
    return frozenset((_content(factors), _content(factors, flip=True)))


def _candidates(fields: Sequence[Field]) -> Iterator[tuple[Factor, ...]]:
    """Lorentz scalars of dimension <= 4, in the form to print; some twice, as the conjugate."""
    # Later fields first, for |h_X|^2 |h|^2.
    scalars = [
        Factor(f, False, star)
        for f in reversed(fields)
        if f.spin == "scalar"
        for star in (False, True)
    ]
    order = sorted((f for f in fields if f.spin != "scalar"), key=lambda f: -f.su2)
    for a, b in combinations_with_replacement(order, 2):
        for pair in _bilinears(a, b):
            yield pair
            for scalar in scalars:
                yield (pair[0], scalar, pair[1])
    for n in range(1, 5):
        yield from combinations_with_replacement(scalars, n)


def _bilinears(a: Field, b: Field) -> tuple[tuple[Factor, Factor], ...]:
    """The Lorentz scalar of two fermions: lbar_L e_R, or Nbar_R^c N_R and Lbar_R N_R^c.

    Every bilinear comes with both a scalar and its conjugate, so one of each hermitian pair does.
    """
    if a.spin != b.spin:
        left, right = (a, b) if a.spin == "left" else (b, a)
        return ((Factor(left, True, True), Factor(right, False, False)),)
    if a == b:
        return ((Factor(a, True, False), Factor(a, False, False)),)
    return ((Factor(a, True, True), Factor(b, False, True)),)


def _written(factors: Sequence[Factor]) -> str:
    if factors[0].fermion:
        return " ".join(f.text for f in factors)
    count = Counter((f.field, f.conjugated) for f in factors)
    words: list[str] = []
    for field in dict.fromkeys(f.field for f in factors):
        plain, star = count[field, False], count[field, True]
        pairs = min(plain, star)
        words += [field.name] * (plain - pairs) + [f"{field.name}^*"] * (star - pairs)
        words += [f"|{field.name}|^2"] * pairs
    return " ".join(words)


# Faults: None, or what follows the operator's name in the message


def _name(operator: Operator) -> str:
    return f"operator {operator.coupling}, '{operator.text}',"


def _lorentz_fault(factors: Sequence[Factor]) -> str | None:
    fermions = [f for f in factors if f.fermion]
    dimension = Fraction(3, 2) * len(fermions) + len(factors) - len(fermions)
    if dimension > 4:
        return f"has dimension {dimension}; only dimension 4 or less is renormalisable"
    if not fermions:
        return None
    bars = sum(f.bar for f in fermions)
    if len(fermions) != 2 or bars != 1 or fermions[0].right_handed != fermions[1].right_handed:
        return (
            "is not Lorentz invariant: it needs one barred and one unbarred fermion of opposite "
            "chirality (^c flips the chirality)"
        )
    return None


def _gauge_fault(factors: Sequence[Factor]) -> str | None:
    for group, charges in (
        ("U(1)_Y", [f.Y for f in factors]),
        ("U(1)_B-L", [f.Q_BL for f in factors]),
    ):
        if sum(charges):
            terms = " + ".join(map(str, charges)).replace("+ -", "- ")
            return (
                f"is not invariant under {group}: its charges add up to "
                f"{terms} = {sum(charges)}, not 0"
            )
    doublets = sum(f.field.su2 == 2 for f in factors)
    if doublets % 2:
        return f"is not invariant under SU(2): it has {doublets} of its doublets, an odd number"
    triplets, antitriplets = (
        sum(f.field.su3 == 3 and f.conjugated == conjugated for f in factors)
        for conjugated in (False, True)
    )
    if (triplets - antitriplets) % 3:
        return (
            f"is not invariant under SU(3): it has {triplets} colour triplets and "
            f"{antitriplets} antitriplets, and a triplet needs an antitriplet"
        )
    if not _invariants(factors):
        return "vanishes: its only contraction is antisymmetric in identical factors"
    return None


def _repair(factors: Sequence[Factor]) -> str:
    """Says which one scalar to conjugate, if that makes the operator invariant."""
    for i, f in enumerate(factors):
        if f.fermion:
            continue
        other = Factor(f.field, False, not f.conjugated)
        repaired = (*factors[:i], other, *factors[i + 1 :])
        if not (_lorentz_fault(repaired) or _gauge_fault(repaired)):
            return f"; with {other.text} in place of {f.text} it is invariant"
    return ""


def _invariants(factors: Sequence[Factor]) -> int:
    """Number of SU(3) x SU(2) singlets in the product of at most four factors.

    Identical factors are symmetrised with their generations (a Lorentz-scalar fermion pair is
    symmetric too); the singlets are counted by Weyl's character formula.
    """
    character: Counter[Weight] = Counter({(0, 0, 0): 1})
    for (field, conjugated), n in Counter((f.field, f.conjugated) for f in factors).items():
        sign = -1 if conjugated else 1
        weights = [
            (sign * a, sign * b, c)
            for a, b in (_TRIPLET if field.su3 == 3 else ((0, 0),))
            for c in ((1, -1) if field.su2 == 2 else (0,))
        ] * min(field.generations, n)  # more generations than factors add no contraction
        symmetric = Counter(map(_sum, combinations_with_replacement(weights, n)))
        character = _product(character, symmetric)
    for root in _POSITIVE_ROOTS:
        character = _product(character, Counter({(0, 0, 0): 1, root: -1}))
    return character[0, 0, 0]


def _sum(weights: Sequence[Weight]) -> Weight:
    a, b, c = (sum(labels) for labels in zip(*weights, strict=True))
    return a, b, c


def _product(x: Counter[Weight], y: Counter[Weight]) -> Counter[Weight]:
    result: Counter[Weight] = Counter()
    for p, m in x.items():
        for q, n in y.items():
            result[_sum((p, q))] += m * n
    return result


# Fields and anomalies


def _check_fields(fields: Sequence[Field]) -> None:
    owner: dict[str, str] = {}
    for f in fields:
        if not f.name or any(not (c.isalnum() or c in "_'") for c in f.name):
            raise ModelError(
                f"field '{f.name}' has a name that operators cannot hold: use letters, digits, "
                "underscores and primes."
            )
        if f.name in owner.values():
            raise ModelError(f"field {f.name} is listed twice: remove or rename one of the two.")
        for attribute, allowed in (
            ("spin", ("left", "right", "scalar")),
            ("su3", (1, 3)),
            ("su2", (1, 2)),
        ):
            if (value := getattr(f, attribute)) not in allowed:
                raise ModelError(
                    f"field {f.name} has {attribute} = {value!r}; expected "
                    f"{' or '.join(map(repr, allowed))}."
                )
        if f.generations not in range(1, 100):
            raise ModelError(
                f"field {f.name} has generations = {f.generations!r}; expected 1, 2 or more."
            )
        for attribute in ("Y", "Q_BL"):
            if not isinstance(value := getattr(f, attribute), Rational):
                raise ModelError(
                    f"field {f.name} has {attribute} = {value!r}; charges are exact, give a "
                    "Fraction."
                )
        for token in _tokens(f):
            if (other := owner.setdefault(token, f.name)) != f.name:
                raise ModelError(
                    f"fields {other} and {f.name} are both written '{token}': rename one of them."
                )


def _check_anomalies(fields: Sequence[Field]) -> None:
    broken = {name: value for name, value in anomalies(fields).items() if value}
    if not broken:
        return
    extra = [
        f.name
        for f in fields
        if f.spin != "scalar" and not any(anomalies([g for g in fields if g != f]).values())
    ]
    hint = (
        f"without {' or '.join(extra)} they would: its opposite chirality may be missing"
        if extra
        else "a field is missing or has a wrong charge"
    )
    values = ", ".join(f"{name} = {value}" for name, value in broken.items())
    raise ModelError(f"these anomalies do not cancel (left minus right): {values}; {hint}.")
