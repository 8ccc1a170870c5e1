"""Twenty public tables with what is to be learned from them, out of packages among the development requirements."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from sklearn import datasets

from playground.uploads.brought import Told, told
from playground.uploads.kept import storage
from playground.uploads.reading.reader import read_bytes
from tests.uploads.corpus import _folder


@dataclass(frozen=True)
class Source:
    """A table.

    file: in statsmodels; "sklearn:NAME" for one of scikit-learn's, "vega:FILE" for one of vega_datasets.
    targets: columns to learn, with commas. out: columns that would tell a target. group: rows that agree here stay together.
    tuned: whether defaults were chosen by it; the others are only reported.
    """

    name: str
    file: str
    targets: str
    out: str = ""
    group: str = ""
    tuned: bool = False

    def bytes(self) -> bytes:
        """A CSV file."""
        package, _colon, name = self.file.rpartition(":")
        if package == "sklearn":
            return bytes(getattr(datasets, f"load_{name}")(as_frame=True).frame.to_csv(index=False).encode())
        if package == "vega":
            path = _folder("vega_datasets") / "_data" / name
            if path.suffix == ".csv":
                return path.read_bytes()
            return bytes(pd.DataFrame(json.loads(path.read_text(encoding="utf-8"))).to_csv(index=False).encode())
        return Path(_folder("statsmodels") / name).read_bytes()

    def lent(self) -> tuple[str, dict[str, int], int]:
        """Its key, the budget that suits it, and its rows."""
        sheet = read_bytes(self.bytes(), f"{self.name}.csv")
        columns = [f"{column}=out" for column in self.out.split(",") if column]
        table = told(sheet, Told(self.targets, "", self.group, {"column": columns}))[0].table
        return storage.lend(table), table.budget(), len(table)


RESULTS = {
    "autos": "gam/tests/results/autos.csv",
    "birthwt": "genmod/tests/results/stata_lbw_glm.csv",
    "epil": "genmod/tests/results/epil.csv",
    "dietox": "regression/tests/results/dietox.csv",
    "mvreg": "multivariate/tests/results/mvreg.csv",
    "cataneo2": "treatment/tests/results/cataneo2.csv",
    "framing": "stats/tests/results/framing.csv",
    "apply": "miscmodels/tests/results/ologit_ucla.csv",
    "racd10": "sandbox/regression/tests/racd10data_with_transformed.csv",
    "medpar": "genmod/tests/results/stata_medpar1_glm.csv",
}

SOURCES = (
    Source("anes96", "datasets/anes96/anes96.csv", "vote,PID,selfLR", tuned=True),
    Source("fair_pt", "datasets/fair/fair_pt.csv", "rate_marriage,naffairs", tuned=True),
    Source("autos", RESULTS["autos"], "price,city_mpg,fuel", "hw_mpg", tuned=True),
    Source("birthwt", RESULTS["birthwt"], "bwt,ftv", "low", tuned=True),
    Source("epil", RESULTS["epil"], "y,trt", group="subject", out="lbase", tuned=True),
    Source("dietox", RESULTS["dietox"], "Weight,Evit", group="Pig", out="Litter", tuned=True),
    Source("mvreg", RESULTS["mvreg"], "locus_of_control,self_concept,prog", tuned=True),
    Source("cataneo2", RESULTS["cataneo2"], "bweight,mbsmoke,prenatal1", "lbweight,msmoke", tuned=True),
    Source("modechoice", "datasets/modechoice/modechoice.csv", "choice,hinc", group="individual", tuned=True),
    Source("wine", "sklearn:wine", "target,alcohol,proline", tuned=True),
    Source("fair", "datasets/fair/fair.csv", "rate_marriage,affairs,religious"),
    Source("grunfeld", "datasets/grunfeld/grunfeld.csv", "invest,firm"),
    Source("macrodata", "datasets/macrodata/macrodata.csv", "unemp,infl", "realint"),
    Source("star98", "datasets/star98/star98.csv", "PR50M,LOWINC", "MATHTOT"),
    Source("framing", RESULTS["framing"], "anx,immigr,english", "emo"),
    Source("apply", RESULTS["apply"], "apply,gpa"),
    Source("racd10", RESULTS["racd10"], "insured,totchr,income"),
    Source("randhie", "datasets/randhie/randhie.csv", "mdvis,hlthg"),
    Source("breast_cancer", "sklearn:breast_cancer", "target,mean smoothness"),
    Source("diabetes", "sklearn:diabetes", "target,bp,sex"),
    Source("seattle", "vega:seattle-weather.csv", "weather,wind,precipitation"),
    Source("cars", "vega:cars.json", "Miles_per_Gallon,Origin,Acceleration"),
)
