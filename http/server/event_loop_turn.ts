import { setImmediate } from "node:timers";

let current = 0;
let running = false;

/**
 * A number for the turn of the event loop that is running, never given again to
 * a later one: what was true of the disk for one request of a turn may be told to
 * the others that were read in the same turn.
 */
export function currentTurn(): number {
  if (!running) {
    running = true;
    current++;
    setImmediate(endTurn);
  }
  return current;
}

function endTurn(): void {
  running = false;
}

/** Resolves when the turn of the event loop has ended, and the other connections had theirs. */
export function endOfTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
