"""Settings under which an image or ROI cannot be measured, or not to any use."""

from radpipe.problems.problem import entry

__all__ = ["ENTRIES"]

ENTRIES = (
    entry(
        "E_PRESET_MODALITY",
        "error warn",
        "{preset} is for {wanted}; the image is {found}",
        "name a preset for it (radpipe params lists them), choose with --modality, or accept with "
        "--policy E_PRESET_MODALITY=warn",
        "Bins, spacing and shift of one modality mean nothing on another: PET in bins of 25 HU has one or two.",
    ),
    entry(
        "E_DIMENSION",
        "error",
        "{what} needs a {wanted} image, this one is {found}",
        "choose a preset for images of this dimension (radpipe params lists them)",
        "3D features asked of a radiograph.",
    ),
    entry(
        "E_DEFINITION",
        "error",
        "the engine {engine} cannot measure by the definition {definition}",
        "use --engine native",
        "Values by IBSI's definition come from radpipe's own engine; PyRadiomics has another definition.",
    ),
    entry(
        "E_FILTER_SIZE",
        "error",
        "the image of {size} voxels (z, y, x) is too small for a LoG of sigma {sigma:g} mm",
        "leave that sigma out, or measure the image with a preset of its own",
        "A filter wider than the image; its columns would be empty in a row that is ok.",
    ),
    entry(
        "E_TOO_MANY_BINS",
        "error",
        "bin width {width:g} over the ROI's range {low:.6g} .. {high:.6g} gives {bins} bins, more than {limit}",
        "use a larger binWidth, or binCount",
        "A bin width far too small exhausts memory.",
    ),
    entry(
        "W_FEW_BINS",
        "warn error",
        "the ROI's values fall into {bins} bins, fewer than {limit}",
        "use a smaller binWidth, or another preset; read its texture features with care",
        "With a handful of gray levels texture says little.",
    ),
    entry(
        "W_MANY_BINS",
        "warn error",
        "the ROI's values fall into {bins} bins, more than {limit}",
        "use a larger binWidth, or another preset; read its texture features with care",
        "With more gray levels than a scanner can tell apart, texture counts noise; matrices take memory and time.",
    ),
    entry(
        "W_COARSE_CONTOUR",
        "warn error",
        "the ROI has {volume_ml:.1f} mL, so that a contour of supervoxels (0.5 mL each) is drawn coarsely",
        "read the agreement of its features with care, or draw contours by the field",
        "Below ten supervoxels a contour jumps by a tenth of the volume and more.",
    ),
    entry(
        "E_INTENSITY",
        "error",
        "{what}",
        "check resegmentRange and normalisation against this image",
        "Resegmentation or another step left nothing to measure.",
    ),
)
