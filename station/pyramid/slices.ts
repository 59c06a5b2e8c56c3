/** Long work in slices, between which the event loop reads and writes for others. */

/** Milliseconds of a slice. */
const MAX_SLICE_MS = 8;

/** Lets everything else have its turn: requests are read and answers written meanwhile. */
export function letOthers(): Promise<void> {
  // What setImmediate gives is a turn before the sockets have theirs.
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/**
 * Begins long work.
 *
 * @returns To be called and awaited after each step: it waits where the slice has ended.
 */
export function inSlices(): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < MAX_SLICE_MS) return;
    await letOthers();
    since = performance.now();
  };
}
