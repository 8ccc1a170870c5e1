"""Postings to twenty newsgroups: in which group, in which part of the net, and whether it answers another one. Real data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from playground.basics.cards import Card
from playground.basics.random_streams import stream
from playground.basics.words import N_
from playground.suites.base import Data, Probe, Task, examples_knob, split_rows, whole
from playground.suites.fetched import Fetched

GROUPS = (
    "alt.atheism",
    "comp.graphics",
    "comp.os.ms-windows.misc",
    "comp.sys.ibm.pc.hardware",
    "comp.sys.mac.hardware",
    "comp.windows.x",
    "misc.forsale",
    "rec.autos",
    "rec.motorcycles",
    "rec.sport.baseball",
    "rec.sport.hockey",
    "sci.crypt",
    "sci.electronics",
    "sci.med",
    "sci.space",
    "soc.religion.christian",
    "talk.politics.guns",
    "talk.politics.mideast",
    "talk.politics.misc",
    "talk.religion.misc",
)
"""The groups in the order of their labels."""

AREAS = tuple(dict.fromkeys(group.partition(".")[0] for group in GROUPS))
"""The first parts of their names: alt, comp, misc, rec, sci, soc, talk."""

AREA_OF = np.array([AREAS.index(group.partition(".")[0]) for group in GROUPS])
"""[20] the area of each group."""

FEATURES = 1024
"""Places into which words are hashed: a word's place is the same for every text, so nothing is learned from the test split."""

MOST_COUNT = 255
"""A word that a posting holds more often counts so often."""

HELD_OUT = 2000
"""Postings in each of validation and test, at most."""

SHOWN = 400
"""Test postings of which the page draws the tables of predicted against true classes."""


def word_counts(texts: Sequence[str]) -> np.ndarray:
    """[N, FEATURES] uint8: how often the words of each text fall into each place, without the commonest English words."""
    from sklearn.feature_extraction.text import HashingVectorizer

    hashing = HashingVectorizer(n_features=FEATURES, alternate_sign=False, norm=None, stop_words="english")
    return np.minimum(hashing.transform(texts).toarray(), MOST_COUNT).astype(np.uint8)


def answers_another(posting: str) -> bool:
    """Whether the subject in the head of a posting begins with "Re:", as newsreaders write it over an answer."""
    head = posting.partition("\n\n")[0]
    subjects = [line.partition(":")[2].strip() for line in head.splitlines() if line.lower().startswith("subject:")]
    return bool(subjects) and subjects[0].lower().startswith("re:")


def weighted(counts: np.ndarray, train: np.ndarray) -> np.ndarray:
    """[N, FEATURES] float32 TF-IDF of `counts`: (1 + log count) · (1 + log((1 + n) / (1 + n_word))), at length √FEATURES.

    n is the number of rows in `train`, n_word that of those in which the place is not empty. At that length an entry is of
    size 1 on average, as the inputs of other suites are.
    """
    present = (counts[train] > 0).sum(0)
    idf = 1 + np.log((1 + len(train)) / (1 + present))
    values = np.where(counts > 0, 1 + np.log(np.maximum(counts, 1), dtype=np.float64), 0) * idf
    lengths = np.linalg.norm(values, axis=1, keepdims=True)
    return (np.sqrt(FEATURES) * values / np.maximum(lengths, 1e-9)).astype(np.float32)


@dataclass(frozen=True)
class Newsgroups(Fetched):
    """18,846 postings as weighted word counts; three tasks, whose labels stand in the postings themselves.

    Heads, signatures and quotations are taken away before words are counted, since they give the group away; empty
    postings that this leaves are dropped. The seed draws which postings are trained on, chosen by and tested on.

    Source: Lang, ICML 1995, as `sklearn.datasets.fetch_20newsgroups` has it.
    """

    key = "newsgroups"
    real = True
    fresh = False
    shares = (0.6, HELD_OUT / 18_846, HELD_OUT / 18_846)
    defaults = {"steps": 300, "batch": 64, "rate": 0.001}
    card = Card(
        title=N_("Newsgroups"),
        idea=N_(
            "Tell from the words of a posting in which of twenty groups it stood, in which area, and if it answers another one."
        ),
        paper="Lang, ICML 1995",
        link="https://doi.org/10.1016/B978-1-55860-377-6.50048-7",
        fails=N_("A bag of words knows no order: whether a posting is an answer shows in its tone more than in its words."),
        notes=N_(
            "Words are hashed into 1,024 places and weighted by how rare they are among the training postings (TF-IDF). "
            "Heads, signatures and quotations are left out. Has to be downloaded once."
        ),
    )

    examples: int = examples_knob(2000, N_("How many postings there are to train on."), low=100, high=10_000)

    def tasks(self) -> tuple[Task, ...]:
        return (
            Task("group", N_("Newsgroup"), "classes", classes=GROUPS),
            Task("area", N_("Area"), "classes", classes=AREAS),
            Task("answer", N_("Answer or not"), "binary", classes=(N_("opens a thread"), N_("answers"))),
        )

    def download(self, home: Path) -> dict[str, np.ndarray]:
        """counts [N, FEATURES], group [N] and answer [N] of all postings that have words."""
        from sklearn.datasets import fetch_20newsgroups

        given = {"subset": "all", "shuffle": False, "data_home": str(home), "n_retries": 1}
        # The second call finds what the first one downloaded; both give the postings in one order.
        whole_text = fetch_20newsgroups(**given)
        bare = fetch_20newsgroups(**given, remove=("headers", "footers", "quotes"))
        if tuple(whole_text.target_names) != GROUPS or not np.array_equal(whole_text.target, bare.target):
            raise ValueError("the groups are not those that were expected")
        counts = word_counts(bare.data)
        kept = counts.any(axis=1)
        answer = np.array([answers_another(posting) for posting in whole_text.data])
        return {"counts": counts[kept], "group": bare.target[kept].astype(np.int64), "answer": answer[kept].astype(np.int64)}

    def load(self, seed: int) -> Data:
        found = self.arrays()
        drawn = split_rows(len(found["group"]), stream(seed, "split"))
        kept = [part[:most] for part, most in zip(drawn, (self.examples, HELD_OUT, HELD_OUT), strict=True)]
        # Only rows that are used are weighted; weights of all of them would fill 80 MB a seed.
        rows, ends = np.concatenate(kept), np.cumsum([len(part) for part in kept])
        group = found["group"][rows]
        targets = {"group": group, "area": AREA_OF[group], "answer": found["answer"][rows]}
        postings = whole(weighted(found["counts"][rows], np.arange(ends[0])), targets)
        train, validation, test = (postings.take(chosen) for chosen in np.split(np.arange(len(rows)), ends[:-1]))
        shown = test.take(np.arange(min(SHOWN, len(test))))
        return Data(train, validation, test, Probe(shown.inputs, "rows", targets=shown.targets))
