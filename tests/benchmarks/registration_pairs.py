"""Register made pairs of images, right and wrong ones, and count what is found, doubted and refused.

Run by hand: ``python tests/benchmarks/registration_pairs.py [--good 30] [--bad 24] [--first-seed 1000]``; about four
seconds of CPU a pair. A made patient is a head and neck of some sixty shapes of tissue, evaluated at any point, so that
the second image is no resampled first one; sizes, places and about forty shapes are the patient's own. Thresholds of
:mod:`radpipe.imaging.registration` were set with patients 100 to 137; the numbers in ``docs/registration.md`` are those
of other patients.
"""

import argparse
import resource
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.spatial.transform import Rotation

from radpipe.errors import InputError, Policy
from radpipe.geometry import Geometry
from radpipe.imaging.registration import Registration, doubts, refusals, register_rigid
from radpipe.imaging.regrid import carry_mask
from radpipe.imaging.transforms import RigidTransform
from radpipe.kernels.surface import mesh
from radpipe.volume import Mask, Volume

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

HU = {
    "air": -1000, "muscle": 55, "fat": -95, "bone": 700, "brain": 35, "csf": 5, "gland": 15, "vessel": 45,
    "tumour": 50, "spongy": 250,
}  # fmt: skip
"""Tissue -> CT number; the first is around the patient, the second fills the body."""

T1 = {
    "air": 3, "muscle": 380, "fat": 900, "bone": 40, "brain": 520, "csf": 160, "gland": 620, "vessel": 60,
    "tumour": 300, "spongy": 500,
}  # fmt: skip
"""Tissue -> MR value, of no order that CT has."""

TISSUES = tuple(HU)

CT_GRID = Geometry((70, 100, 100), (3.5, 3.0, 3.0), (-148.5, -150.0, -140.0))

FIELD_CENTRE = (0.0, 0.0, -20.0)
"""Where the second field has its centre by scanner coordinates, x, y, z in mm."""

ROI_CORNERS = np.array([[x, y, z] for x in (-35, 35) for y in (-45, 45) for z in (-60, 30)], dtype=float)
"""Corners of a box that holds the parotids, the oral cavity and the tumour, x, y, z in mm."""


@dataclass(frozen=True)
class Shape:
    """An ellipsoid of one tissue; centre, radii x, y, z in mm, and its axes as columns."""

    tissue: str
    centre: FloatArray
    radii: FloatArray
    axes: FloatArray

    def holds(self, points: FloatArray) -> BoolArray:
        """Tell which points (n, 3) lie inside."""
        held: BoolArray = ((((points - self.centre) @ self.axes) / self.radii) ** 2).sum(axis=-1) <= 1.0
        return held


@dataclass(frozen=True)
class Patient:
    """Outline of the body and what is inside, later shapes over earlier ones."""

    body: tuple[Shape, ...]
    inside: tuple[Shape, ...]

    def tissues(self, points: FloatArray) -> npt.NDArray[np.uint8]:
        """Return the index of the tissue at points (..., 3)."""
        flat = points.reshape(-1, 3)
        found = np.zeros(len(flat), dtype=np.uint8)
        within = np.any([shape.holds(flat) for shape in self.body], axis=0)
        kept = flat[within]
        values = np.ones(len(kept), dtype=np.uint8)
        for shape in self.inside:
            near = np.flatnonzero((np.abs(kept - shape.centre) <= shape.radii.max()).all(axis=1))
            values[near[shape.holds(kept[near])]] = TISSUES.index(shape.tissue)
        found[within] = values
        return found.reshape(points.shape[:-1])


def shape(tissue: str, centre: npt.ArrayLike, radii: npt.ArrayLike, turn: Rotation | None = None) -> Shape:
    axes = np.eye(3) if turn is None else turn.as_matrix()
    return Shape(tissue, np.asarray(centre, dtype=float), np.asarray(radii, dtype=float), axes)


def patient(outline: int, inside: int | None = None) -> Patient:
    """Make a head and neck: its outline by one seed, the rest by another or the same."""
    of_body = np.random.default_rng([outline, 1])
    rng = np.random.default_rng([outline if inside is None else inside, 2])
    size, off = of_body.uniform(0.9, 1.1, 3), of_body.uniform(-6, 6, 3)
    head = shape("muscle", np.array([0, 0, 60]) + off, np.array([75, 95, 110]) * size)
    neck = shape("muscle", np.array([0, 25, -50]) + off / 2, np.array([58, 60, 110]) * size[::-1])
    body = (head, neck, shape("muscle", (0, 30, -130), np.array([190, 75, 60]) * size))
    under_skin = tuple(shape("muscle", part.centre, part.radii - rng.uniform(4, 9)) for part in body)
    fat = tuple(shape("fat", part.centre, part.radii) for part in body)
    return Patient(body, (*fat, *under_skin, *organs(head.centre, head.radii, rng), *others(head.centre, rng)))


def organs(at: FloatArray, radii: FloatArray, rng: np.random.Generator) -> Iterator[Shape]:
    """Give skull, brain, eyes, sinuses, glands, vessels, jaw, airway, spine and a tumour."""

    def by(x: float, y: float, z: float, reach: float = 0.0) -> FloatArray:
        place: FloatArray = at + np.array((x, y, z))
        return place + rng.uniform(-reach, reach, 3) if reach else place

    skull = np.minimum(radii, (75, 95, 110)) * rng.uniform(0.93, 1.0, 3) * (0.9, 0.86, 0.84)
    yield shape("bone", by(0, 5, 10), skull)
    yield shape("brain", by(0, 6, 12), skull - rng.uniform(6, 9))
    for side in (-1, 1):
        yield shape("csf", by(side * 12, 0, 25, 5), rng.uniform(5, 14, 3) * [0.6, 1.8, 1.0])
        yield shape("csf", by(side * 31, -75, 2, 2.5), (12, 12, 12))
        yield shape("air", by(side * 26, -58, -28, 4), rng.uniform(9, 17, 3))
        yield shape("gland", by(side * 56, 10, -50, 4), rng.uniform([8, 13, 18], [14, 19, 28]))
        yield shape("gland", by(side * 28, -30, -92, 4), rng.uniform(8, 14, 3))
        yield shape("vessel", by(side * rng.uniform(24, 34), 20, -120, 4), (*rng.uniform(3, 5, 2), 60))
        yield shape("fat", by(side * 40, 25, -110, 8), rng.uniform(8, 18, 3))
        turn = Rotation.from_euler("z", side * rng.uniform(12, 25), degrees=True)
        jaw = rng.uniform([5, 28, 9], [9, 40, 14])
        yield shape("spongy", by(side * rng.uniform(40, 46), -25, -62, 4), jaw, turn)
    yield shape("air", by(0, -70, -10, 3), (9, 18, 20))
    yield shape("air", by(0, -15, -75, 4), (*rng.uniform([8, 7], [13, 10]), 45))
    yield shape("air", by(0, 0, -140, 4), (*rng.uniform([8, 7], [11, 10]), 50))
    first = rng.uniform(0, 24)
    for number in range(9):
        down = -55 - first - rng.uniform(20, 26) * number
        yield shape("spongy", by(0, 48, down, 1.5), (*rng.uniform([12, 11], [17, 15]), 8.5))
    yield shape("csf", by(0, 66, -110), (9, 8, 110))
    yield shape("brain", by(0, 66, -110), (5.5, 5, 110))
    yield shape("tumour", by(rng.choice([-1, 1]) * 22, -5, -70, 8), rng.uniform(9, 17, 3))


def others(at: FloatArray, rng: np.random.Generator) -> Iterator[Shape]:
    """Give forty shapes of the patient's own: nodes, fat between muscles, vessels."""
    for _ in range(40):
        tissue = str(rng.choice(["fat", "muscle", "gland", "vessel", "fat"]))
        turn = Rotation.random(random_state=int(rng.integers(1 << 30)))
        centre = at + np.array((0, 10, -70)) + rng.uniform(-1, 1, 3) * (60, 70, 110)
        yield shape(tissue, centre, rng.uniform(4, 13, 3), turn)


def legs(seed: int) -> Patient:
    """Make another body part: two long bones in muscle and fat."""
    rng = np.random.default_rng([seed, 5])
    radii = np.array([110, 85, 400]) * rng.uniform(0.9, 1.1, 3)
    body = (shape("fat", (0, 0, 0), radii),)
    bones = [
        shape(tissue, (side * 60 + rng.uniform(-8, 8), rng.uniform(-10, 10), 0), (wide, wide, 300))
        for side in (-1, 1)
        for tissue, wide in (("bone", rng.uniform(14, 20)), ("fat", 7))
    ]
    return Patient(body, (*body, shape("muscle", (0, 0, 0), radii - rng.uniform(10, 20)), *bones))


def points_of(grid: Geometry) -> FloatArray:
    return grid.index_to_mm(np.stack(np.meshgrid(*map(np.arange, grid.size_zyx), indexing="ij"), axis=-1))


def ct_of(who: Patient, seed: int) -> Volume:
    values = np.array([HU[tissue] for tissue in TISSUES], dtype=float)[who.tissues(points_of(CT_GRID))]
    values += np.random.default_rng([seed, 3]).normal(0, 15, values.shape)
    return Volume(np.clip(np.round(values), -1024, 3071).astype(np.int16), CT_GRID, "HU")


def mr_of(who: Patient, way: RigidTransform, seed: int, centre: tuple[float, float, float] = FIELD_CENTRE) -> Volume:
    """Make a T1 MR of a patient who was moved, on an oblique field, with a bias of the coil and noise."""
    rng = np.random.default_rng([seed, 4])
    size, spacing = (48, 80, 80), (4.0, 2.8, 2.8)
    axes = Rotation.from_rotvec(np.radians(rng.uniform(-6, 6, 3))).as_matrix()
    corner = np.asarray(centre) - axes @ ((np.array(size[::-1]) - 1) * spacing[::-1] / 2)
    x, y, z = (float(one) for one in corner)
    grid = Geometry(size, spacing, (x, y, z), tuple(float(one) for one in axes.ravel()))
    points = points_of(grid)
    values = np.array([T1[tissue] for tissue in TISSUES], dtype=float)[who.tissues(way.apply_inverse(points))]
    values *= 1 + 0.25 * np.tanh((points - centre) / 120 @ rng.normal(0, 1, 3))
    return Volume(np.abs(values + rng.normal(0, 25, values.shape)).astype(np.float32), grid)


def motion_of(seed: int, *, largest_mm: float = 40.0, largest_degrees: float = 25.0) -> RigidTransform:
    """Draw a shift and a turn about the field's centre, each uniform up to the largest."""
    rng = np.random.default_rng([seed, 9])
    axis, shift = rng.normal(size=3), rng.normal(size=3)
    turn = Rotation.from_rotvec(np.radians(rng.uniform(0, largest_degrees)) * axis / np.linalg.norm(axis)).as_matrix()
    shift *= rng.uniform(0, largest_mm) / np.linalg.norm(shift)
    x, y, z = (float(one) for one in FIELD_CENTRE + shift - turn @ FIELD_CENTRE)
    return RigidTransform(tuple(float(one) for one in turn.ravel()), (x, y, z))


def wrong_image(kind: str, seed: int) -> Volume:
    """Make a second image that cannot be registered to the CT of patient ``seed``, or not without doubt."""
    who, way = patient(seed), motion_of(seed)
    if kind == "another patient":
        return mr_of(patient(seed + 5000), way, seed)
    if kind == "same outline, another inside":
        return mr_of(patient(seed, seed + 5000), way, seed)
    if kind == "another body part":
        return mr_of(legs(seed), way, seed)
    if kind == "half a field of view":
        return mr_of(who, way, seed, (0.0, 0.0, 120.0))
    image = mr_of(who, way, seed)
    if kind == "mirrored":
        return Volume(np.ascontiguousarray(image.array[:, :, ::-1]), image.geometry)
    noise = np.random.default_rng([seed, 6]).normal(300, 60, image.array.shape).astype(np.float32)
    return Volume(noise, image.geometry)


WRONG = (
    "another patient", "same outline, another inside", "another body part", "half a field of view", "mirrored",
    "noise",
)  # fmt: skip


def carried(way: RigidTransform, found: RigidTransform, radii: tuple[float, float, float]) -> list[float]:
    """Carry an ellipsoid from CT to MR; return volume and surface by those drawn, and by those of the shape itself."""
    ct = Geometry((90, 180, 180), (1.5, 1.0, 1.0), (-89.5, -89.5, -66.75 - 20))
    mr = Geometry((90, 240, 240), (2.0, 0.9, 0.9), (-107.5, -107.5, -89.0 - 20))
    organ = shape("gland", (5.0, -3.0, -18.0), radii, Rotation.from_euler("xyz", (10, 20, 30), degrees=True))
    drawn = Mask.of(organ.holds(points_of(ct)), ct)
    there = carry_mask(drawn, mr, found, Policy())
    truth = Mask.of(organ.holds(way.apply_inverse(points_of(mr))), mr)
    areas = [mesh(np.pad(mask.crop, 1), mask.geometry.spacing_zyx_mm)[0] for mask in (there, drawn, truth)]
    volumes = [mask.volume_mm3 for mask in (there, drawn, truth)]
    return [volumes[0] / volumes[1], areas[0] / areas[1], volumes[0] / volumes[2], areas[0] / areas[2]]


def verdict_of(registration: Registration) -> str:
    return "refused" if refusals(registration) else "doubtful" if doubts(registration) else "ok"


def figures_of(registration: Registration) -> str:
    told = registration
    return (
        f"{verdict_of(told):8} {told.placed_by:7} agreement {told.agreement:.2f} support {told.support:.2f} of "
        f"{told.blocks:2} overlap {told.overlap:.2f} gain {told.gain:5.1f} mirrored {told.information_mirrored:.3f} "
        f"inverse {told.inverse_mm:.1f}"
    )


def cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--good", type=int, default=30)
    parser.add_argument("--bad", type=int, default=24)
    parser.add_argument("--first-seed", type=int, default=1000)
    asked = parser.parse_args()
    for seed in range(asked.first_seed, asked.first_seed + asked.good):
        way = motion_of(seed)
        ct, mr = ct_of(patient(seed), seed), mr_of(patient(seed), way, seed)
        began = cpu_seconds()
        found = register_rigid(ct, mr)
        took = cpu_seconds() - began
        error = np.linalg.norm(found.transform.apply(ROI_CORNERS) - way.apply(ROI_CORNERS), axis=1).max()
        try:
            shares = [
                f"{one:.3f}" for radii in ((30, 24, 36), (12, 15, 20)) for one in carried(way, found.transform, radii)
            ]
        except InputError as fault:
            shares = [fault.code]
        print(
            f"right {seed} error {error:.2f} mm {figures_of(found)} cpu {took:.1f} carried {' '.join(shares)}",
            flush=True,
        )
    for number in range(asked.bad):
        seed, kind = asked.first_seed + asked.good + number, WRONG[number % len(WRONG)]
        found = register_rigid(ct_of(patient(seed), seed), wrong_image(kind, seed))
        print(f"wrong {seed} {kind}: {figures_of(found)}", flush=True)


if __name__ == "__main__":
    main()
