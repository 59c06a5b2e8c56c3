/** Frames of a feed as one picture that changes: its values are those that came, to the last bit. */

import { openFits } from "../../../fits/browser.ts";
import { levelCount } from "../../pyramid/levels.ts";
import { parseTile, type Tile } from "../picture/tile.ts";
import { CardList, type CardTriple } from "./card_list.ts";
import { differenceFile, frameFile, frameSize, type LiveFrame } from "./live_frame.ts";
import { LocalEngine } from "./local_engine.ts";
import type {
  FileInfo,
  HduVersion,
  HistogramAnswer,
  HistogramOptions,
  LimitsAnswer,
  PictureSource,
  PlaneNumber,
  SourceLinks,
  TablePart,
  TilePlace,
} from "./picture_source.ts";

/** Pictures that are there: the one that is shown, and those before it that are still asked for. */
const MAX_PICTURES = 3;
/** Byte 6 of a tile: its level. */
const LEVEL_AT = 6;

/** What is shown of a feed. */
export interface ShownFrame {
  readonly frame: LiveFrame;
  /** The frame that is subtracted from it. */
  readonly before?: LiveFrame | undefined;
}

/** A frame as something that answers. */
interface Picture {
  readonly shown: ShownFrame;
  readonly info: FileInfo;
  readonly engine: LocalEngine;
  /** The same from whole frames. */
  full: Promise<LocalEngine> | undefined;
}

/** The newest frame of a feed, or another one. */
export class FrameSource implements PictureSource {
  readonly links: SourceLinks;
  readonly mostTiles: number = 4;
  /** What is shown is followed by the next: it stays until that can be drawn. */
  readonly isLive: boolean = true;
  readonly #name: string;
  readonly #wholeFrame: (number: number) => Promise<LiveFrame>;
  readonly #pictures = new Map<string, Picture>();
  readonly #first = Promise.withResolvers<void>();
  #last = 0;
  #newest: Picture | undefined;

  /**
   * Makes a source without a frame.
   *
   * @param name The feed.
   * @param wholeFrame Asks for all of a frame that came halved.
   * @param links What can be linked to.
   */
  constructor(
    name: string,
    wholeFrame: (number: number) => Promise<LiveFrame>,
    links: SourceLinks,
  ) {
    this.#name = name;
    this.#wholeFrame = wholeFrame;
    this.links = links;
  }

  /**
   * Turns to a frame, or to what changed from one to another.
   *
   * @param shown The frame.
   * @returns What there is to show.
   */
  async show(shown: ShownFrame): Promise<FileInfo> {
    const validator = `frame-${++this.#last}`;
    const engine = await this.#engineOf(shown);
    const info = this.#infoOf(await engine.info(), validator, shown.frame);
    const picture = { shown, info, engine, full: undefined };
    this.#pictures.set(validator, picture);
    for (const oldest of this.#pictures.keys()) {
      if (this.#pictures.size <= MAX_PICTURES) break;
      this.#pictures.delete(oldest);
    }
    this.#newest = picture;
    this.#first.resolve();
    return info;
  }

  async info(): Promise<FileInfo> {
    await this.#first.promise;
    return this.#newest!.info;
  }

  async header({ validator }: HduVersion): Promise<CardList> {
    const cards = await this.#find(validator).engine.header(0);
    const [width, height] = this.#find(validator).info.hdus[0]!.shape;
    // Of a frame that came halved, the header says so: what is shown is all of it.
    const sizes = new Map([["NAXIS1", width!], ["NAXIS2", height!]]);
    return new CardList(cards.map((card): CardTriple => {
      const size = sizes.get(card[0]);
      return size === undefined ? card : [card[0], size, card[2]];
    }));
  }

  async tile(
    { validator }: HduVersion,
    plane: PlaneNumber,
    place: TilePlace,
    signal: AbortSignal,
  ): Promise<Tile> {
    const picture = this.#find(validator);
    const { level } = picture.shown.frame;
    const isThere = place.level >= level;
    const engine = isThere ? picture.engine : await this.#fullOf(picture);
    const at = { ...place, level: isThere ? place.level - level : place.level, draft: false };
    const bytes = await engine.tile(0, plane, at, signal);
    bytes[LEVEL_AT] = place.level;
    return parseTile(bytes);
  }

  async values({ validator }: HduVersion, section: string, signal: AbortSignal): Promise<Tile> {
    const engine = await this.#fullOf(this.#find(validator));
    return parseTile(await engine.values(0, section, signal));
  }

  async limits(
    { validator }: HduVersion,
    plane: PlaneNumber,
    options: { readonly limits: string; readonly scope: "plane" | "file" },
    signal: AbortSignal,
  ): Promise<LimitsAnswer> {
    const { engine, shown } = this.#find(validator);
    const found = await engine.limits(0, plane, options, signal);
    return shown.frame.level === 0 ? found : { ...found, exact: false };
  }

  async histogram(
    { validator }: HduVersion,
    plane: PlaneNumber,
    options: HistogramOptions,
    signal: AbortSignal,
  ): Promise<HistogramAnswer> {
    return await this.#find(validator).engine.histogram(0, plane, options, signal);
  }

  rows(): Promise<TablePart> {
    return Promise.reject(new Error("A frame has no table"));
  }

  cutoutUrl(): undefined {
    return undefined;
  }

  close(): void {
    this.#pictures.clear();
  }

  #find(validator: string): Picture {
    const picture = this.#pictures.get(validator);
    // Who asks for it has turned to another one: no one hears of this.
    if (picture === undefined) throw new DOMException("Another frame is shown", "AbortError");
    return picture;
  }

  /** The picture from frames that were not halved. */
  #fullOf(picture: Picture): Promise<LocalEngine> {
    const { frame, before } = picture.shown;
    if (frame.level === 0) return Promise.resolve(picture.engine);
    return picture.full ??= (async () => {
      const [whole, wholeBefore] = await Promise.all([
        this.#wholeFrame(frame.number),
        before && this.#wholeFrame(before.number),
      ]);
      return await this.#engineOf({ frame: whole, before: wholeBefore });
    })();
  }

  async #engineOf({ frame, before }: ShownFrame): Promise<LocalEngine> {
    const bytes = before === undefined ? frameFile(frame) : differenceFile(frame, before);
    const fits = await openFits(bytes);
    const about = { name: this.#name, bytes: bytes.length };
    return new LocalEngine(fits, about, () => new Promise((resolve) => setTimeout(resolve)));
  }

  /** What is told of a frame: its size is that of the whole. */
  #infoOf(info: FileInfo, validator: string, frame: LiveFrame): FileInfo {
    const [width, height] = frameSize(frame);
    const hdu = {
      ...info.hdus[0]!,
      ...{ validator, shape: [width, height], levels: levelCount(width, height) },
      pyramid: "none" as const,
    };
    return { ...info, validator, hdus: [hdu] };
  }
}
