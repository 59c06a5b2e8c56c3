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

/** Milliseconds that long work of all kinds may take together before the sockets have their turn. */
const MAX_WORK_MS = 4;

let worked = 0;
let resting: Promise<void> | undefined;

/**
 * Does a step of long work when the others have had their turn: so that a client that asks for
 * little does not wait for who asks for much.
 *
 * @param step A step of less than a millisecond.
 * @returns What the step returns.
 */
export async function inTurn<T>(step: () => T): Promise<T> {
  while (worked >= MAX_WORK_MS) await letSockets();
  const start = performance.now();
  try {
    return step();
  } finally {
    worked += performance.now() - start;
  }
}

/**
 * Lets the sockets have their turn, in which requests are read and answers written: what
 * {@linkcode endOfTurn} waits for comes before they do, so that a loop of it starves them.
 */
export function letSockets(): Promise<void> {
  return resting ??= new Promise((resolve) =>
    setTimeout(() => {
      worked = 0;
      resting = undefined;
      resolve();
    }, 0)
  );
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
