"""Masks and segments that do not tell one ROI."""

from radpipe.problems.problem import entry

__all__ = ["ENTRIES"]

ENTRIES = (
    entry(
        "E_FLOAT_MASK",
        "error",
        "the mask holds {values}, which are not whole numbers",
        "threshold the mask and save it as integers",
        "A probability map, or an interpolated mask.",
    ),
    entry(
        "E_MASK_VALUES",
        "error",
        "the mask holds {found}: {why}",
        "look at the mask in a viewer; save it as whole numbers with background 0",
        "Values that a mask of labels does not hold.",
    ),
    entry(
        "E_SEVERAL_LABELS",
        "error",
        "the mask holds labels {found}, and none was asked for",
        "name one label: in the manifest a row for each, with the column label",
        "A mask of several labels; their union is no ROI.",
    ),
    entry(
        "W_MASK_VALUE",
        "warn error",
        "the mask's only label is {label}; it was taken where {asked} was asked",
        "write the label into the manifest",
        "A mask of 0 and 255.",
    ),
    entry(
        "E_LABEL_MISSING",
        "error",
        "label {label} is not in the mask, which holds {found}",
        "choose one of the labels present",
        "The asked label does not occur.",
    ),
    entry(
        "E_FRACTIONAL_SEG",
        "error fix",
        "the segmentation is fractional",
        "--policy E_FRACTIONAL_SEG=fix thresholds it at 0.5",
        "DICOM SEG of type FRACTIONAL needs a threshold.",
    ),
    entry(
        "E_SEGMENT_MISSING",
        "error",
        "segment or ROI number {number} is not in the file, which holds {found}",
        "choose one of those",
        "A selector that the file does not have.",
    ),
    entry(
        "W_AGREEMENT",
        "warn error",
        "RTSTRUCT and SEG of {name} agree with Dice {dice:.4f}; {chosen} was measured",
        "look at both where Dice is below 0.95",
        "The same ROI in two files: one was measured.",
    ),
    entry(
        "W_AGREEMENT_UNKNOWN",
        "warn error",
        "{name} is in both RTSTRUCT and SEG; {chosen} was measured, their agreement could not be computed: {reason}",
        "look at both",
        "The same ROI in two files, and one of them cannot be read.",
    ),
    entry(
        "E_EMPTY_ROI",
        "error",
        "the mask holds no voxel",
        "check the contours; exclude the ROI if it is empty on purpose",
        "Nothing to measure.",
    ),
    entry(
        "E_TINY_ROI",
        "error",
        "the ROI has {voxels} voxels in {dimensions} dimensions, too few for {what}",
        "exclude the ROI or resample to smaller voxels",
        "One voxel or one line.",
    ),
    entry(
        "E_WHOLE_IMAGE",
        "error warn",
        "the mask fills the whole image",
        "check that it is no background; --policy E_WHOLE_IMAGE=warn measures it with the native engine",
        "A ROI without anything outside it is seldom meant; PyRadiomics refuses it ('No labels found in this mask').",
    ),
    entry(
        "W_SMALL_ROI",
        "warn error",
        "the ROI is small: {voxels} voxels, {extent}",
        "read its texture features with care",
        "Under 64 voxels or 1 mL texture is unreliable.",
    ),
)
