"""The section ``radpipe.ibsi`` of a parameter file, read."""

from radpipe.features.ibsi.params import IbsiParams
from radpipe.features.params_file import parse_params


def ibsi(**section: object) -> IbsiParams:
    params = parse_params({"radpipe": {"definition": "ibsi", "ibsi": section}})
    assert params.ibsi is not None
    return params.ibsi
