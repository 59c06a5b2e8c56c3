/** Values of the language as results: in a line, or as a file beside it. */

import { LimitError } from "../../net/errors.ts";
import type { IdlValue } from "../language/values/value.ts";
import { typeName } from "../language/values/value.ts";
import { jsonElements } from "../language/values/json_elements.ts";
import type { MapLine } from "./work.ts";

/** Characters of a value in a line at most. */
export const MAX_DATA = 65_536;

/**
 * A value as it stands in a line.
 *
 * @param value The value.
 * @throws {LimitError} If it is too long for one.
 */
export function lineOfValue(value: IdlValue): Pick<MapLine, "type" | "shape" | "data"> {
  const about = { type: typeName(value.type), shape: value.shape };
  // Each element takes a digit and a comma at least.
  if (value.data.length <= MAX_DATA / 2) {
    const elements = jsonElements(value);
    const data = elements.length === 1 && value.shape.length === 0 ? elements[0] : elements;
    if (JSON.stringify(data).length <= MAX_DATA) return { ...about, data };
  }
  const shape = value.shape.join(", ");
  throw new LimitError(
    `The value, ${about.type} [${shape}], is longer than the ${MAX_DATA} characters of a line: ` +
      "--save DIR writes it into a file",
  );
}
