"""Values of voxels that are not what their modality promises."""

from radpipe.problems.problem import entry

__all__ = ["ENTRIES"]

ENTRIES = (
    entry(
        "E_NO_RESCALE",
        "error warn",
        "RescaleSlope or RescaleIntercept is missing on a CT",
        "export the series again; --policy E_NO_RESCALE=warn takes the stored values as HU",
        "CT numbers without their scale.",
    ),
    entry(
        "E_RESCALE_TYPE",
        "error warn",
        "RescaleType of this CT is {kind}, not HU",
        "exclude the series if it is a derived map; E_RESCALE_TYPE=warn takes its values as HU",
        "A CT whose values are no Hounsfield units: a perfusion or material map.",
    ),
    entry(
        "W_HU_RANGE",
        "warn error",
        "HU from {lowest:.6g} to {highest:.6g} is outside -1024 .. 3071",
        "check the rescale tags; metal saturates at 3071",
        "Unusual CT numbers.",
    ),
    entry(
        "E_NONFINITE",
        "error",
        "{count} voxels are NaN or infinite",
        "repair the image before measuring it",
        "One NaN changes a third of the features and is not seen.",
    ),
    entry(
        "E_SUV",
        "error warn",
        "SUV by body weight cannot be computed: {missing}",
        "complete the PET's header; --policy E_SUV=warn measures it in its own unit",
        "PET without weight, dose, times or with an unknown unit, or with values that cannot be true.",
    ),
    entry(
        "W_DECAY_TIME",
        "warn error",
        "the series was stored after its acquisition: {told} was taken as the time of decay correction",
        "check that the series was not decay corrected to another time",
        "DecayCorrection START, and a series time that cannot be the scan's start.",
    ),
    entry(
        "W_PET_CORRECTIONS",
        "warn error",
        "CorrectedImage is missing; attenuation and decay were taken as corrected",
        "check that this is not the series without attenuation correction",
        "A PET whose header does not say what was corrected.",
    ),
    entry(
        "E_NOT_GRAY",
        "error",
        "the channels of the PNG differ",
        "convert the radiograph to grey",
        "A colour picture.",
    ),
    entry(
        "W_CHANNELS",
        "warn error",
        "the PNG is {mode} with equal channels; one was taken",
        "nothing",
        "RGBA or palette that is grey in truth.",
    ),
)
