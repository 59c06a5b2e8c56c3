/**
 * The npm package, from its archive, on a machine that has only Node: installed by npm in an empty
 * home, with Deno as its dependency.
 */

import { assert, assertEquals } from "@std/assert";
import { ROOT } from "../support/program.ts";
import { temporaryFolder } from "../support/temporary.ts";

const PAGE = `import { openFits, renderImage } from "heliograph/fits/browser";
import { readFileSync } from "node:fs";
for (const name of process.argv.slice(2)) {
  const file = await openFits(new Blob([readFileSync(name)]));
  const hdu = await file.find(({ isImage }) => isImage);
  const image = await hdu.image();
  const { data } = renderImage(image, { limits: "minmax" });
  console.log(image.type, image.shape.join(" x "), data.length);
}
`;

const TYPED = `import { type FitsFile, openFits, renderImage } from "heliograph/fits/browser";
const file: FitsFile = await openFits(new Blob([]));
const { data } = renderImage(await file.image(), { limits: "minmax" });
export const bytes: Uint8Array = data;
export const wrong: string = data;
`;

const COMPILER_OPTIONS = {
  ...{ strict: true, noEmit: true, target: "esnext", module: "nodenext", types: [] },
  lib: ["esnext", "dom"],
};

interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

Deno.test("heliograph is installed by npm and runs where there is only Node", async (t) => {
  await using home = await temporaryFolder();
  const cache = await run("npm", ["config", "get", "cache"], ROOT, {});
  const settings = await run("npm", ["config", "get", "userconfig"], ROOT, {});
  assertEquals([cache.code, settings.code], [0, 0], cache.stderr);
  const env = { HOME: home.path, NO_COLOR: "1" };
  const install = {
    ...env,
    npm_config_cache: cache.stdout.trim(),
    npm_config_userconfig: settings.stdout.trim(),
  };
  const packed = await run(Deno.execPath(), ["task", "--quiet", "pack"], ROOT, {});
  assertEquals(packed.code, 0, packed.stderr);
  const archive = packed.stdout.replace(/: \d+ bytes\n$/, "");
  await Deno.writeTextFile(`${home.path}/package.json`, `{ "type": "module" }`);
  const installed = await run(
    "npm",
    ["install", "--prefer-offline", "--no-audit", "--no-fund", archive],
    home.path,
    install,
  );
  assertEquals(installed.code, 0, installed.stderr);
  const program = `${home.path}/node_modules/.bin/heliograph`;
  // What would be fetched, could not be.
  const offline = { ...env, NPM_CONFIG_REGISTRY: "http://127.0.0.1:1/" };

  await t.step("its first start needs no network", async () => {
    const { version } = JSON.parse(await Deno.readTextFile(`${ROOT}npm/package.json`));
    const first = await run(program, ["--version"], home.path, offline);
    assertEquals(first, { code: 0, stdout: `heliograph ${version}\n`, stderr: "" });
    const head = await run(program, ["get", "--prot", "1"], home.path, offline);
    assertEquals(head.code, 2);
    assert(head.stderr.includes("unknown flag '--prot'"), head.stderr);
  });

  await t.step("a server listens, and a signal for the program ends it", async () => {
    await using station = new Deno.Command(program, {
      args: ["start", ...["", "fitspipe-", "rpc-", "ws-"].flatMap((n) => [`--${n}port`, "0"])],
      ...{ cwd: home.path, env: offline, stdin: "null", stdout: "piped", stderr: "null" },
    }).spawn();
    let text = "";
    const output = station.stdout.pipeThrough(new TextDecoderStream());
    for await (const piece of output.values({ preventCancel: true })) {
      text += piece;
      if (text.split("\n").length > 4) break;
    }
    assert(/^listening on http:\/\/127\.0\.0\.1:\d+\/\n/.test(text), text);
    station.kill("SIGINT");
    await output.cancel();
    assertEquals((await station.status).code, 130);
  });

  await t.step("commands read and write FITS files", async () => {
    const args = ["fits", "compress", "sample-data/sun.fits", "-o", "sun.fits.fz"];
    const { code, stderr } = await run(program, args, home.path, offline);
    assertEquals(code, 0, stderr);
  });

  await t.step("the browser entry has types", async () => {
    await Deno.writeTextFile(`${home.path}/typed.ts`, TYPED);
    const options = { compilerOptions: COMPILER_OPTIONS, files: ["typed.ts"] };
    await Deno.writeTextFile(`${home.path}/tsconfig.json`, JSON.stringify(options));
    const compile = [
      "run",
      "--quiet",
      "--no-lock",
      "--no-config",
      "-A",
      "npm:typescript@6.0.3/tsc",
    ];
    const { stdout } = await run(Deno.execPath(), [...compile, "-p", "."], home.path, {});
    assertEquals(stdout.trimEnd().split("\n"), [
      "typed.ts(5,14): error TS2322: Type 'Uint8Array<ArrayBuffer>' is not assignable to type " +
      "'string'.",
    ]);
  });

  await t.step(
    "the browser entry runs in Node, with the kernels of compressed images",
    async () => {
      await Deno.writeTextFile(`${home.path}/page.mjs`, PAGE);
      const args = ["page.mjs", "sample-data/sun.fits", "sun.fits.fz"];
      const { code, stdout, stderr } = await run("node", args, home.path, {});
      assertEquals([code, stdout], [0, "uint16 1024 x 1024 1048576\n".repeat(2)], stderr);
    },
  );
});

async function run(
  program: string,
  args: readonly string[],
  cwd: string,
  env: Record<string, string>,
): Promise<Result> {
  const command = new Deno.Command(program, { args: [...args], cwd, env, stdin: "null" });
  const { code, stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}
