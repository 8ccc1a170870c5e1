"""What was measured in the papers' settings, as a document: the tables of the recorded races.

``python -m playground.landscape --recorded --out docs/landscape.md`` writes it anew. It is documentation and not part of
the page, so its sentences are English only; the tables are made from the recorded numbers.
"""

from __future__ import annotations

from collections.abc import Mapping

from playground import catalog
from playground.landscape.plan import SETTINGS
from playground.landscape.recorded import Recording, recordings
from playground.landscape.report import numbers, table

HEAD = """\
# Weighting methods in the two valleys

Written by `python -m playground.landscape --recorded --out docs/landscape.md` from the races recorded in
`playground/landscape/recorded/`. Each was run as one batch on one core, in the setting of the paper, by the command named
with it. What the world is stands in `playground/landscape/worlds.py`.

A run *reached the front* if it ended no further than 0.1 from the Pareto set (units of the plane, which is 22 wide); the step
is the first recorded one from which it stayed there. It is *stuck* if it ended further away and moved by less than 0.1 in the
last tenth of the steps, and *moving* otherwise. The Pareto set runs from (−7, −8.43) to (7, −8.43), with (0, −8.36) in
its middle.

Methods that need losses above zero were shown the losses less a bound that they never reach: −21 times its scale for the
first, −21 for the second, as FAMO's paper does. They are {positive}.
FAMO runs with decay 0, all other knobs stand at their defaults. Every step counts as an epoch.
"""

REMARKS: Mapping[str, str] = {
    "paper": """\
Nash-MTL's paper stops at 35,000 of these 50,000 steps: a run whose step is later had not arrived there then.

- **The plain sum** gets stuck from (9, 9), in the ravine near (5, 3.9). From the other four starts it reaches the front, and
  always at the same place, (−5.73, −8.41): where the sum is least the second loss, ten times as loud, has nearly all its way.
- **From every start** the front is reached by Aligned-MTL, ConFIG, FairGrad, FAMO, IMTL-G, MGDA and Nash-MTL. FairGrad with its
  default knob is Nash-MTL, and their rows agree. Nash-MTL is the quickest of all.
- **CAGrad, PCGrad, UPGrad and dual projection** leave the ravine at (9, 9) but creep along x2 ≈ 0 so slowly that
  50,000 steps do not suffice. With 100,000 the first three arrive: PCGrad and UPGrad near (1.7, −8.36) at about step
  69,500, CAGrad at (−5.73, −8.41) at step 75,000
  (`--setting paper --methods cagrad,pcgrad,upgrad --starts 9,9 --steps 100000`).
- **CAGrad and gradient vaccine** end where the plain sum ends. A later paper (ConicGrad, Hassanpour et al. 2025, figure
  1) shows CAGrad at the least sum from all five starts; here it is from four within 50,000 steps, from the fifth later.
- **Methods of losses alone**: random weights, DWA and weights by hand do what the plain sum does. The geometric mean, the sum
  of logarithms, uncertainty weighting and IMTL-L, whose weights all follow one over the loss, get stuck in both ravines; from
  below they end near the ends of the front, at (±6.24, −8.42).
- **Smooth Tchebycheff**, as it stands here by default, on the losses themselves, gets stuck in both ravines too; from below
  it reaches the front, and nearer to its middle. The authors' multi-task code works on logarithms of the losses (a knob of the
  method), and nothing is said about that here.
- **GradNorm** gets stuck from (9, 9) and reaches the front from all other starts.
""",
    "cagrad": """\
This is what CAGrad's paper shows, and here it comes out the same: the plain sum gets stuck in the ravines from both upper
starts; MGDA and PCGrad reach the Pareto set wherever they first meet it; CAGrad goes on along it to the least sum, (0, −8.36),
from all three starts.

- **Aligned-MTL** ends at the least sum from all starts too, from above in a third of CAGrad's steps. From above FAMO and
  GradNorm end near it.
- **Methods of losses alone**, but for FAMO, which sees what its steps do, get stuck in both ravines as the sum does; smooth
  Tchebycheff, on the losses themselves, hardly moves in one of them.
- **Gradient vaccine** leaves the ravines, and is still on its way after 100,000 steps.
- FairGrad is left out: with its default knob it is Nash-MTL, and the steps in the ravines take it long.
""",
}
"""What to read from the table of a setting; whoever records it anew reads it again."""

COMMANDS: Mapping[str, str] = {
    "paper": "python -m playground.landscape --setting paper --record",
    "cagrad": "python -m playground.landscape --setting cagrad --record --methods "
    "aligned,cagrad,config,db_mtl,dualproj,dwa,equal,famo,gls,gradnorm,gradvac,imtl_g,imtl_l,log_loss,mgda,nash,pcgrad,random,"
    "static,stch,uncertainty,upgrad",
}


def document() -> str:
    """The whole document; a test holds the written one equal to it."""
    positive = ", ".join(method.card.title for method in catalog.methods().values() if method.needs_positive)
    return "\n".join([HEAD.format(positive=positive), *(_section(key, recording) for key, recording in recordings().items())])


def _section(key: str, recording: Recording) -> str:
    """One setting: its numbers, its table and what to read from it."""
    plan, seconds = recording.plan, recording.seconds
    cost = f"{seconds:.0f} seconds on one core, {1000 * seconds / plan.steps:.1f} ms a step for all runs together."
    return "\n".join(
        [
            f"## {SETTINGS[key].title}",
            "",
            f"`{COMMANDS[key]}`",
            "",
            f"{numbers(plan)} {cost}",
            "",
            table(plan, recording.track),
            "",
            REMARKS[key],
        ]
    )
