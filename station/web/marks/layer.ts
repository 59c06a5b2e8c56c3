/** Rows of a table over the picture. */

import { Signal } from "../page/signal.ts";
import { type CanvasSize, toScreen, type View } from "../picture/transform.ts";
import { WorldReadout } from "../sky/readout.ts";
import type { HduInfo, PictureSource, TablePart } from "../source/picture_source.ts";
import { isPicture } from "../view/choose_hdu.ts";
import type { ViewerModel } from "../view/model.ts";
import {
  degreesOf,
  guessColumns,
  type MarkChoice,
  type MarkColumns,
  parseMarks,
  writeMarks,
} from "./choose.ts";
import { frameOf, type MarkPlaces, nearestRow, pixelsOf } from "./places.ts";

/** Rows that are drawn at most. */
const MAX_ROWS = 100_000;
/** CSS pixels of a mark, and of one where there are many. */
const [RADIUS, SMALL_RADIUS, MANY] = [6, 3, 3_000];
/** The parameter of the address. */
const NAME = "marks";

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** What is drawn on. */
export interface MarkStage {
  readonly element: HTMLElement;
  readonly layers: ((context: Context, view: View, size: CanvasSize) => void)[];
  readonly drawnView: View;
  readonly renderer: { draw(): void };
}

/** What is drawn. */
export interface ShownMarks {
  readonly choice: MarkChoice;
  /** Where the table is from. */
  readonly source: PictureSource;
  readonly table: HduInfo;
  /** Its columns. */
  readonly all: TablePart["columns"];
  /** The columns of places; undefined where the names do not tell. */
  readonly columns: MarkColumns | undefined;
  /** The numbers of the first column, and of the second. */
  readonly values: readonly [Float64Array, Float64Array] | undefined;
}

/** Draws rows while the state names a table. */
export class MarkLayer {
  /** What is drawn; undefined without a table. */
  readonly shown: Signal<ShownMarks | undefined> = new Signal<ShownMarks | undefined>(undefined);
  /** Where the rows are on the image that is shown; undefined where they are not. */
  readonly places: Signal<MarkPlaces | undefined> = new Signal<MarkPlaces | undefined>(undefined);
  /** Why nothing is drawn. */
  readonly problem: Signal<string> = new Signal("");
  readonly #model: ViewerModel;
  readonly #stage: MarkStage;
  readonly #open: (path: string) => PictureSource | undefined;
  #work = new AbortController();
  #asked: string | undefined;

  /**
   * Follows a viewer.
   *
   * @param model The viewer's model.
   * @param stage What is drawn on.
   * @param open Opens another file of the station; undefined where there is none.
   * @param signal Ends it.
   */
  constructor(
    model: ViewerModel,
    stage: MarkStage,
    open: (path: string) => PictureSource | undefined,
    signal: AbortSignal,
  ) {
    this.#model = model;
    this.#stage = stage;
    this.#open = open;
    // Below the regions.
    stage.layers.unshift((context, view, size) => this.#draw(context, view, size));
    model.state.watch(() => void this.#read(), signal);
    model.info.watch(() => void this.#read(), signal);
    model.header.watch(() => this.#place(), signal);
    this.shown.watch(() => this.#place(), signal);
    this.places.watch(() => stage.renderer.draw(), signal);
    signal.addEventListener("abort", () => this.#work.abort(), { once: true });
  }

  /** What the address says; undefined where it says nothing. */
  get choice(): MarkChoice | undefined {
    const text = this.#model.state.value.others.find(([name]) => name === NAME)?.[1];
    return text === undefined ? undefined : parseMarks(text);
  }

  /** Draws another table, or other columns; undefined draws none. */
  choose(choice: MarkChoice | undefined): void {
    const others = this.#model.state.value.others.filter(([name]) => name !== NAME);
    const marks: [string, string][] = choice === undefined ? [] : [[NAME, writeMarks(choice)]];
    this.#model.change({ others: [...others, ...marks] });
  }

  /** The row that is nearest to a pixel, from 1; undefined if none is within some screen pixels. */
  rowAt(at: readonly [number, number], near: number): number | undefined {
    const places = this.places.value;
    if (places === undefined) return undefined;
    const row = nearestRow(places, at, near / this.#stage.drawnView.zoom);
    return row === undefined ? undefined : row + 1;
  }

  async #read(): Promise<void> {
    const text = this.#model.state.value.others.find(([name]) => name === NAME)?.[1];
    if (text === this.#asked || this.#model.info.value === undefined) return;
    this.#asked = text;
    this.#work.abort();
    this.#work = new AbortController();
    const { signal } = this.#work;
    this.problem.value = "";
    this.shown.value = undefined;
    if (text === undefined) return;
    try {
      const choice = parseMarks(text);
      if (choice === undefined) {
        throw new RangeError(`marks is '${text.slice(0, 80)}', expected PATH[HDU],X,Y,FRAME`);
      }
      const shown = await this.#readTable(choice, signal);
      if (!signal.aborted) this.shown.value = shown;
    } catch (error) {
      if (!signal.aborted) this.problem.value = error instanceof Error ? error.message : `${error}`;
    }
  }

  async #readTable(choice: MarkChoice, signal: AbortSignal): Promise<ShownMarks> {
    const own = this.#model.source;
    const source = choice.path === undefined ? own : this.#open(choice.path);
    if (source?.columns === undefined) {
      throw new RangeError("Tables of other files can be drawn in the pages of a station alone");
    }
    const info = choice.path === undefined ? this.#model.info.value! : await source.info(signal);
    const table = info.hdus.find((hdu) =>
      hdu.rows !== undefined && hdu.damage === undefined &&
      (choice.hdu === undefined || choice.hdu === String(hdu.index) ||
        choice.hdu.toUpperCase() === hdu.name.toUpperCase())
    );
    if (table === undefined) throw new RangeError(`There is no table ${choice.hdu ?? ""}`.trim());
    const { columns: all } = await source.rows(table, 1, 1, {}, signal);
    const isSolar = this.#world?.isSolar ?? false;
    const columns = choice.columns ?? guessColumns(all.map(({ name }) => name), isSolar);
    if (columns === undefined) return { choice, source, table, all, columns, values: undefined };
    if (table.rows! > MAX_ROWS) {
      throw new RangeError(`The table has ${table.rows} rows, at most ${MAX_ROWS} are drawn`);
    }
    const { values } = await source.columns(table, [columns.x, columns.y], undefined, signal);
    const pair = [values[0]!, values[1]!] as const;
    return { choice, source, table, all, columns, values: pair };
  }

  get #world(): WorldReadout | undefined {
    const header = this.#model.header.value;
    return header === undefined ? undefined : new WorldReadout(header);
  }

  #place(): void {
    const { value: shown } = this.shown;
    const hdu = this.#model.hdu.value;
    const world = this.#world;
    if (shown === undefined || hdu === undefined || world === undefined || !isPicture(hdu)) {
      this.places.value = undefined;
      return;
    }
    if (shown.values === undefined || shown.columns === undefined) {
      this.places.value = undefined;
      this.problem.value = "No columns of the table say that they are places: choose two";
      return;
    }
    try {
      const { x, y, frame } = shown.columns;
      const unitOf = (name: string) =>
        shown.all.find((column) => column.name.toUpperCase() === name.toUpperCase())?.unit ?? "";
      const degrees = [degreesOf(unitOf(x), frame), degreesOf(unitOf(y), frame)] as const;
      const places = frameOf(world, frame, this.#model.plane);
      this.places.value = pixelsOf(...shown.values, places, degrees);
      this.problem.value = "";
    } catch (error) {
      this.places.value = undefined;
      this.problem.value = error instanceof Error ? error.message : String(error);
    }
  }

  #draw(context: Context, view: View, size: CanvasSize): void {
    const places = this.places.value;
    if (places === undefined) {
      delete this.#stage.element.dataset.marks;
      return;
    }
    const { x, y } = places;
    const radius = x.length > MANY ? SMALL_RADIUS : RADIUS;
    let drawn = 0;
    context.save();
    context.beginPath();
    for (let row = 0; row < x.length; row++) {
      const [left, top] = toScreen(view, size, x[row]!, y[row]!);
      // Comparisons with NaN are false.
      const isSeen = left > -radius && top > -radius && left < size.width + radius &&
        top < size.height + radius;
      if (!isSeen) continue;
      context.moveTo(left + radius, top);
      context.arc(left, top, radius, 0, 2 * Math.PI);
      drawn++;
    }
    context.strokeStyle = "rgb(0 0 0 / 0.6)";
    context.lineWidth = 3;
    context.stroke();
    context.strokeStyle = "#ffb454";
    context.lineWidth = 1.5;
    context.stroke();
    context.restore();
    this.#stage.element.dataset.marks = String(drawn);
  }
}
