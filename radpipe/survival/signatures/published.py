"""Signatures as they were published, and volume beside them."""

from collections.abc import Mapping

from radpipe.survival.signatures.signature import Signature, Term

__all__ = ["SIGNATURES"]

_AERTS_FEATURES = "Energy, compactness, GLRLM gray level non-uniformity, and that of the wavelet image HLH"
_GLN = "original_glrlm_GrayLevelNonUniformity"
_WAVELET_GLN = "wavelet-LHH_glrlm_GrayLevelNonUniformity"
_MATLAB = "MATLAB's HLH is PyRadiomics' LHH: letters follow x, y, z"
_AERTS_GRID: Mapping[str, str | float] = {
    "modality": "CT",
    "measured_spacing_x_mm": 1.0,
    "measured_spacing_y_mm": 1.0,
    "measured_spacing_z_mm": 3.0,
}


def _aerts(
    name: str, title: str, source: str, weights: tuple[float, float, float, float], compactness: str, variant: str,
    requires: Mapping[str, str | float], threshold: float | None = None, notes: tuple[str, ...] = (),
) -> Signature:  # fmt: skip
    return Signature(
        name,
        title,
        source,
        (
            Term("original_firstorder_Energy", weights[0], "sum of squares of HU, voxelArrayShift 0"),
            Term(compactness, weights[1], variant),
            Term(_GLN, weights[2], "not normalised, mean over 13 directions"),
            Term(_WAVELET_GLN, weights[3], f"coif1; {_MATLAB}"),
        ),
        threshold,
        requires,
        notes,
    )


_COLLINEAR = "weights are collinear: signs change between fits, and none may be read alone"
_READING_A = "reading A of the paper, V / (sqrt(pi) A^(2/3)), not dimensionless"
_READING_C = "reading C, 36 pi V^2 / A^3"

SIGNATURES: Mapping[str, Signature] = {
    signature.name: signature
    for signature in (
        _aerts(
            "aerts2014-locked",
            f"Aerts 2014, locked on Lung1: {_AERTS_FEATURES}",
            "Aerts HJWL et al. Nat Commun 2014;5:4006; weights as published by co-authors (repository "
            "mvallieres/radiomics)",
            (2.42e-11, -5.38e-03, -1.47e-04, 9.39e-06),
            "radpipe_shape_CompactnessA",
            _READING_A,
            {"config": "aerts2014", **_AERTS_GRID},
            -0.1191567,
            (_COLLINEAR, "fitted to features of MATLAB code, of which PyRadiomics' are near but not the same"),
        ),
        _aerts(
            "aerts2014-uhn",
            "Aerts 2014 refitted to PyRadiomics features of Lung1",
            "refit by bhklab, University Health Network, Toronto, on Lung1",
            (1.74e-11, -16.5, 4.95e-05, 2.81e-06),
            "original_shape_Compactness1",
            "reading B, V / sqrt(pi A^3), PyRadiomics' Compactness1",
            {"modality": "CT"},
            notes=(_COLLINEAR, "how the images were resampled was not published with the weights"),
        ),
        _aerts(
            "aerts2014-radcure",
            "Aerts 2014 refitted to PyRadiomics features of RADCURE",
            "refit by bhklab, University Health Network, Toronto, on RADCURE",
            (2.2237e-11, -12.599, 1.132e-4, -9.845e-06),
            "original_shape_Compactness1",
            "reading B, V / sqrt(pi A^3), PyRadiomics' Compactness1",
            {"modality": "CT"},
            notes=(_COLLINEAR, "how the images were resampled was not published with the weights"),
        ),
        Signature(
            "volume",
            "tumour volume alone, the rival that any signature has to beat",
            "refit by bhklab, University Health Network, Toronto",
            (Term("original_shape_MeshVolume", 7.27e-06, "mm3"),),
        ),
    )
}
"""Name -> built-in signature.

>>> len(SIGNATURES["aerts2014-locked"].terms)
4
"""
