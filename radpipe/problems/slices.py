"""Series whose slices do not make one image."""

from radpipe.problems.problem import entry

__all__ = ["ENTRIES"]

ENTRIES = (
    entry(
        "E_MISSING_SLICE",
        "error warn",
        "slices are {spacing:.4g} mm apart, but {gaps}",
        "add the missing slices or exclude the series; --policy E_MISSING_SLICE=warn fills the gap by interpolation",
        "A gap in a series; readers silently stretch the spacing.",
    ),
    entry(
        "E_IRREGULAR_SPACING",
        "error warn",
        "slice spacing varies from {smallest:.4g} to {largest:.4g} mm",
        "resample the series in a planning system, or exclude it",
        "Slices are not equally far apart.",
    ),
    entry(
        "E_DUPLICATE_POSITION",
        "error fix",
        "{count} slices share a position with other pixels, first at {position:.2f} mm",
        "remove the wrong slices; --policy E_DUPLICATE_POSITION=fix keeps the lowest InstanceNumber",
        "Two different slices at one position.",
    ),
    entry(
        "W_DUPLICATE_SLICE",
        "warn error",
        "{count} slices were present twice with equal pixels and used once",
        "nothing, if the copies are intended",
        "The same slice twice.",
    ),
    entry(
        "E_MIXED_SERIES",
        "error fix",
        "the series mixes {what}; the largest part has {kept} of {total} slices",
        "split the series; --policy E_MIXED_SERIES=fix measures the largest part",
        "Localizers or other matrices in one series.",
    ),
    entry(
        "E_SEVERAL_IMAGES",
        "error",
        "the folder holds {count} image series ({found})",
        "name the folder of one series, or sort the files by series",
        "A folder that was named as one image, and is several.",
    ),
    entry(
        "W_MIXED_SERIES",
        "warn error",
        "{dropped} of {total} slices were set aside as {what}",
        "check that these are localizers",
        "A localizer in the series was set aside.",
    ),
    entry(
        "E_MIXED_SPACING",
        "error",
        "PixelSpacing differs between slices: {values}",
        "exclude the series",
        "One series with several pixel spacings.",
    ),
    entry(
        "E_TILT",
        "error warn",
        "the gantry is tilted: slice normal and stacking direction differ by {degrees:.2f} degrees",
        "resample the series in a planning system",
        "A sheared grid cannot be an image with orthonormal axes.",
    ),
    entry(
        "E_OFF_LINE",
        "error warn",
        "{count} slices lie beside the line of the others, by up to {distance:.2f} mm (at {position:.2f} mm)",
        "remove slices of another acquisition, or export the series again",
        "Slices shifted within their planes; readers take the first slice's position for all.",
    ),
    entry(
        "E_VALUE_JUMP",
        "error warn",
        "between {count} pairs of neighbouring slices the values of the whole field jump, first by {jump:.0f} HU after "
        "{position:.2f} mm",
        "split the series by acquisition; E_VALUE_JUMP=warn measures it as it is",
        "Two acquisitions, scales or kernels in one CT, which its header does not tell apart.",
    ),
    entry(
        "E_SINGLE_SLICE",
        "error warn",
        "the series has one slice",
        "exclude the series, or measure it with a 2D preset",
        "A volume needs two slices to know its spacing.",
    ),
)
