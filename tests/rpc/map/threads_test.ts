import { assertEquals, assertRejects } from "@std/assert";
import { encodeFits } from "../../../fits/write/write.ts";
import { ClosedError } from "../../../net/errors.ts";
import { runHere } from "../../../rpc/map/embedded.ts";
import { type JobAnswer, JobThreads } from "../../../rpc/map/threads.ts";
import type { MapJob, MapWork } from "../../../rpc/map/work.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const WORK: MapWork = { expression: "data[0]", header: [], format: "npy", jobTime: 60 };

Deno.test("runHere() holds no more jobs than the threads have places for, and takes lines one by one", async () => {
  await using folder = await temporaryFolder();
  const input = `${folder.path}/a.fits`;
  await Deno.writeFile(input, await encodeFits([{ pixels: Int16Array.of(7), shape: [1, 1] }]));
  await using threads = new JobThreads(2, { worker: "w" });
  let given = 0;
  let taken = 0;
  let most = 0;
  async function* jobs(): AsyncGenerator<MapJob> {
    for (let number = 1; number <= 60; number++) {
      most = Math.max(most, ++given - taken);
      yield await Promise.resolve({ number, input });
    }
  }
  const numbers: number[] = [];
  const take = async ({ number, text, failed }: JobAnswer) => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    assertEquals([JSON.parse(text).data, failed], [7, undefined]);
    numbers.push(number);
    taken++;
  };
  await runHere(WORK, jobs(), threads, take, new AbortController().signal);
  assertEquals(numbers.toSorted((a, b) => a - b), Array.from({ length: 60 }, (_, i) => i + 1));
  assertEquals(threads.places, 4);
  assertEquals(most <= threads.places, true, `${most}`);
});

Deno.test("runHere() ends with the error of whoever takes the lines, and stops at a signal", async () => {
  await using folder = await temporaryFolder();
  const input = `${folder.path}/a.fits`;
  await Deno.writeFile(input, await encodeFits([{ pixels: Int16Array.of(7), shape: [1, 1] }]));
  async function* endless(): AsyncGenerator<MapJob> {
    for (let number = 1;; number++) yield await Promise.resolve({ number, input });
  }
  await using threads = new JobThreads(1, { worker: "w" });
  const full = () => Promise.reject(new Error("the disk is full"));
  const { signal } = new AbortController();
  await assertRejects(() => runHere(WORK, endless(), threads, full, signal), Error, "disk is full");
  const stop = new AbortController();
  let lines = 0;
  await runHere(WORK, endless(), threads, () => {
    if (++lines === 10) stop.abort();
    return Promise.resolve();
  }, stop.signal);
  assertEquals(lines >= 10 && lines <= 12, true, `${lines}`);
});

Deno.test("JobThreads rejects what it has not done when it is ended", async () => {
  const threads = new JobThreads(1, { worker: "w" });
  const slow = { ...WORK, expression: "1" };
  const jobs = [1, 2, 3].map((number) => threads.run(slow, { number, input: "no.fits" }));
  await threads[Symbol.asyncDispose]();
  for (const job of jobs) await assertRejects(() => job, ClosedError, "The threads are ended");
});
