import { assertEquals } from "@std/assert";
import { concealed } from "../../../commands/program/concealed.ts";
import type { StandardStreams } from "../../../commands/program/streams.ts";
import { serveObjects } from "../../support/http/object_store.ts";
import { runDeno } from "../../support/program.ts";

function recorded(): { streams: StandardStreams; lines: string[] } {
  const lines: string[] = [];
  const add = (line: string) => void lines.push(line);
  return { streams: { print: add, error: add, write: () => Promise.resolve() }, lines };
}

Deno.test("concealed() shows no password and no signed query of the command line", () => {
  const { streams, lines } = recorded();
  const presigned = "https://h/a b.fits?X-Amz-Signature=SECRET&x=1";
  const args = [
    "https://u:SECRET@h/a.fits[1]",
    presigned,
    "--proxy=http://u:SECRET@p:1",
    "s3://b/k",
  ];
  const hidden = concealed(streams, args);
  hidden.print(`{"file":"${args[0]}"}`);
  hidden.error(`opening ${presigned} and ${new URL(presigned).href}`);
  hidden.error("by http://u:SECRET@p:1: refused");
  hidden.print("s3://b/k");
  assertEquals(lines, [
    '{"file":"https://h/a.fits[1]"}',
    "opening https://h/a%20b.fits?x=1&... and https://h/a%20b.fits?x=1&...",
    "by http://p:1/: refused",
    "s3://b/k",
  ]);
  // Nothing is looked through where nothing is hidden.
  assertEquals(concealed(streams, ["https://h/a?b=1", "a.fits", "-o", "x"]), streams);
});

Deno.test("the program shows no signed query of its command line, however much it says", async () => {
  await using store = await serveObjects({ open: ["sun"] });
  store.put("sun/a.fits", "SIMPLE  = no");
  const url = `${store.endpoint}/sun/a.fits?X-Amz-Credential=ID&X-Amz-Signature=SECRET`;
  const net = `--allow-net=${new URL(store.endpoint).host}`;
  const permissions = ["run", "--no-prompt", "--no-check", net, "--allow-read=.", "cli.ts"];
  for (
    const args of [["fits", "info", url], ["read", url], ["head", url], ["read", `${url}&x=/../b`]]
  ) {
    for (const flags of [["--verbose"], ["--json"]]) {
      const { stdout, stderr } = await runDeno([...permissions, ...args, ...flags]);
      assertEquals(/SECRET|X-Amz/.test(stdout + stderr), false, args.join(" "));
      assertEquals((stdout + stderr).length > 0, true);
    }
  }
});
