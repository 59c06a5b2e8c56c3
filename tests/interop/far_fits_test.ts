/** FITS files on nginx, with and without ranges, read by the commands as the files here. */

import { assert, assertEquals } from "@std/assert";
import { compressImage } from "../../fits/compress/mod.ts";
import { encodeFits, openFits, tableHdu } from "../../fits/mod.ts";
import { FormatError } from "../../net/errors.ts";
import { start } from "../support/processes.ts";
import { runCommand } from "../support/run_command.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { until } from "../support/until.ts";

const IMAGE = {
  pixels: Int16Array.from({ length: 1_000_000 }, (_, i) => (i * 7919) >> 3),
  ...{ shape: [1000, 1000], name: "IMAGE" },
};
const TABLE = tableHdu({
  name: "EVENTS",
  columns: [{ name: "X", values: Int32Array.from({ length: 50_000 }, (_, i) => i) }],
});

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** An nginx that writes down what it sent. */
async function nginx(extra = "") {
  const stack = new AsyncDisposableStack();
  const folder = stack.use(await temporaryFolder());
  const root = `${folder.path}/root`;
  await Deno.mkdir(root);
  await Deno.chmod(folder.path, 0o755);
  const port = freePort();
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${folder.path}/${name};`).join(" ");
  await Deno.writeTextFile(
    `${folder.path}/nginx.conf`,
    `daemon off; worker_processes 1; pid ${folder.path}/pid; user root;
error_log ${folder.path}/error.log;
events { worker_connections 64; }
http { ${temporary} ${extra}
  log_format sent '$status $body_bytes_sent';
  server { listen 127.0.0.1:${port}; root ${root}; access_log ${folder.path}/sent.log sent; }
}`,
  );
  const program = stack.use(start("/usr/sbin/nginx", ["-c", `${folder.path}/nginx.conf`]));
  stack.defer(async () => {
    program.kill("SIGTERM");
    await program.ended();
  });
  const url = `http://127.0.0.1:${port}/`;
  await until(async () => {
    const answer = await fetch(url).catch(() => undefined);
    await answer?.body?.cancel();
    return answer !== undefined;
  }, "nginx answers");
  let seen = 0;
  const lines = async () =>
    (await Deno.readTextFile(`${folder.path}/sent.log`)).trimEnd().split("\n");
  seen = (await lines()).length;
  return {
    ...{ root, url },
    /** What was sent since the last look; nginx writes it after the answer. */
    async sent(requests: number): Promise<{ statuses: string[]; bytes: number }> {
      await until(
        async () => (await lines()).length >= seen + requests,
        "nginx has written down what it sent",
      );
      const found = (await lines()).slice(seen).map((line) => line.split(" "));
      seen += found.length;
      return {
        statuses: [...new Set(found.map(([status]) => status!))],
        bytes: found.reduce((sum, [, bytes]) => sum + Number(bytes), 0),
      };
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

const COMMANDS: readonly [name: string, ...args: string[]][] = [
  ["fits cutout", "--hdu", "IMAGE", "--section", "401:500,601:680", "-o", "OUT"],
  ["fits cutout", "--hdu", "IMAGE", "--section", "990:1010,*:100", "-o", "OUT"],
  ["fits copy", "OUT", "--hdu", "EVENTS"],
  ["fits decompress", "-o", "OUT"],
];

for (const extra of ["", "gzip on; gzip_types *; gzip_proxied any;", "etag off;"]) {
  Deno.test(`nginx gives the parts that the commands ask for, and counts what they tell: ${extra}`, async () => {
    await using server = await nginx(extra);
    await using folder = await temporaryFolder();
    const files = {
      "plain.fits": await encodeFits([IMAGE, TABLE]),
      "packed.fits": await encodeFits([await compressImage(IMAGE, { tile: [90, 70] }), TABLE]),
    };
    for (const [file, bytes] of Object.entries(files)) {
      await Deno.writeFile(`${server.root}/${file}`, bytes);
      for (const [i, [name, ...args]] of COMMANDS.entries()) {
        const outputs = ["here", "there"].map((way) => `${folder.path}/${file}-${i}-${way}.fits`);
        for (const [way, from] of [`${server.root}/${file}`, `${server.url}${file}`].entries()) {
          const words = args.map((word) => word === "OUT" ? outputs[way]! : word);
          const { status, out, error } = await runCommand(name, [from, ...words, "--json"]);
          assertEquals(status, 0, error.join("\n"));
          if (way === 0) continue;
          const { requests, bytes } = JSON.parse(out.at(-1)!);
          const sent = await server.sent(requests);
          assertEquals(sent, { statuses: ["206"], bytes }, `${file}: ${name} ${args.join(" ")}`);
        }
        const [here, there] = await Promise.all(outputs.map((path) => Deno.readFile(path)));
        assertEquals(there, here, `${file}: ${name} ${args.join(" ")}`);
      }
    }
  });
}

Deno.test("a file that nginx serves is an error once it is replaced, by its tag or its date", async () => {
  for (const extra of ["", "etag off;"]) {
    await using server = await nginx(extra);
    const path = `${server.root}/a.fits`;
    await Deno.writeFile(path, await encodeFits([IMAGE]));
    await Deno.utime(path, new Date("2026-11-01"), new Date("2026-11-01"));
    await using file = await openFits(`${server.url}a.fits`);
    assertEquals((await file.image({ section: "1:2,900:901" })).pixels.length, 4);
    const other = await encodeFits([{ ...IMAGE, pixels: IMAGE.pixels.map((pixel) => -pixel) }]);
    await Deno.writeFile(path, other);
    const error = await file.image({ section: "1:2,100:101" }).catch((error) => error);
    assert(error instanceof FormatError, `${error}`);
    assert(error.message.includes("it has been changed"), error.message);
  }
});

Deno.test("nginx without ranges gives the file from its start, and that is said", async () => {
  await using server = await nginx("max_ranges 0;");
  await using folder = await temporaryFolder();
  const bytes = await encodeFits([await compressImage(IMAGE, { tile: [90, 70] }), TABLE]);
  await Deno.writeFile(`${server.root}/a.fits`, bytes);
  const outputs = ["here", "there"].map((way) => `${folder.path}/${way}.fits`);
  const flags = ["--section", "401:500,601:680", "-o"];
  const there = await runCommand("fits cutout", [`${server.url}a.fits`, ...flags, outputs[1]!]);
  assertEquals([there.status, there.error[0]], [
    0,
    `${server.url}a.fits: the server answers no ranges, the file is read from its start`,
  ]);
  await runCommand("fits cutout", [`${server.root}/a.fits`, ...flags, outputs[0]!]);
  const [here, far] = await Promise.all(outputs.map((path) => Deno.readFile(path)));
  assertEquals(far, here);
});
