from . import batch
from .clinical import ClinicalTable, Endpoint
from .cohort import Case, Cohort, ImageRef, RoiRef
from .datasets import DatasetOptions, open_cohort
from .direct.measure import features_of
from .direct.picture import picture
from .errors import InputError, Policy, RadpipeError
from .features.params import Params
from .features.params_file import load_params
from .features.presets import Presets
from .features.variant import states
from .geometry import Geometry
from .imaging.open import open_image, open_mask
from .pipeline import check, extract, read_features, status
from .request import Request
from .run.executors.protocol import Limits
from .store.ledger import Account
from .summaries import CheckSummary, RunSummary
from .survival.procedure.analysis import AnalysisPlan
from .survival_pipeline import survival_report
from .volume import Mask, Volume

__all__ = [
    "Account",
    "AnalysisPlan",
    "Case",
    "CheckSummary",
    "ClinicalTable",
    "Cohort",
    "DatasetOptions",
    "Endpoint",
    "Geometry",
    "ImageRef",
    "InputError",
    "Limits",
    "Mask",
    "Params",
    "Policy",
    "Presets",
    "RadpipeError",
    "Request",
    "RoiRef",
    "RunSummary",
    "Volume",
    "batch",
    "check",
    "extract",
    "features_of",
    "load_params",
    "open_cohort",
    "open_image",
    "open_mask",
    "picture",
    "read_features",
    "states",
    "status",
    "survival_report",
]

__version__: str
