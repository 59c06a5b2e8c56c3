/**
 * The evaluator of the command language beside numpy: `total(sqrt(data*2.0+1.0))`
 * over 16 Mpx, and other commands that move every element.
 *
 * Needs Debian's python3-numpy. Run it with
 * `deno run --allow-run=/usr/bin/python3 bench/rpc_language_bench.ts`.
 */

import { type IdlValue, LanguageSession } from "../rpc/mod.ts";
import { storage as idlStorage } from "../rpc/language/values/value.ts";
import { compare, printTable } from "./compare.ts";
import { Peer } from "./peer.ts";

const SIDE = 4096;

/** One piece of work in both languages. */
interface Work {
  readonly command: string;
  readonly numpy: string;
}

const WORKS: readonly Work[] = [
  {
    command: "r = total(sqrt(data*2.0+1.0))",
    numpy: "r = np.sqrt(data*np.float32(2)+np.float32(1)).sum()",
  },
  { command: "r = data*2.0+1.0", numpy: "r = data*np.float32(2)+np.float32(1)" },
  { command: "r = total(data)", numpy: "r = data.sum()" },
  { command: "r = max(data)", numpy: "r = data.max()" },
  { command: "r = where(data gt 0.5)", numpy: "r = np.flatnonzero(data > np.float32(0.5))" },
  { command: "r = transpose(data)", numpy: "r = np.ascontiguousarray(data.T)" },
  {
    command: "r = bytscl(data)",
    numpy: "lo = data.min(); r = ((data - lo) * (255.9999 / (data.max() - lo))).astype(np.uint8)",
  },
];

const SERVER = `
import sys, time
import numpy as np
data = None
for line in sys.stdin:
    kind, text = line.rstrip("\\n").split(" ", 1)
    if kind == "data":
        data = (np.arange(${SIDE} * ${SIDE}) % 1000 / 1000).astype(text).reshape(${SIDE}, ${SIDE})
        print(0, flush=True)
        continue
    start = time.perf_counter()
    exec(text)
    print(time.perf_counter() - start, flush=True)
`;

function image(type: 2 | 4 | 5): IdlValue {
  const data = idlStorage(type, SIDE * SIDE);
  for (let i = 0; i < data.length; i++) data[i] = type === 2 ? i % 1000 : i % 1000 / 1000;
  return { type, shape: [SIDE, SIDE], data };
}

async function measure(session: LanguageSession, command: string): Promise<number> {
  const start = performance.now();
  const outcome = await session.run(command);
  if (!outcome.ok) throw outcome.error;
  return (performance.now() - start) / 1000;
}

if (import.meta.main) {
  await using numpy = new Peer("/usr/bin/python3", ["-c", SERVER]);
  for (const [type, name] of [[4, "float32"], [5, "float64"], [2, "int16"]] as const) {
    const session = new LanguageSession({ limits: { operations: Infinity } });
    session.set("data", image(type));
    await numpy.ask(`data ${name}`);
    for (const { command, numpy: text } of type === 4 ? WORKS : WORKS.slice(0, 1)) {
      const figures = await compare([
        { name: "Heliograph", run: () => measure(session, command) },
        { name: "numpy", run: () => numpy.ask(`run ${text}`) },
      ]);
      printTable(`${command}, data ${name}[${SIDE}, ${SIDE}]`, "s", figures);
    }
  }
  const session = new LanguageSession();
  await compare([{ name: "small", run: () => measure(session, "r = total([1,2,3])") }], 2000);
  const small = await compare([
    { name: "Heliograph: total([1,2,3])", run: () => measure(session, "r = total([1,2,3])") },
  ], 1001);
  printTable("A small command, parsed and evaluated", "s", small);
}
