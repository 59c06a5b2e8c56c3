import { assertEquals, assertMatch } from "@std/assert";
import { runCommand } from "../../support/run_command.ts";
import { temporaryFolder } from "../../support/temporary.ts";

/** Starts a server, does something with it, and ends it. */
async function served(args: string[], work: (url: string) => Promise<void>): Promise<number> {
  const stop = new AbortController();
  const listening = Promise.withResolvers<string>();
  const run = runCommand("serve", ["--port", "0", ...args], stop.signal, (line) => {
    listening.resolve(line.replace("listening on ", ""));
  });
  void run.then(({ error }) => listening.reject(new Error(error.join("\n"))));
  try {
    await work(await listening.promise);
  } finally {
    stop.abort();
  }
  return (await run).status;
}

Deno.test("heliograph serve --upload --compress takes files, and sends text in a coding", async () => {
  await using folder = await temporaryFolder();
  const text = "sun ".repeat(1_000);
  await served(["--upload", "--upload-size", "5000", "--compress", folder.path], async (url) => {
    const put = await fetch(`${url}a.txt`, { method: "PUT", body: text });
    assertEquals([put.status, await put.text()], [201, ""]);
    const large = await fetch(`${url}b.txt`, { method: "PUT", body: text.repeat(2) });
    assertEquals(large.status, 413);
    await large.body?.cancel();
    const got = await fetch(`${url}a.txt`, { headers: { "Accept-Encoding": "gzip" } });
    assertEquals([await got.text(), got.headers.get("vary")], [text, "Accept-Encoding"]);
  });
  assertEquals(Deno.readTextFileSync(`${folder.path}/a.txt`), text);
  assertEquals([...Deno.readDirSync(folder.path)].length, 1);
});

Deno.test("heliograph serve says what --upload goes with", async () => {
  await using folder = await temporaryFolder();
  Deno.writeTextFileSync(`${folder.path}/a`, "a");
  const errorOf = async (...args: string[]) =>
    (await runCommand("serve", [...args, "--port", "0"])).error.join("\n");
  assertMatch(await errorOf("--upload", `${folder.path}/a`), /--upload needs a folder/);
  assertMatch(await errorOf("--upload", "s3://sun/2026/"), /a bucket is served read only/);
  assertMatch(await errorOf("--upload-size", "1M", folder.path), /--upload-size needs --upload/);
});
