import { assertEquals, assertRejects } from "@std/assert";
import {
  makeFolder,
  readAuthorities,
  readFlagFile,
  readTlsFiles,
} from "../../../commands/program/flag_files.ts";
import { UsageError } from "../../../commands/program/command.ts";
import { HeliographError } from "../../../net/errors.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const CERTIFICATES = new URL("../../certificates/", import.meta.url).pathname;

Deno.test("readTlsFiles() takes both files or none, each in PEM", async () => {
  await using folder = await temporaryFolder();
  const note = `${folder.path}/note`;
  await Deno.writeTextFile(note, "hello");
  assertEquals(await readTlsFiles({ cert: undefined, key: undefined }), undefined);
  const alone = (cert?: string, key?: string) => readTlsFiles({ cert, key });
  await assertRejects(() => alone("a"), UsageError, "--cert is given without --key, expected both");
  await assertRejects(
    () => alone(undefined, "a"),
    UsageError,
    "--key is given without --cert, expected both",
  );
  const cert = `${CERTIFICATES}authority.pem`;
  const text = await Deno.readTextFile(cert);
  assertEquals(await alone(cert, cert), { cert: text, key: text });
  const message = (flag: string) =>
    `Cannot use ${flag} '${note}': there is no '-----BEGIN' line in it, expected PEM`;
  await assertRejects(() => alone(note, cert), HeliographError, message("--cert"));
  await assertRejects(() => alone(cert, note), HeliographError, message("--key"));
});

Deno.test("readAuthorities() takes whole certificates, and numbers one that is damaged", async () => {
  await using folder = await temporaryFolder();
  const cert = `${CERTIFICATES}authority.pem`;
  const text = (await Deno.readTextFile(cert)).trim();
  const path = `${folder.path}/all.pem`;
  await Deno.writeTextFile(path, `${text}\n${text}\n`);
  assertEquals(await readAuthorities("--ca", [cert, path]), [
    await Deno.readTextFile(cert),
    `${text}\n${text}\n`,
  ]);
  assertEquals(await readAuthorities("--ca", []), []);
  const short = Uint8Array.of(0x30, 2, 5, 0).toBase64();
  const pem = (body: string) => `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`;
  await Deno.writeTextFile(path, pem(short));
  assertEquals(await readAuthorities("--ca", [path]), [pem(short)]);
  for (
    const bytes of [
      [0x30, 2, 5],
      [0x30, 2, 5, 0, 0],
      [0x31, 2, 5, 0],
      [0x30, 0x81, 3, 5, 0],
      [0x30, 0x82, 1, 0, 5],
    ]
  ) {
    await Deno.writeTextFile(path, `${text}\n${pem(Uint8Array.from(bytes).toBase64())}`);
    await assertRejects(
      () => readAuthorities("--ca", [path]),
      HeliographError,
      `Cannot use --ca '${path}': certificate 2 of 2 is damaged`,
    );
  }
  const long = new Uint8Array(4 + 0x102);
  long.set([0x30, 0x82, 1, 2]);
  await Deno.writeTextFile(path, pem(long.toBase64()));
  assertEquals((await readAuthorities("--ca", [path])).length, 1);
});

Deno.test("readFlagFile() and makeFolder() name the flag and the file", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/a/b`;
  await assertRejects(
    () => readFlagFile("--token-file", path),
    HeliographError,
    `Cannot read --token-file '${path}': there is no such file`,
  );
  await makeFolder("--out", path);
  await makeFolder("--out", path);
  assertEquals((await Deno.stat(path)).isDirectory, true);
  await Deno.writeTextFile(`${path}/file`, "text");
  assertEquals(await readFlagFile("--token-file", `${path}/file`), "text");
  await assertRejects(
    () => makeFolder("--out", `${path}/file`),
    HeliographError,
    `Cannot make the folder of --out '${path}/file': it is a file`,
  );
});
