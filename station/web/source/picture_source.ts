/** One interface for whatever the viewer shows: a station's file, a file of this computer. */

import type { HeaderFinding } from "../../api/file_info.ts";
import type { HistogramAnswer, LimitsAnswer } from "../../api/survey.ts";
import type { TablePart } from "../../api/table_part.ts";
import type { TableQuery } from "../../api/table_query.ts";
import type { ColumnNumbers } from "../../binning/columns.ts";
import type { Tile } from "../picture/tile.ts";
import type { RegionStatistics } from "../regions/statistics.ts";
import type { CardList } from "./card_list.ts";

export type { HeaderFinding } from "../../api/file_info.ts";
export type { HistogramAnswer, LimitsAnswer } from "../../api/survey.ts";
export type { ColumnNumbers } from "../../binning/columns.ts";
export type { TablePart } from "../../api/table_part.ts";
export type { TableQuery } from "../../api/table_query.ts";

/** What is told of an HDU. */
export interface HduInfo {
  readonly index: number;
  /** EXTNAME, or an empty text. */
  readonly name: string;
  readonly version: number;
  /** `PRIMARY`, `IMAGE`, `compressed IMAGE`, `BINTABLE` and so on. */
  readonly kind: string;
  /** The lengths of the axes, axis 1 first. */
  readonly shape: readonly number[];
  readonly bitpix: number;
  readonly unit: string;
  readonly compression?: string | undefined;
  /** What changes when the HDU does. */
  readonly validator: string;
  /** Planes to choose from; 0 of what is no image, or has no pixels. */
  readonly planes: number;
  /** Levels of the pyramid of a plane; the last is one tile. */
  readonly levels: number;
  readonly pyramid: "none" | "draft" | "ready";
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
  /** Why the HDU cannot be read. */
  readonly damage?: string | undefined;
}

/** What is told of a file. */
export interface FileInfo {
  readonly name: string;
  readonly bytes: number;
  readonly validator: string;
  /** Whether the last HDU is still being written. */
  readonly growing?: boolean | undefined;
  readonly hdus: readonly HduInfo[];
}

/** An HDU in the version that is looked at. */
export type HduVersion = Pick<HduInfo, "index" | "validator">;

/** A plane: the places on axes 3, 4, ..., from 1. */
export type PlaneNumber = readonly number[];

/** A tile of a plane. */
export interface TilePlace {
  readonly level: number;
  readonly x: number;
  readonly y: number;
  /** Whether one that is made of a sample will do. */
  readonly draft: boolean;
}

/** What is counted. */
export interface HistogramOptions {
  readonly scope: "plane" | "file";
  readonly bins: number;
  /** The ends; without them, those between which all but a few values lie. */
  readonly range?: readonly [low: number, high: number] | undefined;
}

/** What the links of the viewer lead to. */
export interface SourceLinks {
  /** The file itself, or undefined where there is none to link to. */
  readonly file: string | undefined;
  /** What a command of the command line takes, such as a path or an address. */
  readonly argument: string;
}

/** An answer that is of another version than what was asked for: `info` tells the new one. */
export class ChangedError extends Error {
  override readonly name = "ChangedError";
}

/** Where values come from. All methods end when their signal aborts. */
export interface PictureSource {
  /** What can be linked to. */
  readonly links: SourceLinks;
  /** Tiles that are asked for at a time. */
  readonly mostTiles: number;
  /** Whether what is shown is followed by others all the time, as the frames of a feed are. */
  readonly isLive?: boolean | undefined;
  /** What the file holds. */
  info(signal: AbortSignal): Promise<FileInfo>;
  /** The header of an HDU. */
  header(hdu: HduVersion, signal: AbortSignal): Promise<CardList>;
  /** What the standard says against a header; absent where headers are made on the way. */
  findings?(hdu: HduVersion, signal: AbortSignal): Promise<readonly HeaderFinding[]>;
  /** A tile of a plane. */
  tile(hdu: HduVersion, plane: PlaneNumber, place: TilePlace, signal: AbortSignal): Promise<Tile>;
  /** The exact values of a section, as FITS writes one. */
  values(hdu: HduVersion, section: string, signal: AbortSignal): Promise<Tile>;
  /** The ends of the scale. */
  limits(
    hdu: HduVersion,
    plane: PlaneNumber,
    options: { readonly limits: string; readonly scope: "plane" | "file" },
    signal: AbortSignal,
  ): Promise<LimitsAnswer>;
  /** How values are spread. */
  histogram(
    hdu: HduVersion,
    plane: PlaneNumber,
    options: HistogramOptions,
    signal: AbortSignal,
  ): Promise<HistogramAnswer>;
  /** Rows of a table that a question finds, from the first to the last, from 1. */
  rows(
    hdu: HduVersion,
    first: number,
    last: number,
    query: TableQuery,
    signal: AbortSignal,
  ): Promise<TablePart>;
  /**
   * The numbers of the first of some regions of DS9, those that are excluded left out; absent
   * where values are read as fast as they are measured.
   */
  regionNumbers?(
    hdu: HduVersion,
    plane: PlaneNumber,
    regions: string,
    signal: AbortSignal,
  ): Promise<RegionStatistics>;
  /** Numbers of columns, of the rows that a condition keeps; absent where there are no tables. */
  columns?(
    hdu: HduVersion & Pick<HduInfo, "rows">,
    names: readonly string[],
    filter: string | undefined,
    signal: AbortSignal,
  ): Promise<ColumnNumbers>;
  /** The same rows as CSV; absent where there are no such answers. */
  rowsAsCsv?(
    hdu: HduVersion,
    first: number,
    last: number,
    query: TableQuery,
    signal: AbortSignal,
  ): Promise<string>;
  /** The address of a section as a file, FITS or npy, or undefined where there is none. */
  cutoutUrl(hdu: HduVersion, section: string, format?: "fits" | "npy"): string | undefined;
  /** Ends it. */
  close(): void;
}
