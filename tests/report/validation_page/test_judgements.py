"""What judges a model, and what a model cannot be judged by."""

from dataclasses import replace

from radpipe.report.validation_page import write_validation


def test_a_model_without_baseline_and_groups_says_so(found, tmp_path):
    bare = replace(found, horizons=(), group=None, case_mix=found.case_mix.iloc[:0])
    page = write_validation(bare, "overall_survival", tmp_path / "out").read_text(encoding="utf-8")
    assert "no absolute risks" in page
    assert "no risk groups of its own" in page
    assert "was not published with it" in page
