/**
 * LABEL_REGION and WATERSHED.
 *
 * @module
 */

import { define, type NamedRoutine } from "../../routines/define.ts";
import { refuse } from "../../values/error.ts";
import { describeValue } from "../../values/promotion.ts";
import type { CallContext, LanguageKeywords } from "../../routines/routine.ts";
import { elementsOf, IdlType, type IdlValue, scalar } from "../../values/value.ts";
import { doublesOf, floatsOf, isSet, real } from "../../routines/arguments.ts";

/** How far the neighbours lie that come before an element, in each dimension. */
function earlierNeighbours(rank: number, all: boolean): (readonly number[])[] {
  const found: number[][] = [];
  const place = new Array<number>(rank).fill(-1);
  for (let i = 0; i < 3 ** rank; i++) {
    const distances = place.filter((step) => step !== 0).length;
    const last = place.findLast((step) => step !== 0);
    if (last === -1 && (all || distances === 1)) found.push([...place]);
    for (let axis = 0; axis < rank; axis++) {
      if (++place[axis]! <= 1) break;
      place[axis] = -1;
    }
  }
  return found;
}

/** The label that stands for a label, with the way to it made shorter. */
function rootOf(parents: Int32Array, label: number): number {
  while (parents[label] !== label) {
    parents[label] = parents[parents[label]!]!;
    label = parents[label]!;
  }
  return label;
}

/**
 * IDL manual, "LABEL_REGION": elements that are not 0 and touch each other have one number, from 1
 * in the order of their first elements. Elements at the edges count as 0.
 */
function labelRegion(
  [x]: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const value = real(x!, context);
  const { shape } = value;
  if (shape.length === 0) refuse(`Cannot label ${describeValue(value)}: expected an array`);
  const count = elementsOf(shape);
  const data = value.type === IdlType.BYTE ? value.data as Uint8Array : floatsOf(value, context);
  const neighbours = earlierNeighbours(shape.length, isSet(keywords, "all_neighbors"));
  const strides = shape.map((_, axis) => elementsOf(shape.slice(0, axis)));
  const steps = Int32Array.from(
    neighbours,
    (place) => place.reduce((sum, step, axis) => sum + step * strides[axis]!, 0),
  );
  context.work(count * (8 + 3 * steps.length));
  const labels = context.allocate(IdlType.LONG, [count]).data as Int32Array;
  const parents = context.allocate(IdlType.LONG, [count + 1]).data as Int32Array;
  let next = 1;
  const [width = 1] = shape;
  const place = new Array<number>(shape.length).fill(0);
  for (let row = 0; row < count; row += width) {
    const edge = place.some((at, axis) => axis > 0 && (at === 0 || at === shape[axis]! - 1));
    if (!edge && shape.length === 2 && steps.length === 2) {
      next = plainRow(data, labels, parents, row, width, next);
    } else if (!edge) {
      for (let i = row + 1; i < row + width - 1; i++) {
        if (!(Math.abs(data[i]!) >= 1)) continue;
        let label = 0;
        for (let k = 0; k < steps.length; k++) {
          const other = labels[i + steps[k]!]!;
          if (other === 0) continue;
          const root = rootOf(parents, other);
          if (label === 0 || root === label) label = root;
          else {
            // The earlier of two labels stands for both.
            const [low, high] = root < label ? [root, label] : [label, root];
            parents[high] = low;
            label = low;
          }
        }
        if (label === 0) {
          label = next++;
          parents[label] = label;
        }
        labels[i] = label;
      }
    }
    for (let axis = 1; axis < place.length; axis++) {
      if (++place[axis]! < shape[axis]!) break;
      place[axis] = 0;
    }
  }
  const regions = numbered(labels, parents, next);
  const wide = isSet(keywords, "ulong");
  if (!wide && regions > 32_767) refuse(`Cannot number ${regions} regions in INT: set ULONG`);
  const out = context.allocate(wide ? IdlType.ULONG : IdlType.INT, shape);
  (out.data as Int16Array).set(labels);
  return out;
}

/** A row whose elements have one neighbour before and one below; the next label. */
function plainRow(
  data: Uint8Array | Float32Array | Float64Array,
  labels: Int32Array,
  parents: Int32Array,
  row: number,
  width: number,
  next: number,
): number {
  let left = 0;
  for (let i = row + 1; i < row + width - 1; i++) {
    if (!(Math.abs(data[i]!) >= 1)) {
      left = 0;
      continue;
    }
    const below = labels[i - width]!;
    if (left === 0 && below === 0) {
      parents[next] = next;
      left = next++;
    } else if (left === 0) left = below;
    else if (below !== 0 && below !== left) {
      const a = rootOf(parents, left);
      const b = rootOf(parents, below);
      left = a < b ? a : b;
      parents[a] = parents[b] = left;
    }
    labels[i] = left;
  }
  return next;
}

/** Gives the labels that stand for themselves the numbers 1, 2 ... in their order. */
function numbered(labels: Int32Array, parents: Int32Array, next: number): number {
  let regions = 0;
  for (let label = 1; label < next; label++) {
    // A label's root is not behind it, and has its number already.
    const root = parents[label]!;
    parents[label] = root === label ? -(++regions) : parents[root]!;
  }
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] !== 0) labels[i] = -parents[labels[i]!]!;
  }
  return regions;
}

/** Gray levels of a watershed: an image is of bytes. */
const LEVELS = 256;

/**
 * IDL manual, "WATERSHED": basins of a byte image, numbered from 1, with lines of 0 between them
 * (Vincent and Soille 1991).
 */
function watershed(
  [x]: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const value = real(x!, context);
  if (value.shape.length !== 2) {
    refuse(`Cannot find the watersheds of ${describeValue(value)}: it must have two dimensions`);
  }
  const [width, height] = value.shape as [number, number];
  const count = width * height;
  const levels = doublesOf(value, context);
  context.work(60 * count);
  const eight = isSet(keywords, "connectivity") && Number(keywords["connectivity"]!.data[0]) === 8;
  const flood = new Flood(width, height, eight, context);
  const order = byLevel(levels, context);
  for (let start = 0; start < count;) {
    const level = levelOf(levels[order[start]!]!);
    let end = start;
    while (end < count && levelOf(levels[order[end]!]!) === level) end++;
    flood.rise(order.subarray(start, end));
    start = end;
  }
  const wide = isSet(keywords, "ulong") || isSet(keywords, "long");
  if (!wide && flood.basins > 32_767) {
    refuse(`Cannot number ${flood.basins} basins in INT: set LONG`);
  }
  if (context.wants("nregions")) context.output("nregions", scalar(IdlType.LONG, flood.basins));
  const type = isSet(keywords, "ulong") ? IdlType.ULONG : wide ? IdlType.LONG : IdlType.INT;
  const out = context.allocate(type, value.shape);
  for (let i = 0; i < count; i++) out.data[i] = Math.max(0, flood.labels[i]!);
  return out;
}

function levelOf(level: number): number {
  return Math.min(LEVELS - 1, Math.max(0, Math.trunc(level) || 0));
}

/** The elements in the order of their levels. */
function byLevel(levels: Float64Array, context: CallContext): Int32Array {
  const starts = new Int32Array(LEVELS + 1);
  for (let i = 0; i < levels.length; i++) starts[levelOf(levels[i]!) + 1]!++;
  for (let level = 0; level < LEVELS; level++) starts[level + 1]! += starts[level]!;
  const order = context.allocate(IdlType.LONG, [levels.length]).data as Int32Array;
  for (let i = 0; i < levels.length; i++) order[starts[levelOf(levels[i]!)]!++] = i;
  return order;
}

const MASK = -2, UNKNOWN = -1, LINE = 0;

/** The water that rises from the lowest level on. */
class Flood {
  readonly labels: Int32Array;
  basins = 0;
  readonly #width: number;
  readonly #height: number;
  readonly #eight: boolean;
  readonly #distances: Int32Array;
  readonly #queue: Int32Array;
  readonly #near = new Int32Array(8);
  readonly #context: CallContext;
  #steps = 0;

  constructor(width: number, height: number, eight: boolean, context: CallContext) {
    const numbers = (): Int32Array =>
      context.allocate(IdlType.LONG, [width * height]).data as Int32Array;
    this.#width = width;
    this.#height = height;
    this.#eight = eight;
    this.labels = numbers().fill(UNKNOWN);
    this.#distances = numbers();
    this.#queue = numbers();
    this.#context = context;
  }

  /** Floods the elements of one level. */
  rise(members: Int32Array): void {
    const { labels } = this;
    const queue = this.#queue;
    const distances = this.#distances;
    let head = 0, tail = 0;
    for (const i of members) {
      labels[i] = MASK;
      const near = this.#neighbours(i);
      for (let k = 0; k < near; k++) {
        if (labels[this.#near[k]!]! >= LINE) {
          distances[i] = 1;
          queue[tail++] = i;
          break;
        }
      }
    }
    while (head < tail) {
      const i = queue[head++]!;
      const near = this.#neighbours(i);
      for (let k = 0; k < near; k++) {
        const j = this.#near[k]!;
        if (distances[j]! < distances[i]! && labels[j]! >= LINE) {
          if (labels[j]! > LINE) {
            if (labels[i]! < LINE) labels[i] = labels[j]!;
            else if (labels[i] !== labels[j]) labels[i] = LINE;
          } else if (labels[i] === MASK) labels[i] = LINE;
        } else if (labels[j] === MASK && distances[j] === 0) {
          distances[j] = distances[i]! + 1;
          queue[tail++] = j;
        }
      }
    }
    for (const i of members) distances[i] = 0;
    for (const i of members) if (labels[i] === MASK) this.#basin(i);
  }

  /** A new basin from an element that no water has reached. */
  #basin(start: number): void {
    const label = ++this.basins;
    const queue = this.#queue;
    let head = 0, tail = 0;
    queue[tail++] = start;
    this.labels[start] = label;
    while (head < tail) {
      const near = this.#neighbours(queue[head++]!);
      for (let k = 0; k < near; k++) {
        const j = this.#near[k]!;
        if (this.labels[j] !== MASK) continue;
        this.labels[j] = label;
        queue[tail++] = j;
      }
    }
  }

  /** Notes the neighbours of an element; how many there are. */
  #neighbours(i: number): number {
    if (++this.#steps % 65_536 === 0) this.#context.work(0);
    const near = this.#near;
    const width = this.#width;
    const x = i % width;
    const y = (i - x) / width;
    let n = 0;
    for (let dy = -1; dy <= 1; dy++) {
      if (y + dy < 0 || y + dy >= this.#height) continue;
      for (let dx = -1; dx <= 1; dx++) {
        if (x + dx < 0 || x + dx >= width || dx === 0 && dy === 0) continue;
        if (!this.#eight && dx !== 0 && dy !== 0) continue;
        near[n++] = i + dx + dy * width;
      }
    }
    return n;
  }
}

/** The routines of this file. */
export const REGIONS: readonly NamedRoutine[] = [
  define("label_region(x, /ALL_NEIGHBORS, /ULONG)", {
    summary: "Numbers the regions of elements that are not 0, from 1; edges count as 0",
    cost: 40,
    run: labelRegion,
  }),
  define("watershed(image, CONNECTIVITY=, /LONG, /ULONG, NREGIONS=>)", {
    summary: "Numbers the basins of a byte image, with lines of 0 between them",
    departs: "the lines between basins may lie a pixel aside",
    cost: 80,
    run: watershed,
  }),
];
