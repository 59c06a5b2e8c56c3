/**
 * Trees as functions: a step evaluates an expression or executes a statement of a frame.
 *
 * What can wait, for a function registered from TypeScript or for the host, is a generator that
 * yields what it waits for; all else are plain functions, which loops call at little cost.
 *
 * @module
 */

import type { LanguageValue } from "../values/language_value.ts";
import type { Plan } from "../kernels/plan.ts";
import type { Frame } from "./scope.ts";

/** Work that may have to wait. It yields what it waits for. */
export type Evaluation<T> = Generator<PromiseLike<unknown>, T, unknown>;

/** A function of a frame. */
export interface Step<T> {
  /** Does the work; only where `wait` is undefined. */
  readonly run: (frame: Frame) => T;
  /** Does the work of a step that may have to wait. */
  readonly wait?: ((frame: Frame) => Evaluation<T>) | undefined;
}

/** The step of an expression. */
export interface ValueStep extends Step<LanguageValue> {
  /** An element-wise expression as a plan where it is worth one; where `wait` is undefined. */
  readonly planned?: ((frame: Frame) => LanguageValue | Plan) | undefined;
}

/** What stands in `run` of a step that may have to wait. */
export function neverRun(): never {
  throw new TypeError("A step that may have to wait was run at once");
}

/** Executes a step in work that may wait. */
export function* waited<T>(step: Step<T>, frame: Frame): Evaluation<T> {
  return step.wait === undefined ? step.run(frame) : yield* step.wait(frame);
}

/** A step that works on the result of another one. */
export function after<A, T>(step: Step<A>, work: (value: A, frame: Frame) => T): Step<T> {
  const { run, wait } = step;
  if (wait === undefined) return { run: (frame) => work(run(frame), frame) };
  return {
    run: neverRun,
    *wait(frame) {
      return work(yield* wait(frame), frame);
    },
  };
}

/** The results of several steps, one after the other. */
export function allOf<A>(steps: readonly Step<A>[]): Step<A[]> {
  if (steps.every(({ wait }) => wait === undefined)) {
    return {
      run(frame) {
        const results: A[] = [];
        for (const { run } of steps) results.push(run(frame));
        return results;
      },
    };
  }
  return {
    run: neverRun,
    *wait(frame) {
      const results: A[] = [];
      for (const step of steps) results.push(yield* waited(step, frame));
      return results;
    },
  };
}

/** What is done after a statement. */
export type Signal = typeof NEXT | typeof BREAK | typeof CONTINUE | typeof RETURN;
/** The next statement. */
export const NEXT = 0;
/** What stands behind the loop or the choice. */
export const BREAK = 1;
/** The next turn of the loop. */
export const CONTINUE = 2;
/** What stands behind the call of the routine. */
export const RETURN = 3;
