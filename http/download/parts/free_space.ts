import { HeliographError } from "../../../net/errors.ts";

/** Files below this size are simply tried. */
const MIN_BYTES = 16_777_216;

let permitted: boolean | undefined;

/**
 * Refuses a file that the disk has no room for before a byte of it is written, since
 * others may still fit. Without the permission to ask the system nothing is checked.
 *
 * @param folder The folder.
 * @param name The file.
 * @param bytes Its size.
 * @throws {HeliographError} If the disk has less room.
 */
export async function checkFreeSpace(
  folder: string,
  name: string,
  bytes: number,
): Promise<void> {
  if (bytes < MIN_BYTES) return;
  permitted ??= Deno.permissions.querySync({ name: "sys", kind: "statfs" as "hostname" }).state ===
    "granted";
  if (!permitted) return;
  const { statfs } = await import("node:fs/promises");
  const { bavail, bsize } = await statfs(folder);
  if (bytes <= bavail * bsize) return;
  throw new HeliographError(
    `Cannot write ${name} into ${folder}: it has ${bytes} bytes, the disk has room for ${
      bavail * bsize
    }`,
    { source: folder },
  );
}
