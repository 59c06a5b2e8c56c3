/** What feeds the server by itself: folders that are replayed, cameras that do not exist. */

import { delay } from "../../net/backoff.ts";
import type { Endpoint } from "../../net/connect.ts";
import { HeliographError } from "../../net/errors.ts";
import { fileError } from "../../net/file_error.ts";
import { SyntheticCamera } from "../../fits/fitspipe/feed/camera.ts";
import { FitspipeClient } from "../../fits/fitspipe/client.ts";
import { isFeedName } from "../../fits/fitspipe/feed/protocol.ts";
import { readCameraFrames } from "../../fits/fitspipe/read_frames.ts";
import { UsageError } from "../program/command.ts";

/** A feed that the server makes itself. */
export interface FeedSource {
  readonly name: string;
  /** Frames per second. */
  readonly rate: number;
  /** The frames, in order. */
  frames(): AsyncGenerator<readonly Uint8Array[], void, void>;
}

/**
 * Reads `NAME=DIR`.
 *
 * @throws {UsageError} If it is something else.
 * @throws {HeliographError} If the folder has no FITS files.
 */
export async function parseFeedFolder(
  text: string,
  rate: number,
  loop: boolean,
): Promise<FeedSource> {
  const [name, folder] = splitOnce(text, "--feed", "NAME=DIR");
  await fitsFiles(folder);
  return { name, rate, frames: () => replay(folder, loop) };
}

/**
 * Reads `NAME=WIDTHxHEIGHT@FPS`.
 *
 * @param text The value of the flag.
 * @param mostBytes The bytes that a server keeps.
 * @throws {UsageError} If it is something else, or if no frame of it can be kept.
 */
export function parseSimulation(text: string, mostBytes: number): FeedSource {
  const [name, camera] = splitOnce(text, "--simulate", "NAME=WIDTHxHEIGHT@FPS");
  const match = /^(\d{1,5})x(\d{1,5})(?:@(\d+(?:\.\d+)?))?$/.exec(camera);
  const [width, height, rate] = [Number(match?.[1]), Number(match?.[2]), Number(match?.[3] ?? 30)];
  if (match === null || width < 1 || height < 1 || !(rate > 0)) {
    throw new UsageError(`--simulate is '${text}', expected NAME=WIDTHxHEIGHT@FPS`);
  }
  if (2 * width * height > mostBytes) {
    throw new UsageError(
      `--simulate is '${text}': a frame of ${2 * width * height} bytes, ` +
        `expected at most the ${mostBytes} of --max-memory`,
    );
  }
  return { name, rate, frames: () => simulate(new SyntheticCamera({ width, height, rate })) };
}

function splitOnce(text: string, flag: string, expected: string): [name: string, rest: string] {
  const at = text.indexOf("=");
  const name = text.slice(0, at);
  if (at < 1 || !isFeedName(name) || at + 1 === text.length) {
    throw new UsageError(`${flag} is '${text}', expected ${expected}`);
  }
  return [name, text.slice(at + 1)];
}

/**
 * Puts the frames of a source at its rate until they end or the signal aborts. A
 * frame whose time has passed is put at once, so that the mean rate holds.
 */
export async function runFeed(
  source: FeedSource,
  server: Endpoint,
  signal: AbortSignal,
): Promise<void> {
  await using client = await FitspipeClient.connect(server, { signal });
  let due = performance.now();
  for await (const pieces of source.frames()) {
    const wait = due - performance.now();
    if (wait > 1) await delay(wait, signal);
    await client.put(source.name, pieces);
    // After a stall the camera goes on from now instead of catching up in a burst.
    due = Math.max(due, performance.now() - 1_000) + 1_000 / source.rate;
  }
}

/** The names of the FITS files in a folder, in order. */
async function fitsFiles(folder: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const entry of Deno.readDir(folder)) {
      if (!entry.isDirectory && /\.(fits?|fts)$/i.test(entry.name)) names.push(entry.name);
    }
  } catch (error) {
    throw fileError(error, "replay the folder", folder);
  }
  if (names.length === 0) throw new HeliographError(`No FITS files in the folder '${folder}'`);
  return names.sort();
}

async function* replay(
  folder: string,
  loop: boolean,
): AsyncGenerator<readonly Uint8Array[], void, void> {
  do {
    for (const name of await fitsFiles(folder)) {
      const path = `${folder}/${name}`;
      using file = await Deno.open(path);
      for await (const { pieces } of readCameraFrames(file, { source: path })) yield pieces;
    }
  } while (loop);
}

async function* simulate(camera: SyntheticCamera): AsyncGenerator<Uint8Array[], void, void> {
  const start = Date.now();
  for (let sequence = 1;; sequence++) yield camera.frame(sequence, Date.now(), start);
}
