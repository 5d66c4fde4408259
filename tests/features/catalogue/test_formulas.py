"""Formulas are read and computed from PyRadiomics' own matrices, and give PyRadiomics' own values."""

import logging
import re
import warnings
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np
import pytest

from radpipe.features.catalogue import CLASS_NAMES, features_of

DEFINITIONS = {
    (feature.feature_class, feature.name): feature.definition
    for feature_class in CLASS_NAMES
    for feature in features_of(feature_class, include_deprecated=True)
}

SETTINGS: dict[str, Any] = {"binWidth": 1, "voxelArrayShift": 7}
SPACING_XYZ_MM = (1.5, 0.5, 3.0)

IN_WORDS = {
    ("firstorder", "10Percentile"),
    ("firstorder", "90Percentile"),
    ("firstorder", "InterquartileRange"),
    ("firstorder", "Median"),
    ("firstorder", "RobustMeanAbsoluteDeviation"),
    ("glcm", "MCC"),
    ("shape", "Maximum2DDiameterColumn"),
    ("shape", "Maximum2DDiameterRow"),
    ("shape", "Maximum2DDiameterSlice"),
    ("shape", "Maximum3DDiameter"),
    ("shape", "MeshVolume"),
    ("shape", "SurfaceArea"),
    ("shape2D", "MaximumDiameter"),
    ("shape2D", "MeshSurface"),
    ("shape2D", "Perimeter"),
}
"""Features whose formula is in words, of triangles or lines, or not of PyRadiomics."""

REMOVED = {
    ("glcm", "Dissimilarity"): ("glcm", "DifferenceAverage"),
    ("glcm", "Homogeneity1"): ("glcm", "Id"),
    ("glcm", "Homogeneity2"): ("glcm", "Idm"),
    ("glcm", "SumVariance"): ("glcm", "ClusterTendency"),
    ("gldm", "GrayLevelNonUniformityNormalized"): ("firstorder", "Uniformity"),
}
"""Features without a value in PyRadiomics, which says that they equal another."""

FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "sqrt": np.sqrt,
    "exp": np.exp,
    "log2": np.log2,
    "max": lambda *terms: np.maximum(*terms) if len(terms) == 2 else np.max(terms[0]),
    "min": np.min,
    "max_ij": np.max,
}
AXES = {"sum_i": 0, "sum_j": 1, "sum_ij": None, "sum_k": None}
TOKEN = re.compile(
    r"\s*((?:sum|max)_[ijk]+|[A-Za-z][A-Za-z0-9]*\([ijk](?:,[ijk])?\)|[A-Za-z][A-Za-z0-9]*|[0-9.]+(?:e-[0-9]+)?|.)"
)


class Formula:
    """A formula as the data dictionary prints it, and the symbols it explains by formulas."""

    def __init__(self, text: str) -> None:
        self.first, *parts = text.removeprefix("H = ").split("; ")
        self.first = re.split(r" over k|, runs by|, zones by", self.first)[0]
        self.explained: dict[str, str] = {}
        for part in parts:
            names, _, told = part.partition(": ")
            self.explained |= dict(zip(names.split(", "), told.split(", "), strict=False))

    def value(self, known: Mapping[str, Any]) -> float:
        return float(np.squeeze(self._read(self.first, known)))

    def _read(self, text: str, known: Mapping[str, Any]) -> Any:
        return Reader(TOKEN.findall(text.strip()), lambda name: self._look_up(name, known)).whole()

    def _look_up(self, name: str, known: Mapping[str, Any]) -> Any:
        if name in known:
            return known[name]
        if f"{name}^2" in self.explained:
            return np.sqrt(self._read(self.explained[f"{name}^2"], known))
        return self._read(self.explained[name], known)


class Reader:
    """Sums bind what is multiplied behind them; two factors beside each other are multiplied."""

    def __init__(self, tokens: list[str], look_up: Callable[[str], Any]) -> None:
        self.tokens, self.look_up, self.bars = tokens, look_up, 0

    def whole(self) -> Any:
        found = self.sum()
        assert not self.tokens, self.tokens
        return found

    def next(self) -> str:
        return self.tokens[0] if self.tokens else ""

    def take(self, expected: str = "") -> str:
        assert not expected or self.next() == expected, (expected, self.tokens)
        return self.tokens.pop(0)

    def sum(self) -> Any:
        found = self.signed()
        while self.next() in ("+", "-"):
            found = found + self.product() if self.take() == "+" else found - self.product()
        return found

    def signed(self) -> Any:
        if self.next() == "-":
            self.take()
            return -self.product()
        return self.product()

    def product(self) -> Any:
        found = self.power()
        while self.next() not in ("", "+", "-", ")", ",") and not (self.next() == "|" and self.bars):
            if self.next() == "/":
                self.take()
                found = found / self.power()
                continue
            if self.next() == "*":
                self.take()
            found = found * self.power()
        return found

    def power(self) -> Any:
        found = self.factor()
        if self.next() == "^":
            self.take()
            found = found ** self.factor()
        return found

    def factor(self) -> Any:
        token = self.take()
        if token in AXES:
            return np.sum(self.product(), axis=AXES[token], keepdims=True)
        if token == "(":
            outer, self.bars = self.bars, 0
            found = self.sum()
            self.bars = outer
            self.take(")")
            return found
        if token == "|":
            self.bars += 1
            found = np.abs(self.sum())
            self.bars -= 1
            self.take("|")
            return found
        if token in FUNCTIONS:
            return self.call(FUNCTIONS[token])
        return float(token) if token[0].isdigit() else self.look_up(token)

    def call(self, function: Callable[..., Any]) -> Any:
        if self.next() != "(":
            return function(self.factor())
        self.take("(")
        terms = [self.sum()]
        while self.next() == ",":
            self.take()
            terms.append(self.sum())
        self.take(")")
        return function(*terms)


def test_a_formula_is_read_as_a_mathematician_reads_it() -> None:
    known = {"X(k)": np.array([1.0, 2.0, 6.0]), "N": 3.0, "a": 2.0}
    assert Formula("(1/N) sum_k |X(k) - m|; m: (1/N) sum_k X(k)").value(known) == 2
    assert Formula("sqrt(N a^2 + 4) / (2 a) - sum_k X(k) / N + a").value(known) == 0
    assert Formula("max(N, a) - min X(k) / 2").value(known) == 2.5


@cache
def reference(feature_class: str) -> tuple[Any, dict[str, float]]:
    """PyRadiomics' object and values of one random ROI without gray level 4; on one slice for ``shape2D``."""
    radiomics = pytest.importorskip("radiomics")
    sitk = pytest.importorskip("SimpleITK")
    radiomics.logger.setLevel(logging.CRITICAL + 1)
    random = np.random.default_rng(20)
    flat = feature_class == "shape2D"
    image = random.choice([2.0, 3.0, 4.0, 6.0, 7.0, 9.0], (1 if flat else 6, 8, 9))
    mask = (random.random(image.shape) < 0.7).astype(np.uint8)
    pictures = [sitk.GetImageFromArray(one) for one in (image, mask)]
    for picture in pictures:
        picture.SetSpacing(SPACING_XYZ_MM)
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = radiomics.getFeatureClasses()[feature_class](*pictures, **SETTINGS, force2D=flat)
        for own_class, name in DEFINITIONS:
            if own_class == feature_class and (own_class, name) not in REMOVED:
                made.enableFeatureByName(name)
        return made, {name: float(np.asarray(value)) for name, value in made.execute().items()}


def column(values: Any) -> Any:
    return np.asarray(values, dtype=float)[:, None]


def firstorder_symbols() -> list[dict[str, Any]]:
    made, _ = reference("firstorder")
    x = made.targetVoxelArray[0]
    return [
        {
            "X(k)": x, "X": x, "N": float(x.size), "m": x.mean(), "c": 7.0, "v": float(np.prod(SPACING_XYZ_MM)),
            "p(i)": column(made.coefficients["p_i"][0]),
        }
    ]  # fmt: skip


def glcm_symbols() -> list[dict[str, Any]]:
    made, _ = reference("glcm")
    i = column(made.coefficients["grayLevels"])
    found = []
    for p in np.moveaxis(made.P_glcm[0], 2, 0):
        px, py = p.sum(1, keepdims=True), p.sum(0, keepdims=True)
        gaps, sums = np.abs(i - i.T).astype(int), (i + i.T).astype(int)
        hx, hy = (-np.sum(margin * np.log2(margin + 2.2e-16)) for margin in (px, py))
        known = {"p(i,j)": p, "i": i, "j": i.T, "px(i)": px, "py(j)": py, "HX": hx, "HY": hy, "Ng": i.max()}
        found.append(
            known | {"pd(k)": np.bincount(gaps.ravel(), p.ravel()), "ps(k)": np.bincount(sums.ravel(), p.ravel())}
        )
    return found


def matrix_symbols(feature_class: str) -> list[dict[str, Any]]:
    made, _ = reference(feature_class)
    matrices = getattr(made, f"P_{feature_class}")[0]
    i, j = column(made.coefficients["ivector"]), column(made.coefficients["jvector"]).T
    per_direction = np.moveaxis(matrices, 2, 0) if matrices.ndim == 3 else matrices[None]
    number = {"N": float(matrices.sum())} if feature_class == "gldm" else {}
    return [{"P(i,j)": matrix, "i": i, "j": j, **number} for matrix in per_direction]


def ngtdm_symbols() -> list[dict[str, Any]]:
    made, _ = reference("ngtdm")
    voxels, s, i = (column(one) for one in made.P_ngtdm[0].T)
    p = voxels / voxels.sum()
    known = {"p(i)": p, "p(j)": p.T, "s(i)": s, "s(j)": s.T, "i": i, "j": i.T}
    return [known | {"n": float(len(i)), "N": float(voxels.sum())}]


def shape_symbols() -> list[dict[str, Any]]:
    made, _ = reference("shape")
    least, minor, major = made.eigenValues
    known = {"V": made.Volume, "A": made.SurfaceArea, "pi": np.pi, "l1": major, "l2": minor, "l3": least}
    return [known | {"N": float(made.maskArray.sum()), "v": float(np.prod(SPACING_XYZ_MM))}]


def shape_2d_symbols() -> list[dict[str, Any]]:
    made, _ = reference("shape2D")
    minor, major = made.eigenValues
    known = {"P": made.Perimeter, "A": made.Surface, "pi": np.pi, "l1": major, "l2": minor}
    return [known | {"N": float(made.maskArray.sum()), "a": SPACING_XYZ_MM[0] * SPACING_XYZ_MM[1]}]


SYMBOLS: Mapping[str, Callable[[], list[dict[str, Any]]]] = {
    "firstorder": firstorder_symbols,
    "glcm": glcm_symbols,
    "gldm": lambda: matrix_symbols("gldm"),
    "glrlm": lambda: matrix_symbols("glrlm"),
    "glszm": lambda: matrix_symbols("glszm"),
    "ngtdm": ngtdm_symbols,
    "shape": shape_symbols,
    "shape2D": shape_2d_symbols,
}


def with_k(known: Mapping[str, Any], formula: str) -> dict[str, Any]:
    """Give k the values that the sum runs over."""
    begin = 1 if "over k >= 1" in formula else 0
    length = len(known["ps(k)" if "ps(k)" in formula else "pd(k)"]) if "pd(k)" in known else 0
    return {
        **known,
        "k": np.arange(begin, length),
        **{name: known[name][begin:] for name in ("pd(k)",) if name in known},
    }


@pytest.mark.parametrize(("feature_class", "name"), sorted(set(DEFINITIONS) - IN_WORDS))
def test_the_formula_gives_pyradiomics_value(feature_class: str, name: str) -> None:
    formula = DEFINITIONS[feature_class, name].formula
    found = [Formula(formula).value(with_k(known, formula)) for known in SYMBOLS[feature_class]()]
    if name == "DependencePercentage":
        expected = 1.0
    else:
        own_class, own_name = REMOVED.get((feature_class, name), (feature_class, name))
        expected = reference(own_class)[1][own_name]
    assert np.mean(found) == pytest.approx(expected, rel=1e-9)
