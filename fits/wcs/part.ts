/** The parts of world coordinates: each turns some of the intermediate coordinates into world ones. */

/** One axis, or a group of axes that belong together. */
export interface WcsPart {
  /** The axes, counted from 0. */
  readonly axes: readonly number[];
  /** Writes the world coordinates of its axes for intermediate ones; NaN where there are none. */
  toWorld(intermediate: Float64Array, world: Float64Array): void;
  /** Writes the intermediate coordinates of its axes for world ones; NaN where there are none. */
  toIntermediate(world: Float64Array, intermediate: Float64Array): void;
}

/** An axis that counts evenly from its reference value. */
export function linearPart(axis: number, origin: number): WcsPart {
  return {
    axes: [axis],
    toWorld(intermediate, world) {
      world[axis] = origin + intermediate[axis]!;
    },
    toIntermediate(world, intermediate) {
      intermediate[axis] = world[axis]! - origin;
    },
  };
}

/** A logarithmic axis: even in the logarithm of the value (Paper III, equation 5). */
export function logarithmicPart(axis: number, origin: number): WcsPart {
  return {
    axes: [axis],
    toWorld(intermediate, world) {
      world[axis] = origin * Math.exp(intermediate[axis]! / origin);
    },
    toIntermediate(world, intermediate) {
      intermediate[axis] = origin * Math.log(world[axis]! / origin);
    },
  };
}

/** Axes whose description cannot be read: they have no values, and cost the others nothing. */
export function unreadablePart(axes: readonly number[]): WcsPart {
  return {
    axes,
    toWorld(_, world) {
      for (const axis of axes) world[axis] = NaN;
    },
    toIntermediate(_, intermediate) {
      for (const axis of axes) intermediate[axis] = NaN;
    },
  };
}
