/**
 * What the command language may do outside itself: nothing but this.
 *
 * @module
 */

import type { IdlNumeric, IdlString } from "../values/value.ts";

/** A curve of a plot, as plain numbers. */
export interface PlotCurve {
  /** The abscissae. */
  readonly x: readonly number[];
  /** As many ordinates. */
  readonly y: readonly number[];
  /** IDL's PSYM: 0 for a line, 1 to 7 for a symbol at each point, below 0 for both. */
  readonly symbol: number;
}

/** A text in a plot. */
export interface PlotText {
  /** What is written. */
  readonly text: string;
  /** Its place along the lower axis, or from the left. */
  readonly x: number;
  /** Its place along the upright axis, or from below. */
  readonly y: number;
  /** What the place is in: units of the axes, or parts of the picture from 0 to 1. */
  readonly unit: "data" | "normal";
  /** 0 if the text begins at the place, 0.5 if its middle is there, 1 if its end. */
  readonly alignment: number;
}

/** A picture or a plot that a command wants to be seen. */
export interface LanguagePicture {
  /** The command that asks: IMAGE makes a new window, TV and TVSCL draw into the current one. */
  readonly kind: "image" | "tv" | "tvscl" | "plot" | "contour" | "surface";
  /**
   * The pixels, the ordinates or the heights. For `tv` and `tvscl` they are BYTE already;
   * for `image` they are as the client gave them. Its buffer may belong to a
   * variable: what outlives the call must be copied.
   */
  readonly value: IdlNumeric;
  /** The abscissae of a plot; the places of the columns of a contour plot or a surface. */
  readonly abscissae?: IdlNumeric | undefined;
  /** The places of the rows of a contour plot or a surface. */
  readonly rows?: IdlNumeric | undefined;
  /** The heights of the lines of a contour plot; absent for some evenly apart. */
  readonly levels?: readonly number[] | undefined;
  /**
   * The colours from each of the heights of a contour plot to the next, as numbers in the colour
   * table; absent where lines are drawn.
   */
  readonly fill?: readonly number[] | undefined;
  /** The angles from which a surface is seen: the turns about the axes x and z in degrees. */
  readonly view?: readonly [number, number] | undefined;
  /** The axis (1, 2, 3) along which red, green and blue lie; 0 for one gray or indexed plane. */
  readonly colorAxis: 0 | 1 | 2 | 3;
  /** Whether the first row is the top one; IDL's default is the bottom one. */
  readonly topDown: boolean;
  /** The number of the colour table that LOADCT chose, 0 (gray) at first. */
  readonly colorTable: number;
  /** How the curve of a plot is drawn: IDL's PSYM, absent for a line; `none` for its axes alone. */
  readonly symbol?: number | "none" | undefined;
  /** Further curves of a plot. */
  readonly curves?: readonly PlotCurve[] | undefined;
  /** Texts in a plot. */
  readonly texts?: readonly PlotText[] | undefined;
  /** The title, where one was given. */
  readonly title?: string | undefined;
  /** The texts beside the axes of a plot. */
  readonly axisTitles?: readonly [string, string] | undefined;
  /** The range of each axis of a plot, where one was given. */
  readonly ranges?: readonly (readonly [number, number] | undefined)[] | undefined;
  /** Which axes of a plot are logarithmic. */
  readonly logarithmic?: readonly [boolean, boolean] | undefined;
}

/** A file that a command wants to be written into the server's output folder. */
export interface LanguageFile {
  /** The format. */
  readonly format: "fits" | "png";
  /**
   * A checked name: letters, digits, `_`, `-` and `.`, beginning with none but
   * a letter or a digit, at most 128 characters, with the format's extension.
   */
  readonly name: string;
  /** The pixels, origin at the bottom left. Its buffer may belong to a variable. */
  readonly value: IdlNumeric;
  /** Header cards of a FITS file, 80 characters each. */
  readonly cards?: readonly string[] | undefined;
  /** The axis along which red, green and blue lie; 0 for a gray picture. */
  readonly colorAxis: 0 | 1 | 2 | 3;
  /** The number of the colour table that LOADCT chose, 0 (gray) at first. */
  readonly colorTable: number;
  /** Red, green and blue of each of 256 indices, where the command gave them. */
  readonly palette?: readonly [Uint8Array, Uint8Array, Uint8Array] | undefined;
}

/** What a command wants to read of a FITS file. */
export interface LanguageReading {
  /** A checked name in the output folder, as {@linkcode LanguageFile.name}, or a whole file. */
  readonly from: string | Uint8Array<ArrayBuffer>;
  /** The HDU: its number, 0 the primary, or its EXTNAME. */
  readonly hdu: number | string;
  /** The header alone, or with it the pixels of an image, or those or the rows of a table. */
  readonly part: "header" | "image" | "all";
  /** Whether pixels are physical; else they are as stored. */
  readonly physical: boolean;
  /** The rows of a table, counted from 0, the second one not among them; absent for all. */
  readonly rows?: readonly [start: number, stop: number] | undefined;
  /** The columns of a table by their names or by their numbers counted from 0; absent for all. */
  readonly columns?: readonly (string | number)[] | undefined;
  /** Throws if the command may not take so many bytes; called before they are taken. */
  reserve(bytes: number): void;
}

/** An HDU of a FITS file. */
export interface LanguageHdu {
  /** Its cards, 80 characters each. */
  readonly cards: readonly string[];
  /** The pixels of an image. */
  readonly image?: IdlNumeric | undefined;
  /** How many rows of a table were read. */
  readonly rows?: number | undefined;
  /** The columns of a table with the values of all rows: the dimensions of a cell, then the rows. */
  readonly columns?:
    | readonly { readonly name: string; readonly value: IdlNumeric | IdlString }[]
    | undefined;
}

/** Where the effects of commands go. What it throws becomes a failure of the command. */
export interface LanguageHost {
  /** Takes one line of PRINT or HELP, without a line end. */
  print(line: string): void;
  /** Shows a picture and returns its handle. */
  show(picture: LanguagePicture): number | PromiseLike<number>;
  /** Writes a file into the output folder. */
  write(file: LanguageFile): void | PromiseLike<void>;
  /** Reads an HDU of a file in the output folder, or of one that came with the command. */
  read(file: LanguageReading): PromiseLike<LanguageHdu>;
}
