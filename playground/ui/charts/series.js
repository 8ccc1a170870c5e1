// Numbers over steps, from the rows of runs to what a chart draws: the same arithmetic as playground/figures/steps/curves.py, and a
// test holds the two against each other. NaN stands for what is not there.

/** {steps [N], lines [R][N]}: one line a run; `value(row, place)` gives what stands in a run's row. */
function matrix(runs, stepsOf, value) {
  const steps = [...new Set(runs.flatMap(stepsOf))].sort((a, b) => a - b);
  const place = new Map(steps.map((step, number) => [step, number]));
  const lines = runs.map((run) => {
    const line = new Float64Array(steps.length).fill(NaN);
    stepsOf(run).forEach((step, row) => (line[place.get(step)] = value(run, row) ?? NaN));
    return line;
  });
  return present(steps, lines);
}

/** Without the steps and the lines at which nothing is there. */
function present(steps, lines) {
  const there = steps.map((_step, n) => lines.some((line) => Number.isFinite(line[n])));
  const kept = (_value, n) => there[n];
  const all = there.every(Boolean);
  const some = all ? lines : lines.map((line) => line.filter(kept));
  return {
    steps: all ? steps : steps.filter(kept),
    lines: some.filter((line) => line.some(Number.isFinite)),
  };
}

/**
 * A line's moving mean over steps, without the bias of its start; `strength` from 0 (none) to below 1 is what is left of a
 * value's weight after the usual distance of two values.
 */
function smoothed(steps, line, strength) {
  const there = [...line.keys()].filter((n) => Number.isFinite(line[n]));
  if (!(strength > 0) || there.length < 2) return line;
  const distances = there.slice(1).map((n, place) => steps[n] - steps[there[place]]);
  const usual = median(distances);
  const result = line.map(() => NaN);
  let total = 0;
  let weight = 0;
  there.forEach((n, place) => {
    const left = place ? strength ** (distances[place - 1] / usual) : 0;
    total = left * total + line[n];
    weight = left * weight + 1;
    result[n] = total / weight;
  });
  return result;
}

/** The middle of some numbers; between the two in the middle where they are even in number. */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** [N] `join` of the numbers that the lines have at each step. */
function across(lines, join) {
  return Array.from(lines[0] ?? [], (_value, n) => join(lines.map((line) => line[n]).filter(Number.isFinite)));
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const least = (values) => Math.min(...values);
const most = (values) => Math.max(...values);

/** Places of at most `count` of `length` points, evenly spaced, the first and the last among them. */
function thinned(length, count = 200) {
  if (length <= count) return Array.from({ length }, (_value, n) => n);
  const places = Array.from({ length: count }, (_value, n) => halfEven((n * (length - 1)) / (count - 1)));
  return [...new Set(places)];
}

/** Rounded, halves to the even neighbour. */
function halfEven(value) {
  const low = Math.floor(value);
  if (value - low !== 0.5) return Math.round(value);
  return low % 2 ? low + 1 : low;
}

/** Each line divided by its first number; empty where that is zero. */
function relative(line) {
  const first = line.find(Number.isFinite);
  return line.map((value) => (first ? value / first : NaN));
}

/** The value of a curve at a step, straight between two of its points. */
function between(steps, values, step) {
  const next = steps.findIndex((one) => one >= step);
  if (next <= 0) return next === 0 ? values[0] : values[values.length - 1];
  const part = (step - steps[next - 1]) / (steps[next] - steps[next - 1]);
  return values[next - 1] + part * (values[next] - values[next - 1]);
}

/** For each task its part of the update, w n / Σ |w n|; null where lengths were not measured. */
function shares(weights, norms) {
  if (!norms) return null;
  const parts = weights.map((weight, task) => weight * norms[task]);
  const total = parts.reduce((sum, part) => sum + Math.abs(part), 0);
  return parts.map((part) => (total > 0 ? part / total : Number.isNaN(total) ? NaN : 0));
}

/** The pairs of so many tasks, as the column of cosines has them. */
function pairsOf(count) {
  return Array.from({ length: count }, (_value, a) => Array.from({ length: count - a - 1 }, (_other, b) => [a, a + 1 + b])).flat();
}
