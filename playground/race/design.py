"""Which fixed weights a race tries: the points whose plain sums trace the front.

A share of less than `LEAST` teaches a task next to nothing, so no point lies nearer to an edge. Weights sum to the number of
tasks, as those of equal weights do.
"""

from __future__ import annotations

import numpy as np

LEAST = 0.05
"""The least share of the sum that a task has."""


def weights(tasks: int, points: int) -> list[tuple[float, ...]]:
    """[points][tasks] fixed weights, each summing to `tasks`.

    Two tasks: evenly spaced on the line from one task to the other. Three and more: first a point near each corner of the
    simplex, then Halton's points, spread evenly over it (sorted, their gaps are uniform on the simplex).
    """
    if tasks < 2 or points < 1:
        return []
    if tasks == 2:
        first = np.linspace(LEAST, 1 - LEAST, points) if points > 1 else np.array([0.5])
        shares = np.stack([first, 1 - first], 1)
    else:
        # Imported here: the command line should not wait for all of SciPy's statistics before it knows what is asked.
        from scipy.stats import qmc

        corners = np.eye(tasks)[:points]
        inside = qmc.Halton(tasks - 1, scramble=False).random(points + 1)[1 : points - len(corners) + 1]
        ends = np.pad(np.sort(inside, 1), ((0, 0), (1, 1)), constant_values=((0, 0), (0, 1)))
        shares = LEAST + (1 - tasks * LEAST) * np.concatenate([corners, np.diff(ends, axis=1)])
    return [tuple(round(float(weight), 4) for weight in row) for row in tasks * shares]
