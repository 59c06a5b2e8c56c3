import { concatenate } from "../../net/bytes/concatenate.ts";
import { HttpError } from "../message/http_error.ts";
import { inTurn } from "../server/event_loop_turn.ts";
import { type FileVersion, sameVersion } from "../server/open_file.ts";
import type { ResponseBody } from "../server/types.ts";
import { showsChanges } from "./validators.ts";

/** How long a listing is given to others: sizes in it change without a trace in the folder. */
const MAX_AGE_MS = 1_000;
/** Listings of more entries are sent while they are made, and not kept. */
const MAX_KEPT_ENTRIES = 20_000;
/** Bytes of all listings that are kept. */
const MAX_KEPT_BYTES = 16_777_216;
/** Entries of all listings that are being made or sent. */
const MAX_ENTRIES_AT_ONCE = 4_000_000;

/** A listing as it is made. */
export interface MadeListing {
  /** Its text, in pieces that take less than a millisecond each. */
  readonly pieces: Iterable<string, void>;
  /** How many entries it has. */
  readonly entries: number;
}

/** A listing that others may have as well. */
interface KeptListing {
  readonly version: FileVersion;
  readonly body: Promise<Uint8Array | undefined>;
  /** When it was asked for and then made, in milliseconds since 1970. */
  madeAt: number;
  bytes: number;
}

const encoder = new TextEncoder();

/** Makes listings, and gives one to all who ask for it at about the same time. */
export class Listings {
  #kept = new Map<string, KeptListing>();
  #bytes = 0;

  /**
   * The text of a listing.
   *
   * @param key What tells it from all others: the folder, the order, the form.
   * @param version The folder as it is now.
   * @param now The time, in milliseconds since 1970.
   * @param make Makes it.
   * @returns Bytes, or a stream of them where they are many.
   */
  async get(
    key: string,
    version: FileVersion,
    now: number,
    make: () => Promise<MadeListing>,
  ): Promise<ResponseBody> {
    const kept = this.#kept.get(key);
    if (
      kept !== undefined && sameVersion(kept.version, version) && now - kept.madeAt < MAX_AGE_MS
    ) {
      const body = await kept.body;
      if (body !== undefined) return body;
    }
    if (kept !== undefined) this.#forget(key, kept);
    const made = make();
    const body = made.then((listing) =>
      listing.entries > MAX_KEPT_ENTRIES ? undefined : collect(listing.pieces)
    );
    // A folder that was changed just now may change again unseen.
    if (showsChanges(version, now)) this.#keep(key, { version, body, madeAt: now, bytes: 0 });
    return await body ?? stream(await made);
  }

  #keep(key: string, kept: KeptListing): void {
    this.#kept.set(key, kept);
    const isStill = () => this.#kept.get(key) === kept;
    kept.body.then((body) => {
      if (!isStill()) return;
      if (body === undefined) return this.#forget(key, kept);
      kept.madeAt = Math.max(kept.madeAt, Date.now());
      kept.bytes = body.length;
      this.#bytes += body.length;
      for (const [other, listing] of this.#kept) {
        if (this.#bytes <= MAX_KEPT_BYTES) break;
        if (listing.bytes > 0) this.#forget(other, listing);
      }
    }, () => isStill() && this.#forget(key, kept));
  }

  #forget(key: string, kept: KeptListing): void {
    this.#kept.delete(key);
    this.#bytes -= kept.bytes;
  }
}

async function collect(pieces: Iterable<string, void>): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of encoded(pieces)) {
    parts.push(part);
    length += part.length;
  }
  return await inTurn(() => concatenate(parts, length));
}

async function* encoded(pieces: Iterable<string, void>): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const steps = pieces[Symbol.iterator]();
  for (;;) {
    const part = await inTurn(() => {
      const { done, value } = steps.next();
      return done ? undefined : encoder.encode(value);
    });
    if (part === undefined) return;
    yield part;
  }
}

let entriesAtOnce = 0;

function stream({ pieces, entries }: MadeListing): AsyncIterable<Uint8Array> {
  if (entriesAtOnce + entries > MAX_ENTRIES_AT_ONCE) {
    throw new HttpError(503, "too many long folders are being listed");
  }
  entriesAtOnce += entries;
  return (async function* () {
    try {
      yield* encoded(pieces);
    } finally {
      entriesAtOnce -= entries;
    }
  })();
}
