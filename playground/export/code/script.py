"""The script of an export: what the templates are told, and their pieces put together."""

from __future__ import annotations

import math
import re
from itertools import groupby
from typing import Any

from playground import catalog
from playground.basics.random_streams import stream
from playground.basics.words import _
from playground.experiment import Experiment
from playground.export.code.choice import Export, asked
from playground.export.code.templates import LAYERS, Piece, piece, render, told_in
from playground.export.code.text import WIDTH, docstring, mark, unmarked, wrapped
from playground.measures import measure
from playground.sharing.blocks import summary_size
from playground.suites.base import Task
from playground.training.fleet.batches import RowSource
from playground.training.fleet.labels import WEIGHED
from playground.training.loop import VIEWS, WARM_UP

NAMES = {"pytorch": "PyTorch", "tensorflow": "TensorFlow"}


def script(export: Export, rows: RowSource) -> str:
    """The text of the script, or of the notebook's cells; rows: where the run draws its batches from.

    Raises Invalid where the experiment has no export.
    """
    return unmarked(marked(export, rows))


def marked(export: Export, rows: RowSource) -> str:
    """The script with the marks of its templates; see `playground.export.code.explained`."""
    export.check()
    layers, experiment = LAYERS[export.framework], export.experiment
    values = facts(export)
    if draws_apart(export, rows):
        words = _(
            "Dropout leaves out other features than in the run, as tasks draw batches of their own there: losses agree on "
            "average, not step by step."
        )
        values["about"] += "\n" + "\n".join(wrapped(words))
    values |= _scoring(export)
    method = render(catalog.methods()[experiment.weighting.name], "numpy", values | {"knobs": experiment.weighting.knobs})
    values |= _kinds(experiment, layers, values)
    values["about"] = "\n".join([values["about"], *values["sources"]])
    backbone = render(type(experiment.the_backbone), layers, values | {"knobs": vars(experiment.the_backbone)})
    values |= {"block": backbone.said.get("block", "block"), "plain_blocks": backbone.said.get("plain_blocks", False)}
    strategy = render(type(experiment.the_strategy), layers, values | {"knobs": experiment.sharing.knobs})
    values |= _training(export, rows, method, strategy)
    values |= {
        "method": _marked_rule(method.text),
        "backbone": backbone.text,
        "strategy": strategy.text,
    }
    texts = (
        backbone.text,
        strategy.text,
        *values["kinds_code"],
        *values["answers_code"],
        *(line for line, _ in values["losses"]),
    )
    values["functional"] = any(re.search(r"\bF\.", text) for text in texts)
    values["maths"] = any("math." in text for text in texts)
    return tidy(piece(f"{layers}.py.j2", values).text)


def _marked_rule(text: str) -> str:
    """A weighting method, its functions marked as what the chart of the weights shows."""
    return re.sub(r"^(def (?:weigh|after_step)\(.*)$", rf"\1{mark('weights')}", text, flags=re.MULTILINE)


def facts(export: Export) -> dict[str, Any]:
    """What pieces are told of data and network: names, shapes, numbers."""
    experiment, shape = export.experiment, export.data.train.inputs.shape[1:]
    sizes, tokens = experiment.the_backbone.sizes(shape), experiment.the_suite.vocabulary
    last, kinds = sizes[-1], [catalog.kinds()[task.kind]() for task in experiment.the_tasks]
    widths = [kind.width(task) for kind, task in zip(kinds, experiment.the_tasks, strict=True)]
    draws = stream(export.seed, "weighting", experiment.weighting.name).bit_generator.seed_seq.entropy  # type: ignore[attr-defined]
    return {
        "notebook": export.notebook,
        "title": title(export),
        "about": about(export),
        "tasks": list(experiment.tasks),
        "shape": list(shape),
        "inputs": math.prod(shape),
        "units": [size[0] if len(size) == 3 else size[-1] for size in sizes[1:]],
        "pictures": len(shape) == 3,
        "tokens": tokens,
        "grid": len(last) == 3,
        "sequence": len(last) == 2,
        "linear": len(last) != 3,
        "stride": 2 if min(shape[1:], default=0) >= 16 else 1,
        "last": list(last),
        "flat": math.prod(last),
        "reads": [summary_size(size, 0 if level else tokens) for level, size in enumerate(sizes[:-1])],
        "levels": [level for level, size in enumerate(sizes[1:]) if size == last],
        "bits": math.ceil(math.log2(experiment.sharing.knobs.get("experts", 2) or 1)),
        "widths": widths,
        "answers": sum(widths),
        "tagged": [task.kind == "tags" for task in experiment.the_tasks],
        "dropout": experiment.backbone.knobs.get("dropout", 0),
        "weight_decay": experiment.weight_decay,
        "by_level": experiment.sharing.name == "ple",
        "factors": [0.5 if kind.family == "regression" else 1.0 for kind in kinds],
        "signs": [1 if measure(task).higher_is_better else -1 for task in experiment.the_tasks],
        "chance": int(draws),
    }


def _scoring(export: Export) -> dict[str, Any]:
    """What else losses and metrics have to know: units, weights of classes, metrics that were chosen."""
    tasks, balanced = export.experiment.the_tasks, export.experiment.class_weights == "balanced"
    return {
        "natural": any(task.natural for task in tasks),
        "weighed": [number for number, task in enumerate(tasks) if balanced and task.kind in WEIGHED],
        "chosen": sorted({task.kind for task in tasks if asked(task)}),
        "by_loss": export.experiment.checkpoint == "loss",
    }


def _metrics(experiment: Experiment, of_kinds: dict[str, Piece]) -> dict[str, Any]:
    """For each task the expression that scores it, the code of those, and what that imports."""
    found, code, wanted = [], dict[str, str](), dict[str, set[str]]()
    for task in experiment.the_tasks:
        own = of_kinds[task.kind]
        said = piece(f"metrics/{asked(task)}.j2", {}) if asked(task) else own
        metric = said.said["metric"].replace("CHANCES", own.said.get("chances", ""))
        if uses := said.said.get("uses"):
            code[uses] = piece(f"metrics/{uses}.j2", {}).text
        if asked(task):
            code[asked(task)] = said.text
            names = [*said.said.get("imports", ()), *(own.said.get("imports", ()) if "CHANCES" in said.said["metric"] else ())]
            for module, name in map(str.split, names):
                wanted.setdefault(module, set()).add(name)
        scaled = task.natural and said.said.get("in_unit", False)
        found.append(f"DEVIATIONS[TASK] * {metric}" if scaled else metric)
    lines = [f"from {module} import {', '.join(sorted(names))}" for module, names in sorted(wanted.items())]
    return {
        "metrics": together("scores", found, "predicted", "true"),
        "imports": lines,
        "metrics_code": [text for text in code.values() if text],
    }


def _kinds(experiment: Experiment, layers: str, values: dict[str, Any]) -> dict[str, Any]:
    """Losses, metrics and heads of the tasks, and the code of those, each once."""
    pieces: dict[str, tuple[Piece, ...]] = {}
    answers = dict[str, str]()
    heads = []
    for number, task in enumerate(experiment.the_tasks):
        kind = catalog.kinds()[task.kind]
        told = [render(kind, suffix, values | {"settings": task.settings}) for suffix in told_in(kind, layers)]
        pieces.setdefault(task.kind, tuple(told))
        own, width = told[0].said.get("head"), values["widths"][number]
        if name := told[0].said.get("answer"):
            answers[name] = piece(f"{name}.j2", values).text
        if own is None or "LAYER" in own:
            head = _head(experiment, task, number, values, answers, layers, 1 if own else width)
            own = own.replace("LAYER", head) if own else head
        heads.append(own.replace("WIDTH", str(width)))
    scored = _metrics(experiment, {kind: some[-1] for kind, some in pieces.items()})
    return scored | {
        "sources": list(dict.fromkeys(line for task in experiment.the_tasks for line in _source(task, pieces[task.kind][0]))),
        "written": any(some[0].said.get("written", False) for some in pieces.values()),
        "kinds_code": [one.text for some in pieces.values() for one in some if one.text] + scored["metrics_code"],
        "losses": together("rows", [pieces[task.kind][0].said["loss"] for task in experiment.the_tasks], "outputs", "targets"),
        "answers_code": list(answers.values()),
        "heads": heads,
    }


def _source(task: Task, kind: Piece) -> list[str]:
    """Where a head or its loss is from, for the head of the script; [] of what every textbook has."""
    source = kind.said.get("source", "")
    return (
        wrapped(_("{part}: {title}. {source}").format(part=_("Task"), title=docstring(_(task.title)), source=source))
        if source
        else []
    )


def together(name: str, each: list[str], output: str, target: str) -> list[tuple[str, list[str]]]:
    """Lines that put an expression for each task into a list of this name, and the topics of each line.

    Neighbours with one expression share a line, as far as it is not too long. each: with OUTPUT, TARGET and TASK for those.
    """

    def of(number: object, text: str) -> str:
        text = text.replace("OUTPUT", f"{output}[TASK]").replace("TARGET", f"{target}[TASK]")
        return text.replace("TASK", str(number))

    runs = [[number for number, _text in some] for _text, some in groupby(enumerate(each), key=lambda pair: pair[1])]
    found = []
    for place, run in enumerate(runs):
        over = f"range({run[0]}, {run[-1] + 1})" if run[0] else f"range({run[-1] + 1})"
        inside = of(run[0], each[run[0]]) if len(run) == 1 else f"{of('n', each[run[0]])} for n in {over}"
        found.append((f"{name} {'+=' if place else '='} [{inside}]", [f"task{number}" for number in run]))
    if len(runs) < len(each) and all(len(line) <= WIDTH - 4 for line, _topics in found):
        return found
    alone = [(f"    {of(number, text)},", [f"task{number}"]) for number, text in enumerate(each)]
    return [(f"{name} = [", []), *alone, ("]", [])]


def _head(
    experiment: Experiment, task: Task, number: int, values: dict[str, Any], answers: dict[str, str], layers: str, width: int
) -> str:
    """A layer with `width` numbers for one task as an expression; a class that it needs is put into `answers`."""
    units = values["units"][-1]
    linear = f"nn.Linear({units}, {width})" if layers == "torch" else f"layers.Dense({width})"
    if experiment.sharing.name == "prompt":
        return f"Share({sum(values['widths'][:number])}, {width})"
    if task.kind == "tags" or not (values["grid"] or values["sequence"]):
        return linear
    name = "picture_answer" if values["grid"] else "sequence_answer"
    found = piece(f"{name}.j2" if layers == "torch" else f"{name}.keras.j2", values)
    answers[name] = found.text
    return f"{found.first}({units}, {width})" if layers == "torch" else f"{found.first}({width})"


def _training(export: Export, rows: RowSource, method: Piece, strategy: Piece) -> dict[str, Any]:
    """What the loop has to know."""
    experiment = export.experiment
    apart = experiment.the_strategy.apart(experiment.the_backbone)
    entry = catalog.methods()[experiment.weighting.name]
    return {
        "steps": experiment.steps,
        "batch": experiment.batch,
        "rate": experiment.rate,
        "examples": export.data.epoch or len(export.data.train),
        "best": experiment.checkpoint != "last",
        "patience": experiment.patience if experiment.checkpoint != "last" else 0,
        "together": not apart,
        "look": max(1, experiment.steps // VIEWS),
        "cosine": experiment.decay == "cosine",
        "warm": max(1, round(WARM_UP * experiment.steps)),
        "turns": not bool(rows.active.all()),
        "gaps": rows.gaps,
        "ragged": ragged(rows),
        "gramian": entry.signal == "gramian",
        "positive": entry.needs_positive,
        "after": entry.sees_after,
        "uses_epoch": method.said.get("epoch", False),
        "uses_rate": method.said.get("rate", False),
        "least": method.said.get("least", False),
        "root": method.said.get("root", False),
        "penalty": strategy.said.get("penalty", False),
        "resting": strategy.said.get("resting", False),
        "alone": strategy.said.get("alone", 0.0),
        # A step moves only some weights, each of which counts its own steps.
        "apart": bool(strategy.said.get("resting", False)) or not bool(rows.active.all()),
        "functional_call": strategy.said.get("functional_call", False),
    }


def draws_apart(export: Export, rows: RowSource) -> bool:
    """Whether dropout draws otherwise than in the run: there a task's own blocks see the rows of its own batch alone."""
    experiment = export.experiment
    depth = {"separate": 0, "hard": experiment.sharing.knobs.get("depth", 0)}.get(experiment.sharing.name)
    own = depth is not None and depth < experiment.the_backbone.length
    return own and experiment.backbone.knobs.get("dropout", 0) > 0 and any(len(pools) > 1 for pools in rows._pools.values())


def ragged(rows: RowSource) -> bool:
    """Whether some steps see fewer rows than others."""
    return len({sum(pool.size for pool in pools) for pools in rows._pools.values()}) > 1


def title(export: Export) -> str:
    """One line that says what the script is."""
    experiment = export.experiment
    return _("{sharing} with {weighting} on {suite}, in {framework}.").format(
        sharing=_(experiment.the_strategy.card.title),
        weighting=_(catalog.methods()[experiment.weighting.name].card.title),
        suite=_(type(experiment.the_suite).card.title),
        framework=NAMES[export.framework],
    )


def about(export: Export) -> str:
    """The head of the script: its parts, each with its paper, and what it needs."""
    experiment = export.experiment
    parts = {
        _("Data"): type(experiment.the_suite).card,
        _("Network"): type(experiment.the_backbone).card,
        _("Sharing"): experiment.the_strategy.card,
        _("Weighting"): catalog.methods()[experiment.weighting.name].card,
    } | ({} if experiment.schedule.name == "joint" else {_("Schedule"): experiment.the_schedule.card})
    lines = []
    for name, card in parts.items():
        source = " ".join(part for part in (f"{card.paper}." if card.paper else "", card.link) if part)
        said = _("{part}: {title}. {source}").format(part=name, title=_(card.title), source=source)
        lines += wrapped(said.strip())
    adam = _("Optimizer: Adam. Kingma & Ba, ICLR 2015. https://arxiv.org/abs/1412.6980")
    if experiment.weight_decay:
        adam = _("Optimizer: AdamW. Loshchilov & Hutter, ICLR 2019. https://arxiv.org/abs/1711.05101")
    files = _("It reads data.npz and start.npz, repeats the run with seed {seed}, and ends with its scores on test.")
    return "\n".join([*lines, adam, *wrapped(files.format(seed=export.seed))]).replace("\\", "/").replace('"""', "'''")


def tidy(text: str) -> str:
    """Two empty lines around functions and classes, as formatters want them, and none at the end."""
    text = re.sub(r"\n{2,}(?=@\w|def |class )|\n{4,}", "\n\n\n", text)
    text = re.sub(r"[ \t]+\n", "\n", text)
    return text.strip() + "\n"
