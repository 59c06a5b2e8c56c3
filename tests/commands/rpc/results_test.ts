/** What the commands of `rpc` print, report and return, word by word. */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Card } from "../../../fits/header/card.ts";
import { encodeFits } from "../../../fits/write/write.ts";
import { encodeNpy, parseNpy } from "../../../fits/image/npy.ts";
import { printValue } from "../../../commands/rpc/print_value.ts";
import { serveArrays } from "../../../rpc/server/array_server.ts";
import { runCommand } from "../../support/run_command.ts";
import { temporaryFolder } from "../../support/temporary.ts";
import { until } from "../../support/until.ts";

const CONNECTED = "% SOCKCLIENT: Server connection established on LUN 100";

/** A folder with a small array, and a server. */
async function setUp(token?: string) {
  const folder = await temporaryFolder();
  const npy = `${folder.path}/a.npy`;
  const array = { type: "f32", shape: [3, 2], data: Float32Array.of(0, 1, 2, 3, 4, 5) } as const;
  await Deno.writeFile(npy, encodeNpy(array));
  const server = await serveArrays({ port: 0, token });
  const at = ["--host", "127.0.0.1", "--port", `${server.address.port}`];
  return {
    folder,
    npy,
    at,
    async [Symbol.asyncDispose]() {
      await server.shutdown();
      await folder[Symbol.asyncDispose]();
    },
  };
}

Deno.test("rpc send prints what the command returns, and says what was sent", async () => {
  await using own = await setUp();
  const send = (...words: string[]) => runCommand("rpc send", [...own.at, own.npy, ...words]);
  const sent = "sent FLOAT [3, 2], 24 bytes";
  const value = await send("return, total(data)");
  assertEquals([value.status, value.out], [0, ["      15.0000"]]);
  assertEquals(value.error, [CONNECTED, sent]);
  const nothing = await send("a = data");
  assertEquals([nothing.status, nothing.out, nothing.error], [0, [], value.error]);
  const json = await send("print, 7 & return, data[0:1]", "--json");
  assertEquals([json.status, json.error], [0, [CONNECTED]]);
  assertEquals(json.out, [
    '{"event":"print","text":"       7"}',
    '{"event":"sent","type":"FLOAT","shape":[3,2],"bytes":24}',
    '{"type":"FLOAT","shape":[2],"data":[0,1]}',
  ]);
  const idl = await send("return, total(data)", "--wire", "idl", "--json");
  assertEquals(idl.out, [
    '{"event":"sent","type":"FLOAT","shape":[3,2],"bytes":24}',
    '{"type":"FLOAT","shape":[],"data":[15]}',
  ]);
  assertEquals(idl.error, [CONNECTED]);
});

Deno.test("rpc send says which protocol it takes, and that one has no place for a token", async () => {
  await using own = await setUp();
  const send = async (...words: string[]) => {
    const { status, out, error } = await runCommand("rpc send", [own.npy, "1", ...words]);
    return [status, out, error];
  };
  assertEquals(await send("--wire", "x"), [2, [], ["--wire is 'x', expected own or idl"]]);
  const message = "--wire idl has no place for a token: use our own protocol";
  for (const flag of ["--token", "--token-file"]) {
    assertEquals(await send("--wire", "idl", flag, "x"), [2, [], [message]]);
  }
});

Deno.test("rpc call takes files as arrays, prints the result or writes it", async () => {
  await using own = await setUp();
  const call = (...words: string[]) => runCommand("rpc call", [...own.at, ...words]);
  const sum = await call("total(a + b_1)", `a=${own.npy}`, `b_1=${own.npy}`);
  assertEquals([sum.status, sum.out, sum.error], [0, ["      30.0000"], [CONNECTED]]);
  const none = await call("a = 1");
  assertEquals([none.status, none.out, none.error], [0, [], [CONNECTED]]);
  const output = `${own.folder.path}/b.npy`;
  const written = await call("a * 2", `a=${own.npy}`, "-o", output);
  assertEquals([written.status, written.out], [0, []]);
  assertEquals(written.error, [CONNECTED, `wrote ${output}`]);
  assertEquals(parseNpy(await Deno.readFile(output)).data, Float32Array.of(0, 2, 4, 6, 8, 10));
  const json = await call("[1, 2]", "-o", output, "--clobber", "--json");
  const { size } = await Deno.stat(output);
  assertEquals(json.out, [JSON.stringify({ output, type: "INT", shape: [2], bytes: size })]);
  assertEquals(json.error, [CONNECTED]);
  const late = await call(
    "a = dindgen(1000000) & " + "a = sin(a) & ".repeat(900),
    "--timeout",
    "0.2",
  );
  assertEquals([late.status, late.out], [1, []]);
  assertMatch(
    late.error[1]!,
    /The command has not ended after \d+ ms|had passed before it began|within 200 ms|ran for over \d+ ms/,
  );
});

Deno.test("rpc call refuses what is no argument before it asks a server", async () => {
  await using own = await setUp();
  for (
    const [words, message] of [
      [["1", "x"], "'x' is not NAME=FILE"],
      [["1", "1a=x"], "'1a=x' is not NAME=FILE"],
      [["1", "a="], "'a=' is not NAME=FILE"],
      [["1", "-o", "a.txt"], "--output is 'a.txt', expected a name in .npy, .fits or .png"],
      [["1", "--token", "a", "--token-file", "b"], "--token and --token-file exclude each other"],
    ] as const
  ) {
    const { status, out, error } = await runCommand("rpc call", words);
    assertEquals([status, out, error], [2, [], [message]]);
  }
  const nothing = await runCommand("rpc call", [...own.at, "a = 1", "-o", "x.npy"]);
  assertEquals([nothing.status, nothing.error], [
    2,
    [CONNECTED, "'a = 1' has no result to be written"],
  ]);
});

Deno.test("errors of a command say their place, counted from 1; others stay as they are", async () => {
  await using own = await setUp();
  const { status, out, error } = await runCommand("rpc call", [...own.at, "1 + nothing(1)"]);
  assertEquals([status, out], [1, []]);
  assertStringIncludes(error[1]!, "(at 5 of '1 + nothing(1)')");
});

Deno.test("rpc functions has one line for each, or an object; metrics are one object", async () => {
  await using own = await setUp("open sesame");
  await Deno.writeTextFile(`${own.folder.path}/token`, "open sesame\n");
  const line = [...own.at, "--token-file", `${own.folder.path}/token`];
  const listed = await runCommand("rpc functions", line);
  const json = await runCommand("rpc functions", [...line, "--json"]);
  assertEquals([listed.status, listed.error], [0, [CONNECTED]]);
  const functions = json.out.map((text) => JSON.parse(text));
  assertEquals(listed.out.length, functions.length);
  const width = Math.min(60, Math.max(...functions.map(({ signature }) => signature.length)));
  assertEquals(
    listed.out,
    functions.map(({ signature, summary }) => `${signature.padEnd(width)}  ${summary}`),
  );
  // The server may still have to hear of the end of the connections before this one.
  await until(async () => {
    const { out: [metrics], ...rest } = await runCommand("rpc functions", [...line, "--metrics"]);
    assertEquals([rest.status, rest.error], [0, [CONNECTED]]);
    return JSON.parse(metrics!).connections.open === 1;
  }, "one connection is open");
  const refused = await runCommand("rpc functions", [...own.at, "--token", "guess"]);
  assertEquals([refused.status, refused.out], [1, []]);
  assertEquals(refused.error.at(-1), "The token is wrong or missing");
});

Deno.test("rpc clients fail where there is no server, or say once that they wait, for a time", async () => {
  const probe = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = probe.addr;
  probe.close();
  const at = ["--host", "127.0.0.1", "--port", `${port}`];
  for (const name of ["rpc call", "rpc functions"]) {
    const alone = await runCommand(name, [...name === "rpc call" ? ["1"] : [], ...at]);
    assertEquals([alone.status, alone.out, alone.error], [1, [], [
      `Cannot connect to 127.0.0.1:${port}: the connection was refused; is a server running there?`,
    ]]);
  }
  const { status, out, error } = await runCommand("rpc call", ["--wait", "1.5", "1", ...at]);
  assertEquals([status, out, error.length], [1, [], 2]);
  assertEquals(error[0], `% SOCKCLIENT: Waiting for a server on 127.0.0.1:${port}`);
  assertStringIncludes(error[1]!, "1500 ms");
});

Deno.test("rpc serve has as many workers and as much memory as it is told", async () => {
  await using folder = await temporaryFolder();
  const end = new AbortController();
  const heard = Promise.withResolvers<string>();
  const words = ["--port", "0", "--workers", "1", "--token", "t", "--out", folder.path];
  const flags = [...words, "--max-memory", "64M", "--timeout", "60", "--json"];
  const running = runCommand("rpc serve", flags, end.signal, heard.resolve);
  const { event, url } = JSON.parse(await heard.promise);
  assertEquals(event, "listening");
  const { hostname, port } = new URL(url);
  const at = ["--host", hostname, "--port", port];
  const metrics = async () =>
    JSON.parse((await runCommand("rpc functions", [...at, "--token", "t", "--metrics"])).out[0]!);
  assertEquals((await metrics()).memory.limit, 64 * 1024 ** 2);
  const enough = new AbortController();
  const long = "a = dindgen(1000000) & " + "a = sin(a) & ".repeat(2_000);
  const call = [...at, "--token", "t", long];
  const calls = [1, 2].map(() => runCommand("rpc call", call, enough.signal));
  // One worker has one of the two; the other waits.
  await until(async () => {
    const { calls } = await metrics();
    return calls.running === 2 && calls.waiting === 1;
  }, "a call waits for the worker");
  enough.abort();
  assertEquals((await Promise.all(calls)).map(({ status }) => status), [130, 130]);
  assertEquals((await runCommand("rpc functions", at)).status, 1);
  end.abort();
  const { status, error } = await running;
  assertEquals(status, 130);
  assertStringIncludes(error[0]!, `% SOCKSERVER: Server listening on port ${port}`);
});

Deno.test("printValue() prints as PRINT does, or one object with text for what JSON lacks", () => {
  const printed = (type: number, data: unknown, json: boolean) => {
    const lines: string[] = [];
    printValue({ type, shape: [2], data } as never, json, (line) => lines.push(line));
    return lines;
  };
  assertEquals(printed(2, Int16Array.of(1, -2), false), ["       1      -2"]);
  for (
    const [type, data, expected] of [
      [
        14,
        BigInt64Array.of(-1n, 2n ** 60n),
        '{"type":"LONG64","shape":[2],"data":["-1","1152921504606846976"]}',
      ],
      [
        5,
        Float64Array.of(NaN, -Infinity),
        '{"type":"DOUBLE","shape":[2],"data":["NaN","-Infinity"]}',
      ],
      [5, Float64Array.of(0.5, 1e300), '{"type":"DOUBLE","shape":[2],"data":[0.5,1e+300]}'],
      [7, ["a", "1"], '{"type":"STRING","shape":[2],"data":["a","1"]}'],
    ] as const
  ) assertEquals(printed(type, data, true), [expected]);
});

Deno.test("rpc call runs a program in a file, on the pixels and the header of a FITS file", async () => {
  await using folder = await temporaryFolder();
  const [image, program] = [`${folder.path}/sun.fits`, `${folder.path}/program.pro`];
  const shape = [3, 2];
  await Deno.writeFile(
    image,
    await encodeFits([{
      pixels: Float32Array.of(1, 2, 3, 4, 5, 6),
      shape,
      header: [Card.of("EXPTIME", 2.5)],
    }]),
  );
  const lines = [
    "; counts per second",
    "function rate, x, EXPOSURE=exposure",
    "  return, x / exposure",
    "end",
    "seconds = fxpar(sun_header, 'EXPTIME')",
    "for i = 0, 1 do begin",
    "  print, i, total(sun[*, i])",
    "endfor",
    "rate(sun[0:1, 0], EXPOSURE=seconds)",
    "end",
  ];
  await Deno.writeTextFile(program, lines.join("\n"));
  await using server = await serveArrays({ port: 0 });
  const at = ["--host", "127.0.0.1", "--port", `${server.address.port}`, "--quiet"];
  const call = (...args: string[]) => runCommand("rpc call", [...at, ...args]);
  const done = await call("-f", program, `sun=${image}`);
  assertEquals([done.status, done.out, done.error], [
    0,
    ["       0      6.00000", "       1      15.0000", "     0.400000     0.800000"],
    [],
  ]);
  await Deno.writeTextFile(program, "a = 1\nb = a +\n");
  const failed = await call("-f", program);
  assertEquals(failed.status, 1);
  assertStringIncludes(failed.error.join("\n"), "expected an expression (line 2, column 8)");
  assertEquals((await call("-f", `${folder.path}/none.pro`)).status, 1);
  assertEquals((await call()).status, 2);
});

Deno.test("rpc send brings the cards of a FITS file where the command speaks of data_header", async () => {
  await using folder = await temporaryFolder();
  const image = `${folder.path}/sun.fits`;
  const header = [Card.of("EXPTIME", 2.5)];
  await Deno.writeFile(
    image,
    await encodeFits([{ pixels: Float32Array.of(1, 2, 3, 4), shape: [2, 2], header }]),
  );
  await using server = await serveArrays({ port: 0 });
  const at = ["--host", "127.0.0.1", "--port", `${server.address.port}`, "--quiet"];
  const text = "print, total(data) / fxpar(data_header, 'EXPTIME')";
  const done = await runCommand("rpc send", [...at, image, text]);
  assertEquals([done.status, done.out], [0, ["      4.00000"]]);
  const refused = await runCommand("rpc send", [...at, "--wire", "idl", image, text]);
  assertEquals(refused.status, 2);
  assertStringIncludes(refused.error.join("\n"), "data_header");
});
