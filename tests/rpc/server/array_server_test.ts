import { assert, assertEquals, assertRejects, assertStringIncludes } from "../../support/assert.ts";
import { decodePng } from "../../../fits/picture/png.ts";
import { openFits } from "../../../fits/file/open.ts";
import {
  ArrayClient,
  type ArrayPicture,
  CallError,
  idlScalar,
  type IdlValue,
  sendArray,
  serveArrays,
  type ServeArraysOptions,
} from "../../../rpc/mod.ts";
import { IdlClient } from "../../../rpc/client/idl_client.ts";
import { temporaryFolder } from "../../support/temporary.ts";

/** A server with a log, and a way to wait for one of its lines. */
async function start(options: ServeArraysOptions = {}) {
  const lines: string[] = [];
  const waiting: { pattern: RegExp; resolve: (line: string) => void }[] = [];
  const server = await serveArrays({
    port: 0,
    ...options,
    log(line) {
      lines.push(line);
      for (const { pattern, resolve } of waiting) if (pattern.test(line)) resolve(line);
    },
  });
  const logged = (pattern: RegExp) => {
    const found = lines.find((line) => pattern.test(line));
    if (found !== undefined) return Promise.resolve(found);
    return new Promise<string>((resolve) => waiting.push({ pattern, resolve }));
  };
  return {
    lines,
    logged,
    address: server.address,
    server,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

const numbers = (value: IdlValue | undefined) => [...(value?.data ?? [])].map(Number);

Deno.test("serveArrays() logs in the words of the document", async () => {
  await using running = await start();
  await sendArray(running.address, Float64Array.of(1, 2), "print, total(data)");
  await running.logged(/3\.0/);
  assertEquals(running.lines.map((line) => line.trim()), [
    `% SOCKSERVER: Server listening on port ${running.address.port}`,
    "% LISTENERCALLBACK: Client connection established on LUN 101",
    "3.0000000",
  ]);
});

Deno.test("serveArrays() answers IDL's wire where it is asked, and only there", async () => {
  await using running = await start();
  for (const order of ["little", "big"] as const) {
    for (const width of [32, 64] as const) {
      await using client = await IdlClient.connect(running.address, { format: { order, width } });
      assertEquals(
        await client.send({ shape: [2, 2], data: Int16Array.of(1, 2, 3, 400) }, "a=1"),
        undefined,
      );
      assertEquals(await client.send(undefined, "return, a + 1"), idlScalar(2, 2));
      assertEquals(
        await client.send({ shape: [2, 2], data: Int16Array.of(1, 2, 3, 400) }, "return, data + 1"),
        { type: 2, shape: [2, 2], data: Int16Array.of(2, 3, 4, 401) },
      );
      assertEquals(
        await client.send(undefined, "return, ['a', 'bc']"),
        { type: 7, shape: [2], data: ["a", "bc"] },
      );
    }
  }
});

Deno.test("serveArrays() sends IDL's wire the reason of a failure, and goes on", async () => {
  await using running = await start();
  await using client = await IdlClient.connect(running.address);
  await assertRejects(
    () => client.send(Float64Array.of(1), "return, nothing(data)"),
    CallError,
    "There is no function or variable NOTHING",
  );
  await client.send(undefined, "also nothing");
  assertStringIncludes(
    await running.logged(/also/),
    "% SERVERCALLBACK: LUN 101: Cannot read the command",
  );
  assertEquals(await client.send(undefined, "return, 1"), idlScalar(2, 1));
});

Deno.test("serveArrays() ends the connection after its answer where a command says exit", async () => {
  await using running = await start();
  const { hostname, port } = running.address;
  using socket = await Deno.connect({ hostname, port });
  await socket.write(new TextEncoder().encode("\0".repeat(12) + "return, 7 & exit\n"));
  const answer = new Uint8Array(await new Response(socket.readable).arrayBuffer());
  assertEquals(answer.toHex(), "00000000" + "02000000" + "01000000" + "0700");
});

Deno.test("serveArrays() keeps variables as long as the connection", async () => {
  await using running = await start();
  {
    await using client = await ArrayClient.connect(running.address);
    assertEquals(await client.call("a = findgen(3)"), undefined);
    assertEquals(numbers(await client.call("a * 2")), [0, 2, 4]);
    assertEquals(numbers(await client.call("data", { arrays: { data: 5 } })), [5]);
    await assertRejects(() => client.call("data"), CallError, "DATA is undefined");
    assertEquals(numbers(await client.call("b = data & b", { arrays: { data: 5 } })), [5]);
    assertEquals(numbers(await client.call("b")), [5]);
  }
  await using other = await ArrayClient.connect(running.address);
  await assertRejects(() => other.call("a"), CallError, "A is undefined");
});

Deno.test("serveArrays() keeps pointers and dictionaries, in whatever thread a command runs", async () => {
  await using running = await start();
  await using client = await ArrayClient.connect(running.address);
  await client.call(
    "p = ptr_new([1., 2, 3]) & q = p & s = {p: [p, ptr_new()]} & d = dictionary('k', p)",
  );
  await client.call("(*q)[1] = 7 & tic & for i = 0L, 200000 do x = i");
  assertEquals(numbers(await client.call("return, [*p, *s.p[0], *d.k]")), [
    1,
    7,
    3,
    1,
    7,
    3,
    1,
    7,
    3,
  ]);
  assertEquals(numbers(await client.call("return, [ptr_valid(s.p), p eq s.p[0], toc() gt 0]")), [
    ...[1, 0, 1, 1],
  ]);
  await client.call("ptr_free, p");
  assertEquals(numbers(await client.call("return, ptr_valid(d.k)")), [0]);
});

Deno.test("serveArrays() carries out long commands in workers, with the connection's variables", async () => {
  await using running = await start({ workers: 1 });
  await using client = await ArrayClient.connect(running.address);
  await client.call("n = 3000000 & a = lindgen(n)");
  assertEquals(numbers(await client.call("total(a, /double)")), [4499998500000]);
  assertEquals(numbers(await client.call("a[0] = 7 & b = 1 & n_elements(a)")), [3000000]);
  assertEquals(numbers(await client.call("[a[0], a[2999999], b]")), [7, 2999999, 1]);
  const data = { shape: [2000, 1000], data: new Float32Array(2_000_000).fill(2) };
  assertEquals(numbers(await client.call("total(data * data)", { arrays: { data } })), [8_000_000]);
  assertEquals(numbers(await client.call("data = data + 1 & data[5]", { arrays: { data } })), [3]);
  assertEquals(numbers(await client.call("data[7]")), [3]);
});

Deno.test("serveArrays() ends a runaway command, and only its connection hears of it", async () => {
  await using running = await start({ workers: 2, commandTimeout: 1_500 });
  await using guilty = await ArrayClient.connect(running.address);
  await using other = await ArrayClient.connect(running.address);
  const long = "a = dindgen(1000000) & " + "a = sin(a) ^ 1.5d & ".repeat(2_000) + "a[0]";
  const started = guilty.call(long);
  started.catch(() => {});
  assertEquals(numbers(await other.call("total(lindgen(2000000), /double)")), [1999999000000]);
  const error = await assertRejects(() => started, CallError);
  assertEquals(error.code, "time");
  assertEquals(numbers(await guilty.call("1 + 1")), [2]);
});

Deno.test("serveArrays() shows pictures in the folder and on displays, the right way up", async () => {
  await using folder = await temporaryFolder();
  const shown: ArrayPicture[] = [];
  await using running = await start({
    output: folder.path,
    displays: [{ show: (picture) => void shown.push(picture) }],
  });
  // Two columns, two rows: IDL's first row is the bottom one.
  const gray = { shape: [2, 2], data: Uint8Array.of(10, 20, 30, 40) };
  const rgb = { shape: [3, 2, 2], data: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12) };
  await using client = await ArrayClient.connect(running.address);
  assertEquals(numbers(await client.call("image(data, /no_tool)", { arrays: { data: gray } })), [
    1,
  ]);
  await sendArray(running.address, rgb, "a=image(data,/no_tool)");
  await client.call("tv, data", { arrays: { data: gray } });
  await client.call("plot, data", { arrays: { data: gray.data } });
  await running.logged(/plot-4/);
  const files = await Promise.all(
    ["image-1", "image-2", "tv-3", "plot-4"].map((name) =>
      Deno.readFile(`${folder.path}/${name}.png`)
    ),
  );
  const [first, second, third, fourth] = files.map((file) => decodePng(file));
  assertEquals(first, { width: 2, height: 2, color: "gray", data: Uint8Array.of(30, 40, 10, 20) });
  const flipped = Uint8Array.of(7, 8, 9, 10, 11, 12, 1, 2, 3, 4, 5, 6);
  assertEquals(second, { width: 2, height: 2, color: "rgb", data: flipped });
  assertEquals(third!.data, first!.data);
  assertEquals([fourth!.width, fourth!.height], [640, 512]);
  assertEquals(shown.map(({ kind, handle }) => [kind, handle]), [
    ["image", 1],
    ["image", 2],
    ["tv", 3],
    ["plot", 4],
  ]);
  assertEquals(shown[1]!.image.data, second!.data);
});

Deno.test("serveArrays() draws large pictures in a worker, pixel for pixel", async () => {
  await using folder = await temporaryFolder();
  await using running = await start({ output: folder.path, workers: 1 });
  const [width, height] = [701, 503];
  const data = Uint8Array.from({ length: 3 * width * height }, (_, i) => i * i >> 3);
  await sendArray(running.address, { shape: [3, width, height], data }, "a=image(data,/no_tool)");
  await running.logged(/Wrote image-1.png, 701 x 503/);
  const picture = decodePng(await Deno.readFile(`${folder.path}/image-1.png`));
  for (let y = 0; y < height; y++) {
    const row = data.subarray((height - 1 - y) * 3 * width, (height - y) * 3 * width);
    assertEquals(picture.data.subarray(y * 3 * width, (y + 1) * 3 * width), row);
  }
});

Deno.test("serveArrays() adds to a connection's last plot, in whatever thread it was made", async () => {
  const shown: ArrayPicture[] = [];
  const display = { show: (picture: ArrayPicture) => void shown.push(picture) };
  await using running = await start({ displays: [display], workers: 1 });
  await using client = await ArrayClient.connect(running.address);
  await using other = await ArrayClient.connect(running.address);
  const ink = (i: number): number => shown[i]!.image.data.filter((level) => level === 0).length;
  // A sum of so many elements is carried out in a worker.
  const long = "a = total(lindgen(3000000), /double) & ";
  await client.call("plot, [0, 9]");
  await client.call(`${long}oplot, [9, 0]`);
  await client.call("xyouts, 1, 8, 'text'");
  await client.call("contour, [[0, 1], [1, 0]] & surface, [[0, 1], [1, 0]]");
  assert(ink(0) < ink(1) && ink(1) < ink(2), `${ink(0)}, ${ink(1)}, ${ink(2)}`);
  assertEquals(shown.splice(3).map(({ kind }) => kind), ["contour", "surface"]);
  await client.call(`${long}plot, [0, 9]`);
  await client.call("oplot, [9, 0]");
  assertEquals([ink(3), ink(4)], [ink(0), ink(1)]);
  await assertRejects(() => other.call("oplot, [9, 0]"), Error, "There is no plot to draw into");
});

Deno.test("a command that ends late leaves the colour table alone that another one chose", async () => {
  const shown: ArrayPicture[] = [];
  const display = { show: (picture: ArrayPicture) => void shown.push(picture) };
  await using running = await start({ displays: [display], workers: 1 });
  await using client = await ArrayClient.connect(running.address);
  const show = "tv, bindgen(4, 4)";
  await client.call("loadct, 3");
  await client.call(show);
  await client.call("loadct, 0");
  // A sum of so many elements is carried out in a worker.
  const late = client.call("a = total(lindgen(3000000), /double)");
  await client.call("loadct, 3");
  await late;
  await client.call(show);
  assertEquals(shown.map(({ image }) => image.data)[1], shown[0]!.image.data);
});

Deno.test("serveArrays() keeps pictures of an earlier run", async () => {
  await using folder = await temporaryFolder();
  await Deno.writeTextFile(`${folder.path}/image-1.png`, "earlier");
  await using running = await start({ output: folder.path });
  await using client = await ArrayClient.connect(running.address);
  assertEquals(numbers(await client.call("image(bytarr(2,2))")), [2]);
  assertEquals(await Deno.readTextFile(`${folder.path}/image-1.png`), "earlier");
});

Deno.test("serveArrays() writes FITS and PNG files into its folder", async () => {
  await using folder = await temporaryFolder();
  await using running = await start({ output: folder.path });
  await using client = await ArrayClient.connect(running.address);
  const data = { shape: [3, 2], data: Uint16Array.of(1, 2, 3, 4, 5, 65535) };
  await client.call("writefits, 'a.fits', data & write_png, 'a.png', bytscl(data)", {
    arrays: { data },
  });
  await using file = await openFits(await Deno.readFile(`${folder.path}/a.fits`));
  const { type, pixels, shape } = await file.image();
  assertEquals<unknown>([type, pixels, shape], ["uint16", data.data, [3, 2]]);
  assertEquals(decodePng(await Deno.readFile(`${folder.path}/a.png`)).width, 3);
});

Deno.test("serveArrays() writes nowhere but into its folder", async () => {
  await using folder = await temporaryFolder();
  await Deno.mkdir(`${folder.path}/out`);
  await Deno.writeTextFile(`${folder.path}/secret.fits`, "secret");
  await Deno.mkdir(`${folder.path}/out/folder.fits`);
  await using running = await start({ output: `${folder.path}/out` });
  await using client = await ArrayClient.connect(running.address);
  const names = [
    "../secret.fits",
    "..",
    ".",
    "",
    "a/b.fits",
    "a\\b.fits",
    `${folder.path}/secret.fits`,
    ".hidden.fits",
    "-rf.fits",
    "a\0.fits",
    "x".repeat(200) + ".fits",
    "file:///tmp/a.fits",
    "~/a.fits",
    "a.fits:stream",
  ];
  for (const name of names) {
    await assertRejects(
      () => client.call("writefits, name, bytarr(2,2)", { arrays: { name } }),
      CallError,
      undefined,
      name,
    );
  }
  await assertRejects(
    () => client.call("writefits, 'folder.fits', bytarr(2,2)"),
    CallError,
    "Cannot write folder.fits",
  );
  assertEquals(await Deno.readTextFile(`${folder.path}/secret.fits`), "secret");
  assertEquals([...Deno.readDirSync(`${folder.path}/out`)].map(({ name }) => name), [
    "folder.fits",
  ]);
  assertEquals([...Deno.readDirSync(folder.path)].map(({ name }) => name).sort(), [
    "out",
    "secret.fits",
  ]);
});

Deno.test("serveArrays() writes no more than it may, and nothing without a folder", async () => {
  await using folder = await temporaryFolder();
  await using running = await start({ output: folder.path, maxOutput: 6_000 });
  await using client = await ArrayClient.connect(running.address);
  await client.call("writefits, 'a.fits', bytarr(2,2)");
  await assertRejects(
    () => client.call("writefits, 'b.fits', bytarr(2,2)"),
    CallError,
    "5760 of the 6000",
  );
  await using bare = await start();
  await using other = await ArrayClient.connect(bare.address);
  await assertRejects(() => other.call("writefits, 'a.fits', 1"), CallError, "writes no files");
  await assertRejects(() => other.call("image(bytarr(2,2))"), CallError, "shows no pictures");
});

Deno.test("serveArrays() runs registered functions here or in workers, and describes them", async () => {
  await using running = await start({
    functions: {
      twice: ([x]) => Number(x!.data[0]) * 2,
      later: async ([x], _keywords, { signal }) => {
        await Promise.resolve();
        return signal === undefined ? "no signal" : Number(x!.data[0]) + 1;
      },
      fails: () => {
        throw new Error("on purpose");
      },
      elsewhere: new URL("./registered_function.ts", import.meta.url),
    },
  });
  await using client = await ArrayClient.connect(running.address);
  assertEquals(numbers(await client.call("twice(21)")), [42]);
  assertEquals(numbers(await client.call("later(twice(20)) + 1")), [42]);
  assertEquals(numbers(await client.call("elsewhere(findgen(4))")), [6]);
  assertEquals(numbers(await client.invoke("total", [Float64Array.of(1, 2)])), [3]);
  assertEquals(
    numbers(
      await client.invoke("total", [{ shape: [2, 2], data: Float64Array.of(1, 2, 3, 4) }, 1]),
    ),
    [3, 7],
  );
  assertEquals(numbers(await client.invoke("max", [Float64Array.of(1, NaN, 2)], { nan: true })), [
    2,
  ]);
  await assertRejects(() => client.call("fails(1)"), CallError, "FAILS: on purpose");
  await assertRejects(() => client.call("elsewhere(twice(1))"), CallError, "Cannot mix functions");
  const functions = await client.functions();
  assertEquals(functions.find(({ name }) => name === "TOTAL")?.kind, "function");
  assertStringIncludes(functions.find(({ name }) => name === "MAX")!.signature, "Result = MAX(");
  assertEquals(
    ["TWICE", "LATER", "ELSEWHERE"].filter((name) => functions.some((entry) => entry.name === name))
      .length,
    3,
  );
});

Deno.test("serveArrays() says of a function that does not end that its thread goes on, and bounds such threads", async () => {
  await using folder = await temporaryFolder();
  const complaints: string[] = [];
  const { promise: back, resolve: isBack } = Promise.withResolvers<void>();
  await using running = await start({
    workers: 1,
    commandTimeout: 2_000,
    functions: {
      stuck: new URL("./stuck_function.ts", import.meta.url),
      elsewhere: new URL("./registered_function.ts", import.meta.url),
    },
    complain(line) {
      complaints.push(line);
      if (line.includes("after all")) isBack();
    },
  });
  await using client = await ArrayClient.connect(running.address);
  await client.call("a = 1 & b = 2 & path = 'x'");
  const file = `${folder.path}/end`;
  const lost = await assertRejects(() => client.call(`a = stuck('${file}')`), CallError);
  assertEquals([lost.code, lost.message], [
    "time",
    "The command ran for over 2000 ms; it still runs, and its thread cannot be ended; " +
    "its variables A are lost",
  ]);
  assertEquals(complaints, [
    "% SOCKSERVER: A command does not end, and neither does its thread: 1 so far, " +
    "and from 1 on functions of modules are refused",
  ]);
  const { threads, memory } = await client.metrics();
  assertEquals(threads, { lost: 1 });
  assert(memory.used >= 8 * 1024 ** 2, `${memory.used} bytes are counted`);
  // As many are lost as there are workers: no further function, by whatever way it is called.
  const reason = "calls that do not end keep all threads that the server has for functions (1)";
  for (const command of ["elsewhere(2)", "call_function('elsewhere', 2)"]) {
    const refused = await assertRejects(() => client.call(command), CallError);
    assertEquals([refused.code, refused.message], ["limit", `ELSEWHERE: ${reason}`]);
  }
  // Everything else goes on, long commands too.
  assertEquals(numbers(await client.call("b + total(bytarr(5000000) + 1b, /double)")), [5_000_002]);
  await Deno.writeTextFile(file, "");
  await back;
  assertEquals(numbers(await client.call("elsewhere([2, 3])")), [5]);
  const after = await client.metrics();
  assertEquals(after.threads, { lost: 0 });
  assertEquals(complaints[1], "% SOCKSERVER: A thread that did not end has ended after all");
});

Deno.test("serveArrays() ends a worker that waits for what never comes", async () => {
  const complaints: string[] = [];
  await using running = await start({
    workers: 1,
    commandTimeout: 2_000,
    functions: { waits: new URL("./waiting_function.ts", import.meta.url) },
    complain: (line) => complaints.push(line),
  });
  await using client = await ArrayClient.connect(running.address);
  const ended = await assertRejects(() => client.call("waits()"), CallError);
  assertEquals(
    [ended.code, ended.message],
    ["time", "The command ran for over 2000 ms and was ended"],
  );
  assertEquals((await client.metrics()).threads, { lost: 0 });
  assertEquals(numbers(await client.call("total(bytarr(5000000) + 1b, /double)")), [5_000_000]);
  assertEquals(complaints, []);
});

Deno.test("serveArrays() counts calls, bytes, failures and latencies", async () => {
  await using running = await start();
  await using client = await ArrayClient.connect(running.address);
  await client.call("total(data)", { arrays: { data: Float64Array.of(1, 2) } });
  await assertRejects(() => client.call("1 +"), CallError);
  await assertRejects(() => client.call("nothing(1)"), CallError);
  const metrics = await client.metrics();
  assertEquals(metrics.calls, { done: 1, failed: 2, cancelled: 0, running: 0, waiting: 0 });
  assertEquals(metrics.errors, { syntax: 1, name: 1 });
  assertEquals(metrics.connections, { open: 1, total: 1 });
  assert(metrics.bytes.received > 150 && metrics.bytes.sent > 150, JSON.stringify(metrics.bytes));
  assert(metrics.latency.median > 0 && metrics.latency.most >= metrics.latency.p99);
  assertEquals(metrics.memory.used, 0);
});

Deno.test("shutdown() lets a call end, says goodbye, and ends idle connections at once", async () => {
  const entered = Promise.withResolvers<void>();
  const leave = Promise.withResolvers<void>();
  const running = await start({
    functions: {
      async slow() {
        entered.resolve();
        await leave.promise;
        return 1;
      },
    },
  });
  await using client = await ArrayClient.connect(running.address);
  await using idle = await IdlClient.connect(running.address);
  await idle.send(1, "a = 1");
  const call = client.call("slow()");
  await entered.promise;
  const ended = running.server.shutdown();
  leave.resolve();
  assertEquals(numbers(await call), [1]);
  await ended;
  await assertRejects(() => client.call("1"), Error, "was closed");
});

Deno.test("functions of programs live as long as their connection, in whatever thread they run", async () => {
  await using server = await serveArrays({ port: 0 });
  await using client = await ArrayClient.connect(server.address);
  await using other = await ArrayClient.connect(server.address);
  const program = [
    "function clip, x, TOP=top",
    "  y = x",
    "  for i = 0L, n_elements(y) - 1 do begin",
    "    if y[i] gt top then y[i] = top",
    "  endfor",
    "  return, y",
    "end",
    "clip([1, 5, 9], TOP=6)",
  ];
  assertEquals([...(await client.call(program.join("\n")))!.data], [1, 5, 6]);
  const data = { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) };
  const clipped = await client.call("clip(data, TOP=2)", { arrays: { data } });
  assertEquals([clipped!.shape, [...clipped!.data]], [[2, 2], [1, 2, 2, 2]]);
  assertEquals((await client.call("execute('a = clip(3, TOP=1)')"))!.data[0], 1);
  assertEquals((await client.call("a"))!.data[0], 1);
  const failed = await assertRejects(() => other.call("clip([1], TOP=0)"), CallError);
  assertEquals(failed.code, "name");
  // A longer text is parsed by a worker alone.
  const long = "; comment\n".repeat(800) + "pro put, x & x = 5 & end\nput, b\nb";
  assertEquals((await client.call(long))!.data[0], 5);
  assertEquals((await client.call("put, c & c + 1"))!.data[0], 6);
});

Deno.test("a loop without an end is ended near its limit, and only its connection hears of it", async () => {
  await using server = await serveArrays({ port: 0, commandTimeout: 300 });
  await using client = await ArrayClient.connect(server.address);
  await using other = await ArrayClient.connect(server.address);
  let ended = false;
  const runaway = assertRejects(() => client.call("while 1 do a = 1"), CallError).then((error) => {
    ended = true;
    return error;
  });
  let answers = 0;
  while (!ended) {
    assertEquals((await other.call("for i = 0, 9 do s = i & s"))!.data[0], 9);
    answers++;
  }
  assertEquals((await runaway).code, "time");
  assert(answers > 0);
  assertEquals((await client.call("1 + 1"))!.data[0], 2);
});

Deno.test("structures and objects stay what they are from command to command", async () => {
  await using server = await serveArrays({ port: 0 });
  await using client = await ArrayClient.connect(server.address);
  await client.call("l = list(1, findgen(3)) & h = hash('l', l) & s = {a: [1, 2], l: l}");
  await client.call("n = {point, x: 1, y: 'text'} & r = replicate({point}, 3)");
  // What refers to one list refers to one list, whichever variable a command names.
  await client.call("l.add, 'third'");
  assertEquals((await client.call("n_elements(h['l'])"))!.data[0], 3);
  await client.call("x = s.l & x.add, 'fourth'");
  assertEquals((await client.call("l.count()"))!.data[0], 4);
  await client.call("s.a[1] = 7 & r[1].x = 5");
  assertEquals([...(await client.call("[s.a, r.x]"))!.data], [1, 7, 0, 5, 0]);
  assertEquals((await client.call("m = {point} & strlen(m.y + r[0].y)"))!.data[0], 0);
  const error = await assertRejects(() => client.call("s"), CallError);
  assertStringIncludes(error.message, "Cannot return a value of type STRUCT");
  // A long chain goes to a worker and comes back.
  await client.call("c = list(1) & for i = 0L, 9999 do c = list(c)");
  await client.call("a = fltarr(2000, 2000) & for i = 0, 9 do a = a + 1 & d = c[0]");
  assertEquals((await client.call("c = 0 & d.count() + a[5]"))!.data[0], 11);
});

Deno.test("a program of several lines goes through the wire of IDL as one", async () => {
  await using server = await serveArrays({ port: 0 });
  await using client = await IdlClient.connect(server.address);
  const program = "s = 0 ; the sum\nfor i = 0, n_elements(data) - 1 do begin\n  s += data[i]\n" +
    "endfor\nreturn, s";
  assertEquals((await client.send(Int16Array.of(1, 2, 4), program))?.data[0], 7);
  await client.send(undefined, "function add, x\n  return, x + 1\nend");
  assertEquals((await client.send(undefined, "return, add(5)"))?.data[0], 6);
});
