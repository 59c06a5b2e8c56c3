/** Milliseconds that something may take on a machine that is busy. */
const MAX_WAIT = 60_000;

/**
 * Waits for what no event tells of, and fails if it does not come. Others have their turn between
 * two looks.
 *
 * @param holds Says whether it has come.
 * @param what What it is, for the error.
 */
export async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const end = performance.now() + MAX_WAIT;
  while (!await holds()) {
    if (performance.now() > end) throw new Error(`Waited ${MAX_WAIT} ms in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
