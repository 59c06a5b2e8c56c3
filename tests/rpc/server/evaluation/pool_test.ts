import { assert, assertEquals } from "@std/assert";
import { DEFAULT_LIMITS } from "../../../../rpc/language/values/meter.ts";
import { WorkerPool } from "../../../../rpc/server/evaluation/pool.ts";

/** Lines that may come between two looks at the timers: those of a few batches. */
const MAX_LINES_AT_ONCE = 2_000;

Deno.test("a command that prints without end leaves the server's thread to others", async () => {
  const pool = new WorkerPool(1, new Map());
  const lines: string[] = [];
  let most = 0;
  let before = 0;
  const look = () => {
    most = Math.max(most, lines.length - before);
    before = lines.length;
  };
  const timer = setInterval(look);
  try {
    const { outcome } = await pool.run({
      owner: {},
      command: "for i = 0L, 39999 do print, i",
      implicitReturn: false,
      variables: new Map(),
      colorTable: 0,
      plot: undefined,
      definitions: [],
      limits: { ...DEFAULT_LIMITS, printed: 8_000_000, milliseconds: 60_000 },
      first: 64 * 1024 ** 2,
      short: false,
      due: performance.now() + 60_000,
      begin: () => true,
      more: () => undefined,
      force: () => {},
      sink: {
        print(line) {
          lines.push(line);
          // To send a line takes the server longer than it took to print it.
          for (const begin = performance.now(); performance.now() - begin < 0.02;);
        },
        show: () => Promise.resolve(0),
        write: () => Promise.resolve(),
        sizeOf: () => Promise.resolve(0),
        read: () => Promise.resolve(new Uint8Array()),
      },
      signal: undefined,
    });
    assert(outcome.ok);
    assertEquals(lines.map(Number), Array.from({ length: 40_000 }, (_, i) => i));
    look();
    assert(most <= MAX_LINES_AT_ONCE, `${most} lines at once`);
  } finally {
    clearInterval(timer);
    await pool.close();
  }
});
