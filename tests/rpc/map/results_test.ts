import { assertEquals, assertRejects } from "@std/assert";
import { HeliographError } from "../../../net/errors.ts";
import { lineText } from "../../../rpc/map/lines.ts";
import { recordOf } from "../../../rpc/map/plan.ts";
import { ResultsFile } from "../../../rpc/map/results.ts";
import type { MapWork } from "../../../rpc/map/work.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const WORK: MapWork = { expression: "mean(data)", header: [], format: "npy", jobTime: 10 };
// Their UTF-8 has every kind of octet that encodings of one octet disagree on.
const NAMES = ["a.fits", "b “é”.fits", "c €\u{1f31e}.fits", "d.fits", "e.fits"];
const GO_ON = { clobber: false, retryFailed: false };

async function* inputs() {
  yield* NAMES;
}

async function open(path: string, options = GO_ON, work = WORK): Promise<ResultsFile> {
  return await ResultsFile.open(path, await recordOf(work, ["*.fits"], 0), inputs, options);
}

const lineOf = (job: number, failed = false) =>
  lineText({
    ...{ job, input: NAMES[job - 1]! },
    ...(failed ? { failed: "read", error: "x" } : { type: "LONG", shape: [], data: job }),
  });

async function fill(path: string, jobs: readonly number[], failed: readonly number[] = []) {
  await using results = await open(path);
  for (const job of jobs) {
    assertEquals(await results.append(job, lineOf(job, failed.includes(job))), true);
  }
}

Deno.test("results go on wherever they were broken off, each number once", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/r.jsonl`;
  await fill(path, [2, 1, 3]);
  const whole = await Deno.readFile(path);
  for (let length = 0; length <= whole.length; length++) {
    await Deno.writeFile(path, whole.subarray(0, length));
    {
      await using results = await open(path);
      const found: string[] = [];
      for await (const input of results.inputs()) found.push(input);
      assertEquals(found, NAMES);
      await Promise.all([5, 4, 3, 2, 1].map((job) => results.append(job, lineOf(job))));
      assertEquals(results.numbers.count, 5);
    }
    const lines = (await Deno.readTextFile(path)).split("\n");
    assertEquals(lines.toSorted(), ["", ...[1, 2, 3, 4, 5].map((job) => lineOf(job))], `${length}`);
  }
});

Deno.test("a start that was broken off anywhere begins anew", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/r.jsonl`;
  const states: (readonly string[])[] = [
    [""],
    ["", ".inputs.part"],
    ["", ".inputs"],
    ["", ".inputs", ".map.0123abcd.part"],
  ];
  for (const endings of states) {
    for (const ending of endings) await Deno.writeTextFile(path + ending, ending && "half");
    await fill(path, [1]);
    assertEquals(await Deno.readTextFile(path), `${lineOf(1)}\n`);
    assertEquals(await Deno.readTextFile(`${path}.inputs`), NAMES.join("\n") + "\n");
    for (const ending of ["", ".map", ".inputs"]) await Deno.remove(path + ending);
  }
});

Deno.test("results of another map, or of no map, are kept", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/r.jsonl`;
  await fill(path, [1, 2]);
  const other = { ...WORK, expression: "max(data)" };
  const refused = await assertRejects(() => open(path, GO_ON, other), HeliographError);
  assertEquals(
    refused.message,
    `Cannot go on with '${path}': the expression was "mean(data)", now it is "max(data)"; ` +
      "--clobber starts over",
  );
  {
    await using anew = await open(path, { ...GO_ON, clobber: true }, other);
    assertEquals([anew.numbers.count, anew.record.total], [0, 5]);
  }
  assertEquals(await Deno.readTextFile(path), "");
  await Deno.remove(`${path}.map`);
  await Deno.writeTextFile(path, "mine\n");
  const foreign = await assertRejects(() => open(path), HeliographError);
  assertEquals(
    foreign.message,
    `Cannot write '${path}': it exists already, without '${path}.map' beside it; ` +
      "--clobber replaces it",
  );
  assertEquals(await Deno.readTextFile(path), "mine\n");
});

Deno.test("failures are dropped and done again, under a new id", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/r.jsonl`;
  await fill(path, [4, 3, 2, 1], [2, 4]);
  const before = JSON.parse(await Deno.readTextFile(`${path}.map`));
  {
    await using results = await open(path);
    assertEquals([results.numbers.count, results.failed], [4, 2]);
    const taken = await assertRejects(() => open(path), HeliographError);
    assertEquals(taken.message, `Cannot write '${path}': another program writes it`);
  }
  {
    await using results = await open(path, { clobber: false, retryFailed: true });
    assertEquals([results.numbers.count, results.failed, results.record.total], [2, 0, 5]);
    assertEquals(results.record.id === before.id, false);
    await results.append(2, lineOf(2));
  }
  assertEquals(await Deno.readTextFile(path), `${lineOf(3)}\n${lineOf(1)}\n${lineOf(2)}\n`);
});

Deno.test("a list that has been changed is refused when it is read", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/r.jsonl`;
  await fill(path, [1]);
  await Deno.writeTextFile(`${path}.inputs`, "a.fits\n");
  await using results = await open(path);
  await assertRejects(
    async () => await Array.fromAsync(results.inputs()),
    HeliographError,
    "has 1 lines, expected 5",
  );
});

Deno.test("results stay where no input is found for those that would take their place", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/r.jsonl`;
  await fill(path, [1, 2]);
  const before = await Deno.readTextFile(path);
  async function* none(): AsyncGenerator<string> {
    yield "x.fits";
    throw new HeliographError("no file matches");
  }
  const record = await recordOf(WORK, ["*.fits"], 0);
  await assertRejects(
    () => ResultsFile.open(path, record, none, { clobber: true, retryFailed: false }),
    HeliographError,
    "no file matches",
  );
  assertEquals(await Deno.readTextFile(path), before);
  const names = Array.from(Deno.readDirSync(folder.path), ({ name }) => name).sort();
  assertEquals(names, ["r.jsonl", "r.jsonl.inputs", "r.jsonl.map"]);
  {
    await using results = await open(path);
    assertEquals(results.numbers.count, 2);
  }
  // Where nothing is, nothing is left.
  const other = `${folder.path}/other.jsonl`;
  await assertRejects(
    () => ResultsFile.open(other, record, none, { clobber: false, retryFailed: false }),
    HeliographError,
    "no file matches",
  );
  const left = Array.from(Deno.readDirSync(folder.path), ({ name }) => name).sort();
  assertEquals(left, names);
});

Deno.test("nothing is written behind a line of which only part could be", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/r.jsonl`;
  await fill(path, [1]);
  {
    await using results = await open(path);
    const { write } = Deno.FsFile.prototype;
    let writes = 0;
    // A disk that is full after 40 bytes, and has room again at once.
    Deno.FsFile.prototype.write = function (bytes) {
      if (++writes === 2) {
        throw Object.assign(new Error("No space left on device (os error 28)"), { code: "ENOSPC" });
      }
      return write.call(this, writes === 1 ? bytes.subarray(0, 40) : bytes);
    };
    try {
      const refused = await Promise.allSettled(
        [2, 3].map((job) => results.append(job, lineOf(job))),
      );
      refused.push(...await Promise.allSettled([results.append(4, lineOf(4))]));
      const reasons = refused.map((end) => end.status === "rejected" ? end.reason.message : "done");
      assertEquals(new Set(reasons).size, 1);
      assertEquals(
        reasons[0],
        `Cannot write '${path}': the disk is full`,
      );
    } finally {
      Deno.FsFile.prototype.write = write;
    }
  }
  const left = new TextEncoder().encode(`${lineOf(1)}\n${lineOf(2)}`);
  assertEquals(await Deno.readFile(path), left.slice(0, lineOf(1).length + 1 + 40));
  await fill(path, [2, 3, 4, 5]);
  const lines = (await Deno.readTextFile(path)).split("\n");
  assertEquals(lines, [...[1, 2, 3, 4, 5].map((job) => lineOf(job)), ""]);
});
