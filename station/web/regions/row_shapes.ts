/** Which of many shapes a row of pixels can be inside, and how long finding that out takes. */

import { boundsOf, type Shape } from "./shapes.ts";

/** Tests of an edge after which others have their turn: about 4 ms. */
export const TEST_STEPS: number = 1 << 18;

/** The shapes that reach a row. */
export interface RowShapes<S extends Shape> {
  readonly shapes: readonly S[];
  /** What testing one pixel against all of them takes: an edge is 1. */
  readonly steps: number;
}

/**
 * Finds those of some shapes that reach a row.
 *
 * @param shapes The shapes.
 * @param width Pixels of a row.
 * @param height Rows of the plane.
 * @returns What gives those of the row `y`, from 1, in the same order.
 */
export function shapesByRow<S extends Shape>(
  shapes: readonly S[],
  width: number,
  height: number,
): (y: number) => RowShapes<S> {
  const placed = shapes.flatMap((shape) => {
    const box = boundsOf(shape, width, height);
    return box === undefined ? [] : [{ shape, box }];
  });
  return (y) => {
    const reaching = placed.filter(({ box }) => box.bottom <= y && y <= box.top)
      .map(({ shape }) => shape);
    return {
      shapes: reaching,
      steps: reaching.reduce((sum, { points }) => sum + points.length, 1),
    };
  };
}
