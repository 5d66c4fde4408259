"""IBSI's surface area of an ellipsoid, by its Legendre series."""

import math

from numpy.polynomial import legendre

__all__ = ["ellipsoid_area"]


def ellipsoid_area(a: float, b: float, c: float, *, terms: int = 21) -> float:
    """Return IBSI's surface area of an ellipsoid, by its Legendre series.

    IBSI prints beta = sqrt(1 - c^2 / a^2), and its reference values follow that; the series gives an ellipsoid's area
    with sqrt(1 - c^2 / b^2). Both agree for a sphere; for semi-axes of 5, 3 and 2 IBSI's is 131, the area 135.

    Parameters
    ----------
    a, b, c
        Semi-axes, falling; c may be 0.
    terms
        Of the series; IBSI takes 21.

    References
    ----------
    IBSI RDD2; Maas L. J. Comput. Appl. Math. 51 (1994) 237-249.

    Examples
    --------
    >>> round(ellipsoid_area(2, 2, 2) / (16 * math.pi), 12)
    1.0
    """
    alpha, beta = math.sqrt(1 - (b / a) ** 2), math.sqrt(1 - (c / a) ** 2)
    if alpha == 0 or beta == 0:  # a sphere, or two equal longest axes: (alpha beta)^v P_v has the limit below
        at_limit = [((alpha**2 + beta**2) / 2) ** v * _leading(v) for v in range(terms)]
    else:
        argument = (alpha**2 + beta**2) / (2 * alpha * beta)
        at_limit = [(alpha * beta) ** v * float(legendre.legval(argument, [0] * v + [1])) for v in range(terms)]
    total: float = math.fsum(value / (1 - 4 * v**2) for v, value in enumerate(at_limit))
    return float(4 * math.pi * a * b * total)


def _leading(v: int) -> float:
    """Return the leading coefficient of the Legendre polynomial of degree v, (2v)! / (2^v v!^2)."""
    return float(math.comb(2 * v, v) / 2**v)
