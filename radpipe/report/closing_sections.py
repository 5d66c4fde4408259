"""What a report ends with: safeguards, limits, methods, and how it was made."""

from radpipe.report.blocks import Block, Listing, Paragraph, Section, Table, plain
from radpipe.survival.procedure.results import SurvivalAnalysis

__all__ = ["files_section", "limits_section", "methods_section", "safeguards_section"]


def safeguards_section(analysis: SurvivalAnalysis) -> Section:
    """Tell the self-test and all warnings.

    Parameters
    ----------
    analysis
        What was analysed.
    """
    test = analysis.permutation
    if test is None:
        sentence = (
            "The self-test with permuted outcomes was switched off: nothing shows that noise would give 0.5 here."
        )
    else:
        sentence = (
            f"Self-test: the whole procedure of the model “{test.model}” was run on {len(test.c_indices)} permuted "
            f"outcomes, where there is nothing to find. Its C-index was {test.mean:.3f} on average (standard error "
            f"{test.standard_error:.3f}); 0.500 is honest. "
            + ("Passed." if test.passed else "FAILED: do not believe the C-indices on this page.")
        )
    blocks: list[Block] = [Paragraph(sentence, strong=test is not None and not test.passed)]
    if analysis.warnings:
        blocks.append(Listing(analysis.warnings, title="Warnings"))
    else:
        blocks.append(Paragraph("No further warnings."))
    return Section("safeguards", "Safeguards and warnings", tuple(blocks))


def limits_section(analysis: SurvivalAnalysis) -> Section:
    """Tell what these data cannot show.

    Parameters
    ----------
    analysis
        What was analysed.
    """
    return Section("limits", "What these data cannot show", (Listing(analysis.limits),))


def methods_section(analysis: SurvivalAnalysis) -> Section:
    """Tell the methods with their references.

    Parameters
    ----------
    analysis
        What was analysed.
    """
    blocks: tuple[Block, ...] = tuple(Paragraph(text) for text in analysis.methods)
    blocks += (Listing(analysis.references, title="References", numbered=True),)
    return Section("methods", "Methods", blocks)


def files_section(analysis: SurvivalAnalysis) -> Section:
    """Tell what made this page, and what lies beside it.

    Parameters
    ----------
    analysis
        What was analysed.
    """
    settings = (("seed", str(analysis.seed)), *((plain(name), str(value)) for name, value in analysis.settings.items()))
    made = tuple((str(name), str(value)) for name, value in analysis.versions.items())
    beside = (
        "analysis.csv: one row per patient; codebook.csv tells every column of every table",
        "models.csv, comparisons.csv, coefficients.csv, screening.csv, risk_scores.csv, flow.csv: this page's numbers",
        "out_of_fold.csv, decision_curve.csv, kaplan_meier.csv, groups.csv, self_test.csv: what they are computed from",
        "baseline.csv: survival at terms of 0, for a patient's risk by hand (codebook.csv tells how)",
        "refit.R: Rscript refit.R fits the final Cox models again with R and compares the coefficients",
        "figures: every figure as SVG and PNG",
    )
    blocks = (
        Table("Settings", ("Setting", "Value"), settings, (0, 1)),
        Table("Versions", ("Program", "Version"), made, (0, 1)),
        Listing(beside, title="Beside this page"),
    )
    return Section("made", "How this page was made", blocks)
