/** Every command that the station's pages offer is pasted into a shell, and works. */

import { assert, assertEquals } from "@std/assert";
import { openPage } from "../support/chromium.ts";
import { ROOT, startDeno, taskProgram } from "../support/program.ts";
import { temporaryFolder } from "../support/temporary.ts";

const ANY_PORTS = ["", "fitspipe-", "rpc-", "ws-"].flatMap((name) => [`--${name}port`, "0"]);
const PROGRAM = "deno task heliograph";

/** Runs a line through a shell, as a person does who has `deno` and `heliograph`. */
async function paste(line: string, cwd: string, bin: string) {
  const folder = Deno.execPath().replace(/\/[^/]*$/, "");
  const command = new Deno.Command("sh", {
    // Tasks keep the folder that they were started in, and this test may be part of one.
    args: ["-c", `unset INIT_CWD; timeout 60 ${line}`],
    env: { PATH: `${bin}:${folder}:${Deno.env.get("PATH")}`, NO_COLOR: "1" },
    cwd,
    stdin: "null",
  });
  const { code, stdout, stderr } = await command.output();
  const [out, error] = [stdout, stderr].map((bytes) => new TextDecoder("latin1").decode(bytes));
  return { code, out: out!, error: error! };
}

/** A folder with the program as it is called where it is installed. */
async function installed(folder: string): Promise<string> {
  const bin = `${folder}/bin`;
  await Deno.mkdir(bin);
  const words = [Deno.execPath(), ...taskProgram()].map((word) => `'${word}'`).join(" ");
  await Deno.writeTextFile(`${bin}/heliograph`, `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o755 });
  return bin;
}

Deno.test("every command of the station's pages works as it is copied", async () => {
  await using folder = await temporaryFolder();
  const bin = await installed(folder.path);
  await using station = startDeno(
    ["run", "--no-prompt", "-A", `${ROOT}cli.ts`, "start", ...ANY_PORTS],
    { cwd: folder.path, env: { HELIOGRAPH_PROGRAM: PROGRAM } },
  );
  const url = /^listening on (\S+)$/.exec(await station.line() ?? "")?.[1];
  assert(url !== undefined);
  await using page = await openPage(`${url}pictures/`);
  const shown = await page.until<string[]>(
    "(list => list.length > 0 && list)([...document.querySelectorAll('.commands code')].map((line) => line.textContent))",
  );
  await page.goTo(url);
  await page.until("document.querySelectorAll('.commands button').length > 5");
  // What a button copies, where a test has no clipboard.
  await page.until("(navigator.clipboard.writeText = async (text) => { copied = text; }, true)");
  const copied = await page.until<string[]>(`(async () => {
    const lines = [];
    for (const button of document.querySelectorAll(".commands button")) {
      globalThis.copied = "";
      button.click();
      lines.push(globalThis.copied);
    }
    return lines;
  })()`);
  const families = new Set(copied.map((line) => line.slice(PROGRAM.length + 1).split(" ")[0]));
  assertEquals(families, new Set(["head", "read", "fits", "rpc", "ws", "fitspipe"]));
  await page.goTo(`${url}view/sun.fits?panel=export`);
  const command = await page.until<string>(
    "[...document.querySelectorAll('.copy-line code')].map((line) => line.textContent).find((line) => / fits view /.test(line))",
  );
  // Where the program is installed, the switch gives its name.
  await page.goTo(url);
  await page.until(`(() => {
    const select = document.querySelector(".switch select");
    select.value = "heliograph";
    select.dispatchEvent(new Event("change"));
    return true;
  })()`);
  await page.goTo(url);
  const switched = await page.until<string>(
    "document.querySelector('.switch select')?.value === 'heliograph' && document.querySelector('#files .commands code').textContent",
  );
  assert(switched.startsWith("heliograph head http"), switched);
  assertEquals(page.problems, []);
  for (const line of new Set([...shown, ...copied, command, switched])) {
    const { code, out, error } = await paste(line, folder.path, bin);
    assertEquals(code, 0, `${line}\n${out.slice(0, 500)}\n${error}`);
    assert(out.length + error.length > 0 || / -o view\.png$/.test(line), line);
  }
  assertEquals((await Deno.readFile(`${folder.path}/view.png`)).subarray(1, 4).toHex(), "504e47");
});
