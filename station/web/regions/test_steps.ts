/** How long it takes to find out which pixels are inside many shapes. */

import type { Shape } from "./shapes.ts";

/** Steps after which others have their turn: about 4 ms. */
export const TEST_STEPS: number = 1 << 18;

/** Steps of testing one pixel against all of some shapes: an edge is one, and a shape without. */
export function testSteps(shapes: readonly Shape[]): number {
  return shapes.reduce((sum, { points }) => sum + points.length, 1);
}
