/**
 * RANDOMU and RANDOMN.
 *
 * @module
 */

import { realNumber } from "../../values/convert.ts";
import { withoutTrailing } from "../../values/arrays.ts";
import { define, type NamedRoutine } from "../../routines/define.ts";
import { sketchedDimensions } from "../../routines/estimate.ts";
import { refuse } from "../../values/error.ts";
import { checkedCount } from "../../values/memory.ts";
import { describeValue } from "../../values/promotion.ts";
import type { CallContext, LanguageKeywords, Sketch } from "../../routines/routine.ts";
import { Twister, TWISTER_WORDS, twisterOf, twisterWords } from "../../kernels/twister.ts";
import { logGamma } from "../../kernels/special.ts";
import { elementsOf, IdlType, type IdlValue, isNumeric } from "../../values/value.ts";
import { dimensionsIn, isGiven, isSet, numberOf, numbersIn } from "../../routines/arguments.ts";

/** Numbers that are made between two looks at the clock. */
const RUN = 4096;

/** The order of a Gamma distribution, and the tries of a binomial one, at most. */
const MAX_ORDER = 1e6;

/** IDL manual, "RANDOMU": the seed is a number, a state that an earlier call left, or undefined. */
function generatorOf(seed: IdlValue): Twister {
  if (!isGiven(seed)) return Twister.of(Math.trunc(Math.random() * 2 ** 32));
  const count = elementsOf(seed.shape);
  if (isNumeric(seed) && seed.type === IdlType.ULONG && count === TWISTER_WORDS) {
    return twisterOf(seed.data as Uint32Array<ArrayBuffer>);
  }
  if (count !== 1) {
    refuse(`Cannot use ${describeValue(seed)} as a seed: expected a number or an earlier seed`);
  }
  const number = realNumber(seed);
  if (!Number.isFinite(number)) refuse(`Cannot use ${number} as a seed`);
  return Twister.of(Math.trunc(number));
}

/** What makes the next number. */
type Next = (twister: Twister) => number;

const uniform: Next = (twister) => twister.uniform();
const normally: Next = (twister) => twister.normal();

function distribution(keywords: LanguageKeywords, normal: boolean, context: CallContext): Next {
  const gamma = numberOf(keywords, "gamma");
  if (gamma !== undefined) return gammaOf(checkedOrder(gamma, "GAMMA"), context);
  const poisson = numberOf(keywords, "poisson");
  if (poisson !== undefined) {
    if (!(poisson >= 0 && poisson < 1e9)) refuse(`Cannot use ${poisson} as POISSON`);
    return poissonOf(poisson);
  }
  const binomial = keywords["binomial"];
  if (isGiven(binomial)) return binomialOf(numbersIn(binomial, context), context);
  if (isSet(keywords, "uniform")) return uniform;
  return normal || isSet(keywords, "normal") ? normally : uniform;
}

function checkedOrder(order: number, name: string): number {
  const whole = Math.trunc(order);
  if (!(whole >= 1 && whole <= MAX_ORDER)) {
    refuse(`Cannot use ${order} as ${name}: expected 1 to ${MAX_ORDER}`);
  }
  return whole;
}

/** The time until so many events: the sum of waiting times, or Marsaglia's way for many. */
function gammaOf(order: number, context: CallContext): Next {
  context.work(order);
  if (order < 12) {
    return (twister) => {
      let sum = 0;
      for (let i = 0; i < order; i++) sum -= Math.log(1 - twister.uniform());
      return sum;
    };
  }
  const d = order - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  return (twister) => {
    for (;;) {
      const x = twister.normal();
      const v = (1 + c * x) ** 3;
      if (v <= 0) continue;
      const u = 1 - twister.uniform();
      if (Math.log(u) < x * x / 2 + d - d * v + d * Math.log(v)) return d * v;
    }
  };
}

/** Events where so many are expected: by a product, or by Hoermann's rejection (PTRS, 1993). */
function poissonOf(mean: number): Next {
  if (mean === 0) return () => 0;
  if (mean < 10) {
    const limit = Math.exp(-mean);
    return (twister) => {
      let events = 0;
      for (let product = twister.uniform(); product > limit; product *= twister.uniform()) events++;
      return events;
    };
  }
  const root = Math.sqrt(mean);
  const logMean = Math.log(mean);
  const b = 0.931 + 2.53 * root;
  const a = -0.059 + 0.02483 * b;
  const inverse = 1.1239 + 1.1328 / (b - 3.4);
  const vr = 0.9277 - 3.6224 / (b - 2);
  return (twister) => {
    for (;;) {
      const u = twister.uniform() - 0.5;
      const v = twister.uniform();
      const us = 0.5 - Math.abs(u);
      const k = Math.floor((2 * a / us + b) * u + mean + 0.43);
      if (us >= 0.07 && v <= vr) return k;
      if (k < 0 || us < 0.013 && v > us) continue;
      const left = Math.log(v) + Math.log(inverse) - Math.log(a / (us * us) + b);
      if (left <= -mean + k * logMean - logGamma(k + 1)) return k;
    }
  };
}

function binomialOf([tries = 0, chance = -1]: readonly number[], context: CallContext): Next {
  const count = checkedOrder(tries, "the tries of BINOMIAL");
  if (!(chance >= 0 && chance <= 1)) refuse(`Cannot use ${chance} as the chance of BINOMIAL`);
  return (twister) => {
    context.work(count);
    let hits = 0;
    for (let i = 0; i < count; i++) if (twister.uniform() < chance) hits++;
    return hits;
  };
}

function random(
  normal: boolean,
  args: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const [seed, ...dimensions] = args;
  const shape = dimensions.length === 0
    ? []
    : withoutTrailing(dimensionsIn(dimensions, context).map(Math.trunc));
  checkedCount(shape);
  const long = isSet(keywords, "long");
  const type = long ? IdlType.LONG : isSet(keywords, "double") ? IdlType.DOUBLE : IdlType.FLOAT;
  const twister = generatorOf(seed!);
  const next = long ? (own: Twister) => own.word() >>> 1 : distribution(keywords, normal, context);
  const out = context.allocate(type, shape);
  for (let from = 0; from < out.data.length; from += RUN) {
    const to = Math.min(out.data.length, from + RUN);
    context.work(40 * (to - from));
    if (next === uniform) twister.fill(out.data as Float64Array, from, to);
    else if (next === normally) twister.fillNormal(out.data as Float64Array, from, to);
    else for (let i = from; i < to; i++) out.data[i] = next(twister);
  }
  if (context.wants(0)) {
    const state = context.allocate(IdlType.ULONG, [TWISTER_WORDS]);
    (state.data as Uint32Array).set(twisterWords(twister));
    context.output(0, state);
  }
  return out;
}

function sketch(args: readonly Sketch[]) {
  const [, first] = args;
  if (first !== undefined && first.shape.length > 0) {
    return { count: Infinity, bytes: 8 };
  }
  const { shape, count } = sketchedDimensions(args.slice(1).map((arg) => arg.number));
  return { shape, count, bytes: 8, operations: 60 * count };
}

const KEYWORDS = "BINOMIAL=, /DOUBLE, GAMMA=, /LONG, /NORMAL, POISSON=, /UNIFORM";

/** The routines of this file. */
export const RANDOM: readonly NamedRoutine[] = [
  define(`randomu(?seed, [dimensions...], ${KEYWORDS})`, {
    summary: "Random numbers from 0 to 1, by the Mersenne twister; the seed becomes its state",
    departs: "BINOMIAL, GAMMA and POISSON draw other numbers; no RAN1",
    sketch,
    run: (args, keywords, context) => random(false, args, keywords, context),
  }),
  define(`randomn(?seed, [dimensions...], ${KEYWORDS})`, {
    summary: "Random numbers of the normal distribution; the seed becomes the state",
    departs: "pairs by the polar method; BINOMIAL, GAMMA and POISSON draw other numbers",
    sketch,
    run: (args, keywords, context) => random(true, args, keywords, context),
  }),
];
