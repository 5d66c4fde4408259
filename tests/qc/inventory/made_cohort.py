"""A cohort of three cases, whose ROIs are spelt in several ways."""

from radpipe.cohort import Case, Cohort, ImageKind, ImageRef, MaskKind, RoiRef


def roi(name: str, number: int) -> RoiRef:
    return RoiRef(f"r{number}", name, MaskKind.ITK_FILE, f"{number}.nrrd", 1, ("ct",))


def case(case_id: str, names: list[str], modalities: tuple[str, ...] = ("CT",)) -> Case:
    images = tuple(ImageRef(case_id, word.lower(), word, ImageKind.ITK_FILE, ("absent.nrrd",)) for word in modalities)
    return Case(case_id, images, tuple(roi(name, number) for number, name in enumerate(names)))


COHORT = Cohort(
    "manifest",
    "",
    (
        case("p1", ["GTV-1", "Parotid_L", "Mystery"], ("CT", "PT")),
        case("p2", ["gtv-1", "parotid-left"], ("CT", "PT")),
        case("p3", ["GTV-1"]),
    ),
)
