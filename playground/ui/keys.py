"""Names of everything that pages keep in a visitor's session, each written once."""

FRAMED = "framed"
"""Whether the entry of the app ran in this session."""

SCENE = "scene"
"""The `Scene` that the Playground shows."""

DESK = "desk"
"""Under which of these names the page that is open keeps its scene; each page that has one of its own says so."""

STUDY = "study"
"""The `Study` that the Sharing page shows."""

CONTEST = "contest"
"""The `Contest` that the Race page shows."""

STUDIED = "studied"
"""The `Study` whose runs were last drawn."""

BELOW = "below"
"""The lower charts of the Sharing page as they were last drawn, and when."""

SAID = "said"
"""Sentences to show once, on the next run of the page."""

VISITOR = "visitor"
"""An anonymous name of this browser."""

SUBMITTED = "submitted"
"""Numbers of the runs that this session's last Play asked for, by content key."""

SHOWN = "shown"
"""The scene whose runs were last drawn: what stays on the screen until the next Play."""

GHOST = "ghost"
"""The `Ghost` that stands behind what is shown; None once it was let go."""

SCRUB = "scrub"
"""The step that the scrubber stands at."""

LOWER = "lower"
"""The charts below the first screen as they were last drawn, and when."""

BLOCKED = "blocked"
"""Whether this browser could not reach the channel, so that the page asks each second."""

SEEN = "seen"
"""Numbers of the runs that this session's screens showed last, by content key."""

MORE = "more"
"""Whether the picture of what the model does shows more than it must."""

HERO = "shown_large"
"""What a projector shows large."""

LANGUAGE = "language"
"""The language that the visitor chose."""


def field(name: str) -> str:
    """Key of the form's widget for the field `name` of an experiment."""
    return f"field:{name}"


HERE, CAME_FROM = "here", "came_from"
"""The page of this run of the script, and that of the run before."""

BESIDE = "beside"
"""What the address says about the way in which pages are shown."""

ADDRESS = "address"
"""The address as any page wrote it last."""


def written(name: str) -> str:
    """Key of the address that was last written for what is kept under `name`."""
    return f"written:{name}"


def plain(name: str) -> str:
    """Key of what a plain address showed first."""
    return f"plain:{name}"
