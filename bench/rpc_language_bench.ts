/**
 * The evaluator of the command language beside numpy: `total(sqrt(data*2.0+1.0))`
 * over 16 Mpx, and other commands that move every element.
 *
 * Needs Debian's python3-numpy. Run it with
 * `deno run --allow-run=python3,/usr/bin/python3 bench/rpc_language_bench.ts`.
 */

import { idlStorage, type IdlValue, LanguageSession } from "../rpc/mod.ts";
import { compare, printTable } from "./compare.ts";

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

/** numpy in a process of its own that is told what to compute and answers in seconds. */
class Numpy implements AsyncDisposable {
  readonly #process = new Deno.Command("/usr/bin/python3", {
    args: ["-c", SERVER],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  readonly #writer = this.#process.stdin.getWriter();
  readonly #reader = this.#process.stdout.pipeThrough(new TextDecoderStream()).getReader();

  async ask(line: string): Promise<number> {
    await this.#writer.write(new TextEncoder().encode(line + "\n"));
    let answer = "";
    while (!answer.endsWith("\n")) answer += (await this.#reader.read()).value ?? "\n";
    return Number(answer);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer.close();
    await this.#process.status;
  }
}

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
  await using numpy = new Numpy();
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
