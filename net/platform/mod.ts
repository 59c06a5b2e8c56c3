/** The platform that the cores run on: Deno, Node, or a browser. */

import { browserPlatform } from "./browser.ts";
import type { Platform } from "./needs.ts";
import { nodePlatform } from "./node.ts";

export type {
  DeflateFormat,
  DeflateOptions,
  InflateOptions,
  Platform,
  RawStream,
} from "./needs.ts";

/** What the cores use of the runtime they run in. */
export const platform: Platform = nodePlatform() ?? browserPlatform;
