/** A worker that goes through a plane once and makes its levels: tiles are answered meanwhile. */

import { openFits } from "../../fits/file/open.ts";
import { OpenFile, sameVersion } from "../../http/server/open_file.ts";
import { messageOf } from "../../net/errors.ts";
import { LevelsBuilder } from "./builder.ts";
import type { PassFile, PassReport } from "./pass_messages.ts";
import { StoredPlane } from "./stored_plane.ts";

/** Pixels that are read at a time. */
const BAND_PIXELS = 1 << 21;
/** Milliseconds between two reports. */
const REPORT_MS = 100;

const scope = globalThis as unknown as {
  onmessage: (event: MessageEvent<PassFile>) => void;
  postMessage(message: PassReport, transfer?: Transferable[]): void;
};

async function makeLevels({ path, version, hdu: index, place }: PassFile): Promise<void> {
  using file = OpenFile.open(path);
  if (!sameVersion(file.version, version)) throw new Error("the file has been changed");
  const readAt = (target: Uint8Array, position: number) => file.readAt(target, position);
  await using fits = await openFits({ name: path, size: file.size, readAt });
  const plane = new StoredPlane(await fits.hdu(index), place);
  const { width, height } = plane;
  const builder = new LevelsBuilder(width, height, plane.rule);
  const rows = Math.max(1, Math.floor(BAND_PIXELS / width / builder.rows)) * builder.rows;
  let told = performance.now();
  let since = 0;
  for (let y = 0; y < height; y += rows) {
    const band = { x: 0, y, width, height: Math.min(rows, height - y) };
    const { values } = await plane.read(band);
    builder.add(values, y);
    const now = performance.now();
    since += band.height;
    if (now - told < REPORT_MS) continue;
    told = now;
    const percent = Math.floor((y + band.height) / height * 100);
    scope.postMessage({ kind: "progress", rows: since, percent });
    since = 0;
  }
  file.checkUnchanged();
  scope.postMessage({ kind: "progress", rows: since, percent: 100 });
  const levels = [...builder.finish()].map(([level, made]) => ({ level, ...made }));
  scope.postMessage({ kind: "levels", levels }, levels.map(({ values }) => values.buffer));
}

scope.onmessage = ({ data }) => {
  makeLevels(data).catch((error) => {
    scope.postMessage({ kind: "failed", message: messageOf(error) });
  });
};
scope.postMessage({ kind: "ready" });
