import { encodeCameraFrame } from "../../../fits/fitspipe/feed/frame.ts";
import { Header } from "../../../fits/header/header.ts";
import { SeededRandom } from "../../support/random.ts";

/** A frame whose pixels follow from its seed. */
export function seededFile(seed: number, width = 64, height = 48): Uint8Array[] {
  const random = new SeededRandom(seed);
  const pixels = Uint16Array.from({ length: width * height }, () => random.integer(0, 65_535));
  return encodeCameraFrame({ width, height, pixels, header: new Header().set("SEED", seed) });
}
