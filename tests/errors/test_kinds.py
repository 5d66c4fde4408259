"""Errors survive pickling."""

import pickle

import pytest

from radpipe.errors import (
    AccountsError,
    NothingUsableError,
    ParameterError,
    RadpipeError,
    StorageError,
    UsageError,
)


def test_a_parameter_error_lists_all_faults_and_pickles() -> None:
    error = ParameterError("ct.yaml", ["setting.binWith is unknown", "imageType.Foo is unknown"])
    assert str(error).count("E_PARAMETER  ct.yaml: ") == 2
    assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301


@pytest.mark.parametrize(
    ("kind", "exit_code"),
    [(RadpipeError, 1), (UsageError, 2), (NothingUsableError, 3), (StorageError, 4), (AccountsError, 70)],
)
def test_each_kind_has_its_exit_code(kind: type[RadpipeError], exit_code: int) -> None:
    assert kind("x").exit_code == exit_code
    assert issubclass(kind, RadpipeError)
