import { assertEquals, assertThrows } from "@std/assert";
import { prepareForm } from "../../../http/files/content.ts";
import { HeaderFields } from "../../../http/message/header_fields.ts";
import { HttpError } from "../../../http/message/http_error.ts";
import { OpenFile } from "../../../http/server/open_file.ts";
import { OLD } from "../../support/http/site.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const VALIDATORS = { etag: '"a"', lastModified: OLD.getTime() };

const prepare = (file: OpenFile) => prepareForm(file, new HeaderFields(), VALIDATORS);

Deno.test("prepareForm() reads a file and closes it", async () => {
  await using folder = await temporaryFolder();
  await Deno.writeTextFile(`${folder.path}/a`, "0123");
  const file = OpenFile.open(`${folder.path}/a`);
  const { bytes, whole, notModified } = prepare(file);
  assertEquals(bytes, new TextEncoder().encode("0123"));
  assertEquals([whole.status, notModified.status], [200, 304]);
  assertThrows(() => file.readAt(new Uint8Array(1), 0));
});

Deno.test("prepareForm() keeps nothing of a file that changes, and closes it, too", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/a`;
  const changes = [
    () => Deno.truncateSync(path, 2),
    () => Deno.writeTextFileSync(path, "4567"),
    () => Deno.writeTextFileSync(path, "45678"),
  ];
  for (const change of changes) {
    Deno.writeTextFileSync(path, "0123");
    Deno.utimeSync(path, OLD, OLD);
    const file = OpenFile.open(path);
    change();
    const error = assertThrows(() => prepare(file), HttpError, "the file is being changed");
    assertEquals(error.status, 503);
    assertThrows(() => file.readAt(new Uint8Array(1), 0));
  }
});

Deno.test("prepareForm() gives other errors as they are", async () => {
  await using folder = await temporaryFolder();
  Deno.writeTextFileSync(`${folder.path}/a`, "0123");
  const file = OpenFile.open(`${folder.path}/a`);
  file.close();
  const error = assertThrows(() => prepare(file));
  assertEquals(error instanceof HttpError, false);
});
