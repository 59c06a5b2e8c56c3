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

const ONE_BYTE = new Uint8Array(1);

/** Milliseconds after which the sockets are surely looked at, and not only as a rule. */
const MAX_BLIND_MS = 10;

let sureAt = 0;

/**
 * Lets the event loop look at the sockets, mostly in less time than {@linkcode letSockets}.
 *
 * It waits for a trifle from another thread, meanwhile the event loop looks at the sockets. In Deno
 * 2.9 no turn of `setImmediate` or of a message port lets it do so while there is always another,
 * and the shortest `setTimeout` takes 2 ms. Where the other thread is quicker than the event loop
 * comes to rest, it does not look: so once in a while it is made to wait for the clock.
 */
export async function lookAtSockets(): Promise<void> {
  if (isBlind()) await surelyLook();
  else await crypto.subtle.digest("SHA-1", ONE_BYTE);
}

/**
 * Ends the turn as {@linkcode endOfTurn} does, which costs next to nothing; where only that was
 * done for a while, the sockets are looked at.
 */
export async function endOfTurnOrLook(): Promise<void> {
  if (isBlind()) await surelyLook();
  else await endOfTurn();
}

/** Whether the sockets may not have been looked at for some time. */
function isBlind(): boolean {
  return performance.now() - sureAt >= MAX_BLIND_MS;
}

async function surelyLook(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
  sureAt = performance.now();
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
