"""Numbers of a survival analysis beside R's: run with R and its package survival installed; prints largest differences.

python tests/benchmarks/survival_against_r.py
"""

import subprocess
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from radpipe.clinical import ClinicalTable, Endpoint
from radpipe.demo.cohort import draw_patients
from radpipe.survival.design.hn1 import HN1_ENDPOINTS
from radpipe.survival.design.patients import join
from radpipe.survival.design.preprocess import Encoded
from radpipe.survival.procedure.analysis import AnalysisPlan, analyse
from radpipe.survival.procedure.competing import competing_risks

R = r"""
library(survival)
d <- read.csv("patients.csv"); out <- list(); add <- function(what, value) out[[what]] <<- value
m <- coxph(Surv(time, event) ~ x1 + x2 + x3 + x4 + x5 + x6, d); z <- cox.zph(m)$table
for (i in 1:6) { add(paste0("coef", i), coef(m)[[i]]); add(paste0("se", i), sqrt(diag(vcov(m)))[[i]])
  add(paste0("zph", i), z[i, 3]) }
add("zph_all", z[7, 3]); m0 <- coxph(Surv(time, event) ~ x1 + x2 + x3 + x4 + x5, d)
add("lrt", anova(m0, m)[2, 4]); add("apparent", concordance(m)$concordance)
k <- summary(survfit(Surv(time, event) ~ 1, d, conf.type = "log-log"), times = c(730.5, 1826.25), extend = TRUE)
add("risk2", 1 - k$surv[1]); add("risk5", 1 - k$surv[2]); add("low2", 1 - k$upper[1]); add("high5", 1 - k$lower[2])
for (v in grep("^f", names(d), value = TRUE)) {
  s <- coxph(as.formula(paste("Surv(time, event) ~", v)), d)
  g <- concordance(as.formula(paste("Surv(time, event) ~", v)), d, reverse = TRUE)
  add(paste0("c_", v), g$concordance); add(paste0("cse_", v), sqrt(g$var)); add(paste0("p_", v),
      pchisq(2 * diff(s$loglik), 1, lower.tail = FALSE)); add(paste0("hr_", v), exp(coef(s)[[1]])) }
a <- summary(survfit(Surv(time, factor(cause)) ~ 1, d), times = 730.5); add("aj1", a$pstate[1, 2])
f <- finegray(Surv(time, factor(cause)) ~ x1 + x6 + id, data = d, etype = "1")
w <- coxph(Surv(fgstart, fgstop, fgstatus) ~ x1 + x6, weight = fgwt, data = f, cluster = id, ties = "breslow")
add("fg1", exp(coef(w)[[1]])); add("fg2", exp(coef(w)[[2]])); add("fgp2", summary(w)$coefficients[2, 6])
write.csv(data.frame(what = names(out), value = sprintf("%.15g", unlist(out))), "r.csv", row.names = FALSE)
cat(R.version.string, "survival", as.character(packageVersion("survival")), "\n")
"""


def cohort() -> tuple[pd.DataFrame, ClinicalTable]:
    """Draw patients with volume, heterogeneity and six features of noise."""
    drawn = draw_patients(110, seed=4, signal="volume+heterogeneity")
    random = np.random.default_rng(4)
    columns = {"original_shape_MeshVolume": [1000 * one.tumour_ml for one in drawn]}
    columns |= {f"original_glcm_n{k}": random.normal(size=110) for k in range(6)}
    ids = [one.patient_id for one in drawn]
    frame = pd.DataFrame({"case_id": ids, "roi": "GTV-1", "status": "ok", "code": "", **columns})
    clinical = pd.DataFrame([one.clinical for one in drawn], index=ids).replace("", np.nan)
    return frame, ClinicalTable(clinical, "demo.csv")


def main() -> None:
    """Analyse, ask R, compare."""
    frame, table = cohort()
    patients = join(frame, table, HN1_ENDPOINTS["overall_survival"], roi="GTV-1")
    plan = AnalysisPlan(repeats=1, bootstraps=0, permutations=0, seeds=0, score_permutations=99)
    found = analyse(patients, plan=plan)
    model = found.model("clinical + volume")
    design = model.design.set_axis([f"x{number}" for number in range(1, 7)], axis=1)
    features = patients.features.to_numpy()
    features = np.where(np.arange(features.shape[1]) == 0, np.log(np.abs(features)), features)
    scaled = (features - features.mean(axis=0)) / features.std(axis=0, ddof=1)
    cause = np.where(found.event, 1, np.where(np.arange(len(found.event)) % 2 == 0, 2, 0))
    names = [f"f{number}" for number in range(scaled.shape[1])]
    data = design.assign(time=found.time_days, event=found.event.astype(int), cause=cause, id=np.arange(len(design)))
    data[names] = scaled
    ours = _ours(found, model, cause, design)
    for name, (_, row) in zip(names, found.screening.iterrows(), strict=True):
        half = (row["c_high"] - row["c_low"]) / 2 / 1.959963984540054
        ours |= {f"c_{name}": row["c_index"], f"cse_{name}": half, f"p_{name}": row["p"]}
        ours |= {f"hr_{name}": row["hazard_ratio"]}
    with tempfile.TemporaryDirectory() as folder:
        data.to_csv(Path(folder) / "patients.csv", index=False)
        print(subprocess.run(["Rscript", "-e", R], cwd=folder, check=True, capture_output=True, text=True).stdout)
        theirs = pd.read_csv(Path(folder) / "r.csv").set_index("what")["value"]
    gaps = pd.Series({name: abs(ours[name] - theirs[name]) / max(abs(theirs[name]), 1e-12) for name in theirs.index})
    print(f"{len(gaps)} numbers; largest relative differences:")
    print(gaps.sort_values(ascending=False).head(10).to_string())


def _ours(found, model, cause: np.ndarray, design: pd.DataFrame) -> dict[str, float]:  # type: ignore[no-untyped-def]
    """Return our numbers under R's names."""
    ours: dict[str, float] = {"apparent": model.apparent_c}
    low = np.log(model.coefficients["hr_low"])
    for number in range(6):
        b = float(model.coefficients["coefficient"].iloc[number])
        ours |= {f"coef{number + 1}": b, f"se{number + 1}": (b - low.iloc[number]) / 1.959963984540054}
        ours |= {f"zph{number + 1}": float(model.hazards_test["p"].iloc[number])}
    ours["zph_all"] = float(model.hazards_test["p"].iloc[6])
    ours["lrt"] = next(one.p for one in found.comparisons if one.test.startswith("likelihood"))
    risk = found.observed_risk.set_index("years")
    ours |= {"risk2": risk.loc[2, "risk"], "risk5": risk.loc[5, "risk"], "low2": risk.loc[2, "low"]}
    ours |= {"high5": risk.loc[5, "high"]}
    endpoint = Endpoint("e", found.patient_ids, cause == 1, found.time_days, cause == 2)
    two = ("x1", "x6")
    terms = Encoded(two, two, ("identity",) * 2, design[list(two)].to_numpy(), np.zeros(2, dtype=bool))
    risks = competing_risks(endpoint, terms, horizons_years=(2.0,))
    sub = risks.subdistribution
    return ours | {
        "aj1": risks.horizons["event"].iloc[0], "fg1": sub["hazard_ratio"].iloc[0], "fg2": sub["hazard_ratio"].iloc[1],
        "fgp2": sub["p"].iloc[1],
    }  # fmt: skip


if __name__ == "__main__":
    main()
