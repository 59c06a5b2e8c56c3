/** Numbers of regions: measured here, or by the station where they are large; and as CSV. */

import { h } from "../page/dom.ts";
import { isBackground, withoutBackground } from "../regions/background.ts";
import { regionText } from "../regions/ds9_text.ts";
import { largeRegionStatistics } from "../regions/large_region.ts";
import { boundsOf, type Region } from "../regions/shapes.ts";
import {
  MAX_REGION_PIXELS,
  type RegionPlane,
  type RegionStatistics,
  regionStatistics,
} from "../regions/statistics.ts";
import type { ViewerModel } from "../view/model.ts";
import type { RegionEditor } from "../view/region_editor.ts";

/** What is measured, and who hears of it. */
export interface MeasureTask {
  readonly model: ViewerModel;
  readonly editor: RegionEditor;
  readonly plane: RegionPlane;
  readonly signal: AbortSignal;
  readonly onProgress?: ((part: number) => void) | undefined;
}

/**
 * Measures a region; what is excluded is left out.
 *
 * @param region The region.
 * @param task The plane, and who hears of progress.
 */
export async function measuredRegion(
  region: Region,
  { model, editor, plane, signal, onProgress }: MeasureTask,
): Promise<RegionStatistics> {
  const excluded = editor.regions.value.filter((other) => other.isExcluded && other !== region);
  const box = boundsOf(region, plane.width, plane.height);
  const size = box === undefined ? 0 : (box.right - box.left + 1) * (box.top - box.bottom + 1);
  if (size <= MAX_REGION_PIXELS) {
    return await regionStatistics(region, plane, { excluded, onProgress });
  }
  const hdu = model.hdu.value;
  const { source } = model;
  if (hdu === undefined || source.regionNumbers === undefined) {
    return await largeRegionStatistics(region, plane, { excluded, onProgress });
  }
  // The station reads its own file faster than it could be sent.
  const texts = [region, ...excluded].map((one) => textOf(one, one !== region));
  return await source.regionNumbers(hdu, model.plane, texts.join(";"), signal);
}

/** A region on pixels as DS9 writes it, without what only a picture shows. */
function textOf({ name, points, sizes, angle }: Region, isExcluded: boolean): string {
  return regionText({
    ...{ frame: "image", name, points, angle, isExcluded, properties: [] },
    sizes: sizes.map((value) => ({ value, unit: "own" })),
  });
}

/** The columns of the file of numbers. */
const COLUMNS = [
  ...["region", "pixels", "missing", "sum", "mean", "median", "stddev", "min", "max"],
  ...["area_arcsec2", "centroid_x", "centroid_y", "background", "net"],
];

/**
 * The numbers of all regions as CSV (RFC 4180): every figure of every number, nothing where there
 * is none. Lines, points and texts have no inside, and are left out.
 *
 * @param task The plane.
 */
export async function numbersAsCsv(task: MeasureTask): Promise<string> {
  const regions = task.editor.regions.value.filter(({ name }) =>
    !/^(?:line|point|text)$/.test(name)
  );
  const found: RegionStatistics[] = [];
  for (const region of regions) found.push(await measuredRegion(region, task));
  const background = found.filter((_, i) => isBackground(regions[i]!));
  const rows = regions.map((region, i) => {
    const numbers = found[i]!;
    const scale = task.editor.scaleAt(region.points[0]!);
    const net = isBackground(region) ? undefined : withoutBackground(numbers, background);
    return [
      textOf(region, region.isExcluded),
      ...[numbers.pixels, numbers.missing, numbers.sum, numbers.mean, numbers.median],
      ...[numbers.stddev, numbers.min, numbers.max],
      scale === undefined ? undefined : numbers.pixels * (scale * 3600) ** 2,
      ...[numbers.centroid?.[0], numbers.centroid?.[1], net?.background, net?.net],
    ];
  });
  return csvOf([COLUMNS, ...rows]);
}

/** Lines of CSV. */
export function csvOf(rows: readonly (readonly (string | number | undefined)[])[]): string {
  const field = (value: string | number | undefined) => {
    if (value === undefined || Number.isNaN(value)) return "";
    const text = String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return rows.map((row) => row.map(field).join(",") + "\r\n").join("");
}

/** Saves a text as a file. */
export function saveText(text: string, name: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  h("a", { href: url, download: name }).click();
  // The download has its own hold on the bytes as soon as it has begun.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
