"""Register made pairs whose neck is bent between the images, rigidly and by a deformation, and compare both.

Run by hand: ``python tests/benchmarks/registration_bends.py [--bent 12] [--straight 6] [--first-seed 2200]``; about
twelve seconds of CPU a pair. Patients are those of ``registration_pairs.py``. Between the images the neck bends along
130 mm above the shoulders, forwards or backwards by 6 to 16 degrees and sideways by up to 4, and the jaw moves by up to
6 mm; the whole moves by up to 15 mm and 10 degrees. Errors are those of points on the surfaces of glands and tumour.
"""

import argparse
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from registration_pairs import Patient, cpu_seconds, ct_of, motion_of, mr_of, patient, verdict_of

from radpipe.errors import InputError
from radpipe.imaging.deformable import register_deformable
from radpipe.imaging.deformation import Deformation
from radpipe.imaging.registration import register_rigid
from radpipe.imaging.transforms import RigidTransform

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Flexion:
    """A motion after a bend; the way back, from the second image, is known exactly.

    Parameters
    ----------
    way
        The motion of the whole.
    forward_mm, side_mm
        How far a point 130 mm above the shoulders is bent away along y and x, times two.
    jaw_mm
        How far the jaw moves down.
    shoulders_mm
        Height above which the neck bends.
    """

    way: RigidTransform
    forward_mm: float
    side_mm: float
    jaw_mm: float
    shoulders_mm: float

    def displacement(self, points: FloatArray) -> FloatArray:
        x, y, z = np.moveaxis(points, -1, 0)
        share = np.clip((z - self.shoulders_mm) / 130, 0, None)
        away = np.where(share < 1, share * share / 2, share - 0.5)
        slope = np.minimum(share, 1) / 130
        jaw = self.jaw_mm * np.exp(-(((points - [0, -45, -20]) / [45, 35, 30]) ** 2).sum(axis=-1))
        down = -(y - 25) * slope * self.forward_mm - x * slope * self.side_mm - jaw
        return np.stack([self.side_mm * away, self.forward_mm * away, down], axis=-1)

    def apply_inverse(self, points: FloatArray) -> FloatArray:
        straight = self.way.apply_inverse(points)
        return straight + self.displacement(straight)

    def apply(self, points: FloatArray) -> FloatArray:
        places = points.copy()
        for _ in range(60):
            places = points - self.displacement(places)
        return self.way.apply(places)


def flexion_of(seed: int, *, bent: bool) -> Flexion:
    rng = np.random.default_rng([seed, 11])
    way = motion_of(seed, largest_mm=15.0, largest_degrees=10.0)
    if not bent:
        return Flexion(way, 0.0, 0.0, 0.0, -140.0)
    forward = rng.choice([-1, 1]) * rng.uniform(14, 36)
    return Flexion(way, forward, rng.uniform(-8, 8), rng.uniform(0, 6), rng.uniform(-140, -110))


def surfaces_of(who: Patient) -> FloatArray:
    """Return points on the surfaces of glands and tumour, x, y, z in mm."""
    rays = np.random.default_rng(0).normal(size=(60, 3))
    rays /= np.linalg.norm(rays, axis=1)[:, None]
    shapes = [one for one in who.inside if one.tissue in ("gland", "tumour") and one.radii.max() > 8]
    return np.concatenate([one.centre + (rays * one.radii) @ one.axes.T for one in shapes])


def errors(way: RigidTransform | Deformation, points: FloatArray, goals: FloatArray) -> str:
    found = np.linalg.norm(way.apply(points) - goals, axis=1)
    return f"{found.mean():.2f} (95 % {np.percentile(found, 95):.2f}, largest {found.max():.2f}) mm"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bent", type=int, default=12)
    parser.add_argument("--straight", type=int, default=6)
    parser.add_argument("--first-seed", type=int, default=2200)
    asked = parser.parse_args()
    for number in range(asked.bent + asked.straight):
        seed, bent = asked.first_seed + number, number < asked.bent
        who, truth = patient(seed), flexion_of(seed, bent=bent)
        ct, mr = ct_of(who, seed), mr_of(who, truth, seed)  # type: ignore[arg-type]
        rigid = register_rigid(ct, mr)
        points = surfaces_of(who)
        goals = truth.apply(points)
        index = mr.geometry.mm_to_index(goals)
        seen = ((index > 1) & (index < np.array(mr.geometry.size_zyx) - 2)).all(axis=1)
        before = errors(rigid.transform, points[seen], goals[seen])
        began = cpu_seconds()
        try:
            bending = register_deformable(ct, mr, rigid.transform)
        except InputError as fault:
            print(f"{'bent' if bent else 'straight'} {seed} rigid {before}: {fault.sentence}", flush=True)
            continue
        after = errors(bending.way, points[seen], goals[seen])
        told = {name: f"{value:.2f}" for name, value in bending.to_json().items()}
        print(
            f"{'bent' if bent else 'straight'} {seed} {verdict_of(rigid)} rigid {before} now {after} "
            f"cpu {cpu_seconds() - began:.1f} {told}",
            flush=True,
        )


if __name__ == "__main__":
    main()
