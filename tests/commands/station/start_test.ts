import { assertEquals, assertMatch } from "@std/assert";
import { runCommand } from "../../support/run_command.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const ANY_PORTS = ["", "fitspipe-", "rpc-", "ws-"].flatMap((name) => [`--${name}port`, "0"]);

Deno.test("start prints where each server listens, and what opens the page", async () => {
  await using folder = await temporaryFolder();
  await Deno.writeTextFile(`${folder.path}/note.txt`, "hello");
  const own = ["--data", folder.path, "--out", `${folder.path}/received`, ...ANY_PORTS];
  for (const flags of [[], ["--json"]]) {
    const end = new AbortController();
    const all = Promise.withResolvers<void>();
    const lines: string[] = [];
    const running = runCommand("start", [...own, ...flags], end.signal, (line) => {
      if (lines.push(line) === 4) all.resolve();
    });
    await all.promise;
    const urls = lines.map((line) => /(?:http|tcp|ws):\/\/127\.0\.0\.1:\d+\/?/.exec(line)![0]);
    const text = await (await fetch(`${urls[0]}note.txt`)).text();
    end.abort();
    const { status, out, error } = await running;
    assertEquals([status, text], [130, "hello"]);
    assertEquals(error, [`open ${urls[0]} in a browser; Ctrl-C ends the station`]);
    const names = ["files", "arrays", "images", "frames"];
    assertEquals(
      out,
      flags.length > 0
        ? urls.map((url, i) => JSON.stringify({ event: "listening", url, service: names[i] }))
        : urls.map((url, i) => `listening on ${url}${i === 0 ? "" : ` (${names[i]})`}`),
    );
    assertEquals([...Deno.readDirSync(folder.path)].map(({ name }) => name).sort(), [
      "note.txt",
      "received",
    ]);
  }
});

Deno.test("start says what is in the way of its folders", async () => {
  await using folder = await temporaryFolder();
  await Deno.writeTextFile(`${folder.path}/file`, "");
  const start = (...words: string[]) => runCommand("start", [...ANY_PORTS, ...words]);
  const data = await start("--data", `${folder.path}/none`, "--out", folder.path);
  assertEquals([data.status, data.out, data.error.length], [1, [], 1]);
  assertMatch(data.error[0]!, /Cannot serve '.*none': there is no such folder/);
  const out = await start("--data", folder.path, "--out", `${folder.path}/file`);
  assertEquals([out.status, out.out, out.error.length], [1, [], 1]);
  assertMatch(out.error[0]!, /Cannot make the folder '.*file': it is a file/);
});

Deno.test("start names the flag of a port that is in use", async () => {
  await using folder = await temporaryFolder();
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr;
  for (const flag of ["--port", "--fitspipe-port", "--rpc-port", "--ws-port"]) {
    const ports = ANY_PORTS.map((word, i) => ANY_PORTS[i - 1] === flag ? `${port}` : word);
    const { status, error } = await runCommand("start", [
      "--data",
      folder.path,
      "--out",
      folder.path,
      ...ports,
    ]);
    assertEquals([status, error.length], [1, 1]);
    assertMatch(
      error[0]!.replaceAll(`${port}`, "PORT"),
      new RegExp(
        `^Cannot listen on 127\\.0\\.0\\.1:PORT: the port is in use(; \\d+ is free)?: ${flag} takes another$`,
      ),
    );
  }
});

Deno.test("start FILE serves its folder and says where its page is, start DIR serves the folder", async () => {
  await using folder = await temporaryFolder();
  const file = `${folder.path}/a b.fits`;
  await Deno.writeTextFile(file, "x");
  for (const [path, page] of [[file, "view/a%20b.fits"], [folder.path, ""]] as const) {
    const words = [path, "--out", `${folder.path}/received`, ...ANY_PORTS];
    const end = new AbortController();
    const all = Promise.withResolvers<string>();
    let lines = 0;
    const running = runCommand("start", words, end.signal, (line) => {
      if (lines++ === 0) all.resolve(/http:\S+/.exec(line)![0]);
    });
    const url = await all.promise;
    const listing = await (await fetch(`${url}files/`, { headers: { Accept: "application/json" } }))
      .json();
    end.abort();
    const { error } = await running;
    assertEquals(error[0], `open ${url}${page} in a browser; Ctrl-C ends the station`);
    assertEquals(listing.some(({ name }: { name: string }) => name === "a b.fits"), true);
  }
  const missing = await runCommand("start", [`${folder.path}/none.fits`, ...ANY_PORTS]);
  assertEquals([missing.status, missing.out], [1, []]);
  const both = await runCommand("start", ["x.fits", "--data", ".", ...ANY_PORTS]);
  assertEquals(both.status, 2);
});

Deno.test("start listens beyond this machine with a token alone, unless that is wanted otherwise", async () => {
  await using folder = await temporaryFolder();
  const cases: [words: string[], expected: RegExp][] = [
    [["--host", "0.0.0.0"], /^--host is '0\.0\.0\.0', which others can reach: expected --token/],
    [["--token", "short"], /^the token has 5 characters, expected 8 or more$/],
    [["--token", "long-enough", "--token-file", "x"], /^--token and --token-file exclude/],
    [["--base-path", "/a/../b"], /^--base-path is '\/a\/\.\.\/b', expected a path of letters/],
    [["--base-path", "//x"], /^--base-path is '\/\/x'/],
  ];
  for (const [words, expected] of cases) {
    const { status, error } = await runCommand("start", [
      ...["--data", folder.path, "--out", folder.path],
      ...ANY_PORTS,
      ...words,
    ]);
    assertEquals(status, 2, words.join(" "));
    assertMatch(error[0]!.replace(/^heliograph start: /, ""), expected);
  }
});
