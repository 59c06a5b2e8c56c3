/** Tables as images: `bin=X,Y` of `/fits`, made once for all that look at them. */

import type { Hdu } from "../../fits/file/hdu.ts";
import { openFits } from "../../fits/file/open.ts";
import { type Parameter, words } from "../../http/fields/parameters.ts";
import { eventImage } from "../binning/event_image.ts";
import { type BinRequest, parseBin } from "../binning/grid.ts";
import { inSlices } from "../pyramid/slices.ts";
import { type FitsInUse, OpenFits } from "./open_files.ts";
import { ProblemError } from "./problem.ts";
import { HDU } from "./rules.ts";

/** Images that are kept, and their bytes. */
const [MAX_KEPT, MAX_BYTES] = [8, 256 << 20];

/** The parameters of an image of a table. */
export const BIN_RULES: {
  readonly bin: Parameter<BinRequest>;
  readonly table: Parameter<number | string>;
  readonly filter: Parameter<string>;
  readonly weight: Parameter<string>;
} = {
  bin: {
    expected: "X,Y or X,Y,FACTOR: two columns, and the size of a pixel in their units",
    read: parseBin,
  },
  table: HDU,
  filter: words("a condition such as 'FLUX > 3 && FLAG = 0'"),
  weight: words("a column whose values are summed"),
};

/** Which image of a table is meant. */
export interface BinQuestion {
  readonly bin: BinRequest;
  readonly filter?: string | undefined;
  readonly weight?: string | undefined;
}

/** A table, and the image that is made of it. */
export interface BinnedTable {
  readonly table: Hdu;
  readonly file: OpenFits;
}

interface Making {
  readonly image: Promise<OpenFits>;
  readonly work: AbortController;
  /** Who waits for it now. */
  waiting: number;
  /** What it takes, once it is made. */
  bytes: number;
}

/** The images of tables that were asked for lately. */
export class BinnedTables implements Disposable {
  readonly #kept = new Map<string, Making>();

  /**
   * The image of a table, in use.
   *
   * @param file The file.
   * @param table The table.
   * @param question What is binned.
   * @param signal Ends the wait; the work ends where no one waits.
   */
  async use(
    file: OpenFits,
    table: Hdu,
    question: BinQuestion,
    signal: AbortSignal,
  ): Promise<FitsInUse> {
    signal.throwIfAborted();
    const { bin: { x, y, sizes }, filter, weight } = question;
    const own = JSON.stringify([
      ...[file.validator, file.validatorOf(table), table.index],
      ...[x, y, sizes, filter, weight],
    ]);
    const making = this.#kept.get(own) ?? make(file, table, question, own);
    this.#kept.delete(own);
    this.#kept.set(own, making);
    const forget = () => this.#kept.get(own) === making && this.#kept.delete(own);
    making.waiting++;
    const leave = Promise.withResolvers<never>();
    const end = () => leave.reject(signal.reason);
    signal.addEventListener("abort", end);
    try {
      const image = await Promise.race([making.image, leave.promise]);
      const inUse = image.use();
      making.bytes = image.bytes;
      this.#trim();
      if (inUse !== undefined) return inUse;
      throw new ProblemError(503, "busy", "so many images are asked for that this one was let go");
    } catch (error) {
      if (signal.aborted && making.waiting === 1) making.work.abort(signal.reason);
      if (!signal.aborted || making.waiting === 1) forget();
      throw error;
    } finally {
      making.waiting--;
      signal.removeEventListener("abort", end);
    }
  }

  /** Lets the oldest go that there is no room for. */
  #trim(): void {
    let [bytes, count] = [0, 0];
    for (const [own, making] of [...this.#kept].reverse()) {
      bytes += making.bytes;
      if (making.waiting > 0 || ++count <= MAX_KEPT && bytes <= MAX_BYTES) continue;
      this.#kept.delete(own);
      making.image.then((open) => open.forget(), () => {});
    }
  }

  /** Lets all images go. */
  [Symbol.dispose](): void {
    for (const { image, work } of this.#kept.values()) {
      work.abort();
      image.then((open) => open.forget(), () => {});
    }
    this.#kept.clear();
  }
}

function make(file: OpenFits, table: Hdu, { bin, ...rest }: BinQuestion, own: string): Making {
  const work = new AbortController();
  const inUse = file.use();
  const image = (async () => {
    using _inUse = inUse;
    const options = { ...bin, ...rest, pause: inSlices(), signal: work.signal };
    const bytes = await eventImage(table, options);
    return OpenFits.of(file.name, await openFits(bytes), { own });
  })();
  image.catch(() => {});
  return { image, work, waiting: 0, bytes: 0 };
}

/** The table that is meant: the one that is named, or the first that has both columns. */
export async function chooseTable(
  { fits }: OpenFits,
  { x, y }: BinRequest,
  choice: Hdu | undefined,
): Promise<Hdu> {
  const has = (hdu: Hdu) => {
    if (!hdu.isTable || hdu.damage !== undefined) return false;
    const names = hdu.openTable().columns.flatMap(({ name, key }) => [name, key]);
    const known = new Set(names.map((name) => name.toUpperCase()));
    return known.has(x.toUpperCase()) && known.has(y.toUpperCase());
  };
  const table = choice ?? await fits.find(has);
  if (table?.isTable === true && table.damage === undefined) return table;
  const found = table === undefined
    ? `the file has none with the columns ${x} and ${y}`
    : `HDU ${table.index} is none`;
  throw new ProblemError(404, "not-found", `there is no table to bin: ${found}`, {
    parameter: table === undefined ? "bin" : "hdu",
  });
}
