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

/** Milliseconds of a turn that long work of all kinds may take together. */
const MAX_WORK_MS = 4;

let workedIn = 0;
let worked = 0;

/**
 * Does a step of long work when the others have had their turn: so that a client that asks for
 * little does not wait for who asks for much.
 *
 * @param step A step of less than a millisecond.
 * @returns What the step returns.
 */
export async function inTurn<T>(step: () => T): Promise<T> {
  for (;;) {
    const current = currentTurn();
    if (current !== workedIn) {
      workedIn = current;
      worked = 0;
    }
    if (worked < MAX_WORK_MS) break;
    await endOfTurn();
  }
  const start = performance.now();
  try {
    return step();
  } finally {
    worked += performance.now() - start;
  }
}

/**
 * Takes all steps of long work, each in its turn.
 *
 * @param steps The work; it stops after each step.
 * @returns What it returns in the end.
 */
export async function inTurns<T>(steps: Iterator<unknown, T>): Promise<T> {
  for (;;) {
    const { done, value } = await inTurn(() => steps.next());
    if (done) return value;
  }
}
