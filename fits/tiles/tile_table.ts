/** The table of tiles: where each lies in the heap and how it is meant, read where it is asked for. */

import type { HduData } from "../hdu/data.ts";
import type { Compression, TileColumn, TileNumber } from "./compression.ts";

/** Which of its columns a tile is in. */
export type TileForm = "compressed" | "gzip" | "plain";

/** Where a tile lies. */
export interface TileEntry {
  /** Which column holds it; undefined where none does. */
  readonly form: TileForm | undefined;
  /** Its first byte, from the start of the data. */
  readonly offset: number;
  /** Its bytes. */
  readonly bytes: number;
  /** Bytes of an element of the column. */
  readonly elementBytes: number;
  /** ZSCALE. */
  readonly scale: number;
  /** ZZERO. */
  readonly zero: number;
  /** ZBLANK. */
  readonly blank: number | undefined;
  /** The first byte of its NULL_PIXEL_MASK, from the start of the data. */
  readonly maskOffset: number;
  /** Bytes of its NULL_PIXEL_MASK; 0 where it has none. */
  readonly maskBytes: number;
}

/** Bytes of rows that are read together. */
const PAGE_BYTES = 65_536;
/** The same where the source answers late, and bytes cost more than time. */
const FAR_PAGE_BYTES = 16_384;
/** The most pages that are kept. */
const MAX_PAGES = 256;

/** The rows of the table that a compressed image is stored in. */
export class TileTable {
  readonly #data: HduData;
  readonly #compression: Compression;
  readonly #rowsOfPage: number;
  readonly #pages = new Map<number, Promise<DataView>>();
  /** Where the heap begins, from the start of the data. */
  readonly #heap: number;

  /**
   * Makes a reader of rows.
   *
   * @param data The data of the table.
   * @param compression Its columns.
   */
  constructor(data: HduData, compression: Compression) {
    this.#data = data;
    this.#compression = compression;
    const pageBytes = data.source.prefetch === undefined ? PAGE_BYTES : FAR_PAGE_BYTES;
    this.#rowsOfPage = Math.max(1, Math.floor(pageBytes / Math.max(1, compression.rowBytes)));
    const [rowBytes = 0, rows = 0] = data.layout.shape;
    this.#heap = Math.max(0, data.header.integer("THEAP") ?? rowBytes * rows);
  }

  /**
   * Reads where tiles lie.
   *
   * @param tiles Their numbers, from 0.
   * @returns An entry for each.
   * @throws {ClosedError} If the file ends before their rows.
   */
  async entries(tiles: readonly number[]): Promise<TileEntry[]> {
    this.#askAhead(tiles);
    const entries: TileEntry[] = [];
    let page = -1;
    let view: DataView | undefined;
    for (const tile of tiles) {
      const wanted = Math.floor(tile / this.#rowsOfPage);
      if (view === undefined || wanted !== page) {
        page = wanted;
        view = await this.#page(page);
      }
      const at = (tile - page * this.#rowsOfPage) * this.#compression.rowBytes;
      entries.push(this.#entry(view, at));
    }
    return entries;
  }

  /** Asks for the rows of several pages at once, where the source answers late. */
  #askAhead(tiles: readonly number[]): void {
    const { source, place: { dataOffset }, layout } = this.#data;
    if (source.prefetch === undefined) return;
    const pages = new Set(tiles.map((tile) => Math.floor(tile / this.#rowsOfPage)));
    const bytes = this.#rowsOfPage * this.#compression.rowBytes;
    const end = (layout.shape[1] ?? 0) * this.#compression.rowBytes;
    const wanted: [number, number][] = [];
    for (const page of pages) {
      if (this.#pages.has(page) || page * bytes >= end) continue;
      const [start, stop] = [page * bytes, Math.min(end, (page + 1) * bytes)];
      const last = wanted.at(-1);
      // Pages side by side come with one request.
      if (last !== undefined && last[0] + last[1] === dataOffset + start) last[1] += stop - start;
      else wanted.push([dataOffset + start, stop - start]);
    }
    source.prefetch(wanted);
  }

  /** Reads every row, for sources that cannot go back to them. */
  async readAll(): Promise<void> {
    const pages = Math.ceil((this.#data.layout.shape[1] ?? 0) / this.#rowsOfPage);
    for (let page = 0; page < Math.min(pages, MAX_PAGES); page++) await this.#page(page);
  }

  #page(page: number): Promise<DataView> {
    const found = this.#pages.get(page);
    if (found !== undefined) {
      this.#pages.delete(page);
      this.#pages.set(page, found);
      return found;
    }
    const reading = this.#readPage(page);
    this.#pages.set(page, reading);
    // What failed is read again by the next who asks.
    reading.catch(() => this.#pages.delete(page));
    if (this.#pages.size > MAX_PAGES) this.#pages.delete(this.#pages.keys().next().value!);
    return reading;
  }

  async #readPage(page: number): Promise<DataView> {
    const { rowBytes } = this.#compression;
    const first = page * this.#rowsOfPage;
    const rows = Math.min(this.#rowsOfPage, (this.#data.layout.shape[1] ?? 0) - first);
    const bytes = await this.#data.read(first * rowBytes, rows * rowBytes);
    const { source, place: { dataOffset } } = this.#data;
    source.remember?.(dataOffset + first * rowBytes, bytes);
    // The source may take its memory back.
    const own = bytes.slice();
    return new DataView(own.buffer);
  }

  #entry(view: DataView, at: number): TileEntry {
    const { compressed, gzip, plain, mask, scale, zero, blank } = this.#compression;
    const [form, column, place] = this.#choose(view, at, { compressed, gzip, plain });
    const masked = mask === undefined ? NOWHERE : descriptorAt(view, at, mask);
    return {
      form,
      offset: this.#heap + place.offset,
      bytes: place.count * (column?.elementBytes ?? 1),
      elementBytes: column?.elementBytes ?? 1,
      scale: numberAt(view, at, scale) ?? 1,
      zero: numberAt(view, at, zero) ?? 0,
      blank: numberAt(view, at, blank),
      maskOffset: this.#heap + masked.offset,
      maskBytes: masked.count * (mask?.elementBytes ?? 1),
    };
  }

  /** The first column that has anything of a tile. */
  #choose(
    view: DataView,
    at: number,
    columns: Readonly<Record<TileForm, TileColumn | undefined>>,
  ): [TileForm | undefined, TileColumn | undefined, Descriptor] {
    for (const form of ["compressed", "gzip", "plain"] as const) {
      const column = columns[form];
      if (column === undefined) continue;
      const place = descriptorAt(view, at, column);
      if (place.count > 0) return [form, column, place];
    }
    return [undefined, undefined, NOWHERE];
  }
}

interface Descriptor {
  readonly count: number;
  readonly offset: number;
}

const NOWHERE: Descriptor = { count: 0, offset: 0 };

function descriptorAt(view: DataView, row: number, column: TileColumn): Descriptor {
  const at = row + column.offset;
  if (column.descriptor === "Q") {
    return { count: Number(view.getBigInt64(at)), offset: Number(view.getBigInt64(at + 8)) };
  }
  if (column.descriptor === "P") {
    // Some writers went past 2^31; the bounds of the heap say whether it makes sense.
    return { count: view.getInt32(at), offset: view.getUint32(at + 4) };
  }
  return NOWHERE;
}

function numberAt(
  view: DataView,
  row: number,
  { column, keyword }: TileNumber,
): number | undefined {
  if (column === undefined || column.descriptor !== undefined) return keyword;
  const at = row + column.offset;
  switch (column.code) {
    case "D":
      return view.getFloat64(at);
    case "E":
      return view.getFloat32(at);
    case "B":
      return view.getUint8(at);
    case "I":
      return view.getInt16(at);
    case "J":
      return view.getInt32(at);
    case "K":
      return Number(view.getBigInt64(at));
    default:
      return keyword;
  }
}
