"""Every weighting method once more: plain numpy in float64, one run at a time, written from the papers' formulas.

Nothing here knows the solvers of `playground.weighting`, and wherever there are two ways the other one is taken: gradients
themselves instead of their Gramian, singular values instead of eigenvalues, scipy's nonnegative least squares instead of
pivoting, general minimisers instead of damped Newton steps. It is slow and says little about bad cases; it is here to be
right.

A method is made once for a training, gives `weigh(gradients, losses, epoch)` weights [T] in every step for gradients [T, P]
and losses [T], and is told the losses after the step by `after(losses)`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import brentq, minimize, nnls, root

FLAT = 1e-3
"""Unit gradients of float32 span a direction if its singular value is above this part of √T: closer ones are parallel."""


@dataclass
class Start:
    """What a method may know at its start: the families of the T tasks, the model's rate and a source of chance."""

    families: tuple[str, ...]
    rate: float
    chance: np.random.Generator


class Method:
    """A method without memory; others override `begin` and `after`."""

    def __init__(self, start: Start, **knobs: Any):
        self.start, self.tasks = start, len(start.families)
        self.knobs = knobs
        self.begin()

    def begin(self) -> None:
        """Make what is remembered from step to step."""

    def weigh(self, gradients: np.ndarray, losses: np.ndarray, epoch: int) -> np.ndarray:
        """[T] the weights of this step."""
        raise NotImplementedError

    def after(self, losses: np.ndarray) -> None:
        """See the losses [T] after the step."""


class Adam:
    """Kingma and Ba's algorithm 1 with its constants, for a vector."""

    def __init__(self, rate: float):
        self.rate, self.t = rate, 0
        self.m = self.v = np.zeros(())

    def __call__(self, x: np.ndarray, gradient: np.ndarray) -> np.ndarray:
        self.t += 1
        self.m = 0.9 * self.m + 0.1 * gradient
        self.v = 0.999 * self.v + 0.001 * gradient**2
        return x - self.rate * (self.m / (1 - 0.9**self.t)) / (np.sqrt(self.v / (1 - 0.999**self.t)) + 1e-8)


def softmax(x: np.ndarray) -> np.ndarray:
    powers = np.exp(x - x.max())
    return powers / powers.sum()


# --- methods that see losses ------------------------------------------------------------------------------------------------


class Equal(Method):
    def weigh(self, gradients, losses, epoch):
        return np.ones(self.tasks)


class Static(Method):
    def weigh(self, gradients, losses, epoch):
        return np.array(self.knobs.get("weights") or [1.0] * self.tasks)


class Random(Method):
    def weigh(self, gradients, losses, epoch):
        drawn = self.start.chance.standard_normal(self.tasks, dtype=np.float32).astype(float)
        return self.tasks * softmax(drawn)


class Uncertainty(Method):
    """Gaussian likelihood of a regression, L / 2σ² + log σ; scaled softmax of a classification, L / σ² + log σ; s = log σ²."""

    def begin(self):
        self.factor = np.array([{"regression": 0.5, "classification": 1.0}[family] for family in self.start.families])
        self.s, self.adam = np.zeros(self.tasks), Adam(self.start.rate)

    def weigh(self, gradients, losses, epoch):
        weights = self.factor / np.exp(self.s)
        self.s = np.clip(self.adam(self.s, 0.5 - self.factor * losses / np.exp(self.s)), -20, 20)
        return weights


class IMTLL(Method):
    """min Σ e^s L − s."""

    def begin(self):
        self.s, self.adam = np.zeros(self.tasks), Adam(self.start.rate)

    def weigh(self, gradients, losses, epoch):
        weights = np.exp(self.s)
        self.s = np.clip(self.adam(self.s, np.exp(self.s) * losses - 1), -20, 20)
        return weights


class DWA(Method):
    """Mean losses of the epochs that are over; the last two decide."""

    def begin(self):
        self.seen: dict[int, list[np.ndarray]] = {}

    def weigh(self, gradients, losses, epoch):
        self.seen.setdefault(epoch, []).append(losses)
        over = [np.mean(self.seen[one], axis=0) for one in sorted(self.seen) if one < epoch]
        if len(over) < 2:
            return np.ones(self.tasks)
        return self.tasks * softmax(over[-1] / over[-2] / self.knobs.get("temperature", 2.0))


class GLS(Method):
    """∂ (Π L)^{1/T} / ∂L_i."""

    def weigh(self, gradients, losses, epoch):
        return np.exp(np.log(losses).mean()) / self.tasks / losses


class LogLoss(Method):
    def weigh(self, gradients, losses, epoch):
        return 1 / losses


class STCH(Method):
    """T times the gradient of μ log Σ exp(f / μ), f = L / nadir or, on logarithms, log(L / nadir)."""

    def begin(self):
        self.seen: list[np.ndarray] = []

    def weigh(self, gradients, losses, epoch):
        logs, smoothness = self.knobs.get("on", "losses") == "logs", self.knobs.get("smoothness", 1.0)
        if epoch < self.knobs.get("warmup", 2):
            self.seen.append(losses)
            return 1 / losses if logs else np.ones(self.tasks)
        nadir = np.mean(self.seen, axis=0) if self.seen else np.ones(self.tasks)
        if logs:
            return self.tasks * softmax(np.log(losses / nadir) / smoothness) / losses
        return self.tasks * softmax(losses / nadir / smoothness) / nadir


class FAMO(Method):
    """Algorithm 2 of the paper: weights z / L scaled to a sum of one; Adam on the logits with weight decay."""

    def begin(self):
        self.logits, self.adam = np.zeros(self.tasks), Adam(self.knobs.get("rate", 0.025))

    def weigh(self, gradients, losses, epoch):
        self.before = losses
        raw = softmax(self.logits) / losses
        return raw / raw.sum()

    def after(self, losses):
        share = softmax(self.logits)
        jacobian = np.diag(share) - np.outer(share, share)
        delta = np.log(self.before) - np.log(losses)
        self.logits = self.adam(self.logits, jacobian.T @ delta + self.knobs.get("decay", 0.001) * self.logits)


# --- methods that see gradients ---------------------------------------------------------------------------------------------


def lengths(gradients: np.ndarray) -> np.ndarray:
    return np.linalg.norm(gradients, axis=1)


def units(gradients: np.ndarray) -> np.ndarray:
    """Unit gradients [T, P]; a gradient of zero stays zero."""
    found = lengths(gradients)[:, None]
    return np.divide(gradients, found, out=np.zeros_like(gradients), where=found > 0)


def over(values: np.ndarray, gradients: np.ndarray) -> np.ndarray:
    """[T] weights that multiply gradients, of numbers that multiply unit gradients; 0 for a gradient of zero."""
    found = lengths(gradients)
    return np.divide(values, found, out=np.zeros_like(values), where=found > 0)


class GradNorm(Method):
    """Descends Σ |w_i n_i − mean(w n) r_i^α| with the target held fixed, then rescales to Σ w = T."""

    def begin(self):
        self.weights, self.first = np.ones(self.tasks), None

    def weigh(self, gradients, losses, epoch):
        self.first = losses if self.first is None else self.first
        present, sizes = self.weights, lengths(gradients)
        rate_of_training = (losses / self.first) / np.mean(losses / self.first)
        target = np.mean(present * sizes) * rate_of_training ** self.knobs.get("alpha", 1.5)
        moved = present - self.knobs.get("rate", 0.025) * np.sign(present * sizes - target) * sizes
        moved = np.maximum(moved, 1e-3)
        self.weights = self.tasks * moved / moved.sum()
        return present


class MGDA(Method):
    """The shortest d = Σ w g, Σ w = 1, w ≥ 0.

    As ‖Σ y u‖² / (p · y)² with p = 1 / n has no scale in y, it is least where ‖Σ y u‖² + (p · y − 1)² is, up to scale.
    """

    def weigh(self, gradients, losses, epoch):
        sizes, normalize = lengths(gradients), self.knobs.get("normalize", "none")
        if (sizes == 0).any():
            return (sizes == 0) / (sizes == 0).sum()
        if normalize in ("l2", "loss+"):
            sizes = np.ones(self.tasks)
        if normalize in ("loss", "loss+"):
            sizes = sizes / losses
        pull = sizes.min() / sizes
        found, _rest = nnls(np.vstack([units(gradients).T, pull]), np.append(np.zeros(gradients.shape[1]), 1.0))
        return found * pull / (found * pull).sum()


class PCGrad(Method):
    """The algorithm of the paper, on gradients; `mix` keeps what each one is made of."""

    def order(self) -> np.ndarray:
        if self.knobs.get("order", "random") == "given":
            return np.tile(np.arange(self.tasks), (self.tasks, 1))
        return self.start.chance.random((self.tasks, self.tasks), dtype=np.float32).argsort(-1)

    def weigh(self, gradients, losses, epoch):
        mix = np.eye(self.tasks)
        for i, others in enumerate(self.order()):
            changed = gradients[i].copy()
            for j in others:
                product = changed @ gradients[j]
                if j != i and product < 0:
                    part = product / (gradients[j] @ gradients[j])
                    changed -= part * gradients[j]
                    mix[i, j] -= part
        return mix.sum(0)


class GradVac(PCGrad):
    """Equation (6) of the paper, with one remembered cosine a pair."""

    def begin(self):
        self.usual = np.zeros((self.tasks, self.tasks))

    def weigh(self, gradients, losses, epoch):
        mix, sizes, beta = np.eye(self.tasks), lengths(gradients), self.knobs.get("beta", 0.5)
        for i, others in enumerate(self.order()):
            changed = gradients[i].copy()
            for j in others:
                size = np.linalg.norm(changed)
                if j == i or size == 0 or sizes[j] == 0:
                    continue
                cosine, usual = np.clip(changed @ gradients[j] / size / sizes[j], -1, 1), self.usual[i, j]
                if cosine < usual:
                    aim = min(usual, 0.9999)
                    sine, aimed = np.sqrt(1 - cosine**2), np.sqrt(1 - aim**2)
                    part = size * (aim * sine - cosine * aimed) / (sizes[j] * aimed)
                    changed += part * gradients[j]
                    mix[i, j] += part
                self.usual[i, j] = (1 - beta) * usual + beta * cosine
        return mix.sum(0)


class CAGrad(Method):
    """max over ‖d − g₀‖ ≤ c ‖g₀‖ of t = min g_i · d: the greatest t for which the nearest d with g_i · d ≥ t is in the ball.

    The nearest one is a least-distance problem (Lawson and Hanson 1974, chapter 23): nonnegative least squares.
    """

    def weigh(self, gradients, losses, epoch):
        mean, even = gradients.mean(0), np.full(self.tasks, 1 / self.tasks)
        radius = self.knobs.get("c", 0.5) * np.linalg.norm(mean)
        alive = lengths(gradients) > 0
        if radius <= 1e-9 * lengths(gradients).max():
            return even
        sizes, directions = lengths(gradients)[alive], units(gradients)[alive]

        def nearest(gain: float) -> tuple[np.ndarray, float]:
            """What is added, on unit gradients, and its length in radii, for a gain of all tasks."""
            wanted = (gain / sizes - directions @ mean) / radius
            factors, _rest = nnls(np.vstack([directions.T, wanted]), np.append(np.zeros(len(mean)), 1.0))
            left = 1 - wanted @ factors
            return (factors / left, float(np.linalg.norm(directions.T @ factors / left))) if left > 1e-14 else (factors, 1e7)

        low, high = (gradients[alive] @ mean).min(), (gradients[alive] @ mean + radius * sizes).min()
        if not alive.all():
            high = min(high, 0.0)  # a task without a gradient gains nothing
        if low >= high:
            return even
        gain = high if nearest(high)[1] <= 1 else brentq(lambda one: nearest(one)[1] - 1, low, high, xtol=1e-300, rtol=1e-14)
        added = np.zeros(self.tasks)
        added[alive] = radius * nearest(gain)[0]
        return even + over(added, gradients)


class IMTLG(Method):
    """The closed form of the paper, α = g₁ Uᵀ (D Uᵀ)⁻¹; where that inverse is none, the smallest d of equal projections."""

    def weigh(self, gradients, losses, epoch):
        directions = units(gradients)
        if np.linalg.matrix_rank(directions, tol=FLAT * np.sqrt(self.tasks)) == self.tasks:
            apart, turned = gradients[0] - gradients[1:], directions[0] - directions[1:]
            rest = np.linalg.solve((apart @ turned.T).T, turned @ gradients[0])
            return np.append(1 - rest.sum(), rest)
        found = over(equal_parts(gradients), gradients)
        return found / found.sum() if found.any() else found


def equal_parts(gradients: np.ndarray) -> np.ndarray:
    """[T] on unit gradients: the d with the same inner product 1 with all of them, or the nearest to it; else zero."""
    alive = lengths(gradients) > 0
    directions = units(gradients)[alive]
    found = np.zeros(len(gradients))
    if alive.any():
        cut = FLAT * np.sqrt(len(gradients)) / np.linalg.norm(directions, 2)
        direction = np.linalg.pinv(directions, rcond=cut) @ np.ones(alive.sum())
        found[alive] = np.linalg.pinv(directions.T, rcond=cut) @ direction
    return found if found.sum() > 1e-6 else np.zeros(len(gradients))


class ConFIG(Method):
    """d along the pseudoinverse of the unit gradients times 1, as long as the sum of the gradients' parts along it."""

    def weigh(self, gradients, losses, epoch):
        found = equal_parts(gradients)
        direction = units(gradients).T @ found
        if not found.any():
            return found
        way = direction / np.linalg.norm(direction)
        return over(found / np.linalg.norm(direction) * (gradients @ way).sum(), gradients)


class FairGrad(Method):
    """G w = w^{−1/p}, where ½ wᵀ G w − Σ φ(w) is least, φ'(w) = w^{−1/p}; by a general trust-region minimiser.

    In y = w n, n relative to the longest, it is ½ yᵀ C y − Σ n^{1/p − 1} φ(y), and the minimiser works on x = log y.
    """

    def weigh(self, gradients, losses, epoch):
        return self.solved(gradients, self.knobs.get("p", 1.0))

    def solved(self, gradients: np.ndarray, power: float) -> np.ndarray:
        alive, found, rest = lengths(gradients) > 0, np.zeros(self.tasks), 1 - 1 / power
        if not alive.any():
            return found
        longest = lengths(gradients).max()
        sizes, cosines = lengths(gradients)[alive] / longest, units(gradients)[alive] @ units(gradients)[alive].T
        demand = sizes**-rest

        def value(x: np.ndarray) -> float:
            y = np.exp(x)
            return 0.5 * y @ cosines @ y - demand @ (x if rest == 0 else np.exp(rest * x) / rest)

        def slope(x: np.ndarray) -> np.ndarray:
            y = np.exp(x)
            return y * (cosines @ y) - demand * np.exp(rest * x)

        def bend(x: np.ndarray) -> np.ndarray:
            y = np.exp(x)
            return np.outer(y, y) * cosines + np.diag(y * (cosines @ y) - rest * demand * np.exp(rest * x))

        start = power / (power + 1) * np.log(demand)
        nearly = minimize(value, start, method="trust-exact", jac=slope, hess=bend, options={"gtol": 1e-8, "maxiter": 2000}).x
        x = root(slope, nearly, jac=bend, tol=1e-14).x
        assert np.abs(slope(x) / demand / np.exp(rest * x)).max() < 1e-8, "the reference itself found no solution"
        found[alive] = np.exp(x) / sizes * longest ** (-2 * power / (power + 1))
        return found


class Nash(FairGrad):
    """G w = 1 / w, and a step no longer than the bound."""

    def weigh(self, gradients, losses, epoch):
        found, longest = self.solved(gradients, 1.0), self.knobs.get("max_norm", 1.0)
        length = np.linalg.norm(found @ gradients)
        return found * longest / length if 0 < longest < length else found


class Aligned(Method):
    """Gradients U S Vᵀ become σ U Vᵀ, which is σ U S⁻¹ Uᵀ times them; the weights are the columns' sums of that."""

    def weigh(self, gradients, losses, epoch):
        rank = np.linalg.matrix_rank(units(gradients), tol=FLAT * np.sqrt(self.tasks)) if gradients.any() else 0
        if rank == 0:
            return np.ones(self.tasks)
        left, sizes, _right = np.linalg.svd(gradients, full_matrices=False)
        left, sizes = left[:, :rank], sizes[:rank]
        common = {
            "min": sizes[-1],
            "median": np.sort(sizes)[(rank - 1) // 2],
            "rmse": np.sqrt(np.mean(sizes**2)),
        }[self.knobs.get("scale", "min")]
        return common * (left / sizes @ left.T).sum(0)


def nearest_without_harm(wanted: np.ndarray, gradients: np.ndarray) -> np.ndarray:
    """[T] weights to add to `wanted` [P] for the nearest direction along which no loss rises: its residual in a cone."""
    size = np.linalg.norm(wanted)
    if size == 0:
        return np.zeros(len(gradients))
    return over(size * nnls(units(gradients).T, -wanted / size)[0], gradients)


class DualProj(Method):
    def weigh(self, gradients, losses, epoch):
        return 1 / self.tasks + nearest_without_harm(gradients.mean(0), gradients)


class UPGrad(Method):
    def weigh(self, gradients, losses, epoch):
        return np.mean([own + nearest_without_harm(own @ gradients, gradients) for own in np.eye(self.tasks)], axis=0)


class DBMTL(Method):
    """Gradients of log losses, all as long as the longest; without memory."""

    def weigh(self, gradients, losses, epoch):
        of_logs = gradients / losses[:, None]
        return over(np.full(self.tasks, lengths(of_logs).max()), of_logs) / losses


METHODS: dict[str, Callable[..., Method]] = {
    "equal": Equal,
    "static": Static,
    "random": Random,
    "uncertainty": Uncertainty,
    "imtl_l": IMTLL,
    "dwa": DWA,
    "gls": GLS,
    "log_loss": LogLoss,
    "stch": STCH,
    "famo": FAMO,
    "gradnorm": GradNorm,
    "mgda": MGDA,
    "pcgrad": PCGrad,
    "gradvac": GradVac,
    "cagrad": CAGrad,
    "imtl_g": IMTLG,
    "nash": Nash,
    "fairgrad": FairGrad,
    "aligned": Aligned,
    "dualproj": DualProj,
    "upgrad": UPGrad,
    "config": ConFIG,
    "db_mtl": DBMTL,
}
