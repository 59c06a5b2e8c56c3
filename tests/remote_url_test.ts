import { assert, assertEquals } from "@std/assert";
import { fileHandler } from "../http/files/handler.ts";
import { serveHttp } from "../http/server/serve_http.ts";
import { ROOT, runDeno, startDeno } from "./support/program.ts";
import { temporaryFolder } from "./support/temporary.ts";

Deno.test("deno run of cli.ts from a URL serves a folder and answers its help", async () => {
  await using folder = await temporaryFolder();
  await Deno.writeTextFile(`${folder.path}/hello.txt`, "hello from afar\n");
  await using origin = await serveHttp({ port: 0 }, fileHandler({ root: ROOT }));
  const cli = `${origin.url}cli.ts`;
  const options = { cwd: folder.path, env: { DENO_DIR: `${folder.path}/deno` } };

  const help = await runDeno(["run", "--no-prompt", cli, "serve", "--help"], options);
  assertEquals(help.code, 0, help.stderr);
  assert(
    help.stdout.includes(`\n  deno run --allow-net=127.0.0.1 --allow-read=. ${cli} serve`),
  );

  const flags = ["--no-prompt", "--allow-net=127.0.0.1", `--allow-read=${folder.path}`];
  await using program = startDeno(
    ["run", ...flags, cli, "serve", ".", "--port", "0", "--json"],
    options,
  );
  const line = await program.line() ?? (await program.stop("SIGTERM")).stderr;
  const { event, url } = JSON.parse(line);
  assertEquals(event, "listening");
  assertEquals(await (await fetch(`${url}hello.txt`)).text(), "hello from afar\n");
  assertEquals((await program.stop("SIGTERM")).code, 143);
});

Deno.test("a kernel comes from the URL of the file that imports it", async () => {
  await using folder = await temporaryFolder();
  await using origin = await serveHttp({ port: 0 }, fileHandler({ root: ROOT }));
  const script = `${folder.path}/script.ts`;
  await Deno.writeTextFile(
    script,
    `import { byteSwapLoaded } from "${origin.url}net/kernels/byte_swap.ts";
    console.log(await byteSwapLoaded);`,
  );
  const { host } = new URL(origin.url);
  const alone = ["--no-config", "--no-lock", "--no-prompt", "--quiet"];
  const result = await runDeno(["run", ...alone, `--allow-import=${host}`, script], {
    cwd: folder.path,
    env: { DENO_DIR: `${folder.path}/deno` },
  });
  assertEquals([result.stdout, result.stderr, result.code], ["true\n", "", 0]);
});
