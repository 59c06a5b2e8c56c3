/** What an HDU holds: how its image or table is read, chosen once by its kind. */

import type { HduData } from "../hdu/data.ts";
import type { Bitpix } from "../hdu/layout.ts";
import type { Header } from "../header/header.ts";
import { type ImageOptions, readImage } from "../image/image.ts";
import { type Image, imageScaling } from "../image/pixels.ts";
import { Table, tableProblems } from "../table/table.ts";
import { CompressedImage } from "../tiles/compressed_image.ts";
import { CompressedTable } from "../tiles/compressed_table.ts";
import { tableHeader } from "../tiles/table_header.ts";
import type { TileCache } from "../tiles/tile_cache.ts";

/** What an HDU holds, in the words of its user: of a compressed image, the image. */
export interface HduContents {
  /** The header of what is held. */
  readonly header: Header;
  /** The lengths of the axes, axis 1 first. */
  readonly shape: readonly number[];
  /** Bits of a stored value. */
  readonly bitpix: Bitpix;
  /** What is wrong with how it is described. */
  readonly problems: readonly string[];
  /** What of an image is best read together: the lengths of a tile; [] of a plain image. */
  readonly unit?: readonly number[];
  /** Reads the image; undefined where there is none. */
  readonly image?: (options: ImageOptions) => Promise<Image>;
  /** Opens the table; undefined where there is none. */
  readonly openTable?: (options: { readonly stored?: boolean | undefined }) => Table;
}

/**
 * Finds what an HDU holds.
 *
 * @param data The HDU.
 * @param cache Where decoded tiles are kept.
 */
export function contentsOf(data: HduData, cache: TileCache): HduContents {
  switch (data.layout.kind) {
    case "PRIMARY":
    case "IMAGE":
      return plainImage(data);
    case "GROUPS":
      // The array of one group, without the 0 of NAXIS1.
      return { ...bare(data), shape: data.layout.shape.slice(1) };
    case "TABLE":
    case "BINTABLE":
      return table(data);
    case "compressed BINTABLE":
      return compressedTable(data, cache);
    case "compressed IMAGE":
      return compressedImage(data, cache);
    case "OTHER":
      return bare(data);
  }
}

function bare({ header, layout: { shape, bitpix } }: HduData): HduContents {
  return { header, shape, bitpix, problems: [] };
}

function plainImage(data: HduData): HduContents {
  const { header, layout: { shape, bitpix } } = data;
  return {
    ...bare(data),
    get problems() {
      return shape.length === 0 ? [] : imageScaling(header, bitpix).problems;
    },
    image: (options) => readImage(data, options),
  };
}

function table(data: HduData): HduContents {
  const openTable = () => new Table(data);
  return {
    ...bare(data),
    get problems() {
      return tableProblems(openTable);
    },
    openTable,
  };
}

function compressedTable(data: HduData, cache: TileCache): HduContents {
  let original: Header | undefined;
  const header = () => original ??= tableHeader(data.header);
  let body: CompressedTable | undefined;
  const open = () => new Table(data, body ??= new CompressedTable(data, header(), cache));
  return {
    get header() {
      return header();
    },
    get shape() {
      return ["ZNAXIS1", "ZNAXIS2"].map((keyword) => data.header.integer(keyword) ?? 0);
    },
    bitpix: 8,
    get problems() {
      return tableProblems(open);
    },
    openTable: ({ stored }) => stored === true ? new Table(data) : open(),
  };
}

function compressedImage(data: HduData, cache: TileCache): HduContents {
  const image = new CompressedImage(data, cache);
  return {
    get header() {
      return image.header;
    },
    get shape() {
      return image.shape;
    },
    get bitpix() {
      return image.bitpix;
    },
    get problems() {
      return [...image.problems, ...imageScaling(image.header, image.bitpix).problems];
    },
    get unit() {
      return image.tile;
    },
    image: (options) => image.read(options),
    // The table that stores the image, where that is asked for.
    openTable: () => new Table(data),
  };
}
