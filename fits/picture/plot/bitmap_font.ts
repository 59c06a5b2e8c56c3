/** Letters of 5 x 7 points for the texts of a plot, and the raster that they are drawn into. */

/** Columns of each letter from the left, the lowest bit on top; from the space to the tilde. */
const GLYPHS = Uint8Array.fromHex(
  "000000000000005f00000007000700147f147f14242a7f2a12231308646236495620500008070300" +
    "001c2241000041221c002a1c7f1c2a08083e080800807030000808080808000060600020100804" +
    "023e5149453e00427f4000724949494621414d4d331814127f1027454545393c4a4949314121110907" +
    "364949493646494929" + "1e0000140000004034000000081422411414141414004122140802015909063e" +
    "415d594e7c1211127c7f494949363e414141227f4141413e7f494949417f090909013e4141517" +
    "37f0808087f00417f41002040413f017f081422417f404040407f021c027f7f0408107f3e4141413e" +
    "7f090909063e4151215e7f09192946264949493203017f01033f4040403f1f2040201f3f403840" +
    "3f63140814630304780403615949" + "4d43007f414141020408102000414141" + "7f040201020440404040" +
    "40000307080020545478407f2844443838444444283844" + "44287f385454541800087e090218a4a4" +
    "9c787f0804047800447d4000204040" + "3d007f1028440000417f40007c047804787c080404783844444438" +
    "fc1824241818242418fc7c0804040848545454240404" + "3f44243c4040207c1c2040201c3c4030403c" +
    "44281028444c9090907c4464544c440008364100000077000000413608000201020402",
);

/** Points from one letter to the next, and the height of a line. */
export const LETTER: { readonly width: 6; readonly height: 8 } = { width: 6, height: 8 };

/** Points beside a raster up to which lines are drawn. */
const MAX_OUTSIDE = 65_536;

function isNear(coordinate: number): boolean {
  return Number.isInteger(coordinate) && Math.abs(coordinate) <= MAX_OUTSIDE;
}

/**
 * Calls a function for every point of a text. A letter that there is no form for becomes a
 * question mark.
 *
 * @param text What is written.
 * @param draw Takes the place along the text and across it, from the left edge and the upper one.
 */
export function eachPoint(text: string, draw: (along: number, across: number) => void): void {
  for (const [i, letter] of [...text].entries()) {
    const code = letter.codePointAt(0)!;
    const glyph = (code >= 32 && code <= 126 ? code - 32 : 31) * 5;
    for (let column = 0; column < 5; column++) {
      for (let row = 0; row < 8; row++) {
        if ((GLYPHS[glyph + column]! >> row & 1) !== 0) draw(i * LETTER.width + column, row);
      }
    }
  }
}

/** A gray picture to draw into, rows from the top. */
export class Raster {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array<ArrayBuffer>;

  /** Makes a white raster. */
  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.data = new Uint8Array(width * height).fill(255);
  }

  /** Blackens a point; one outside is left out. */
  point(x: number, y: number, level = 0): void {
    if (x >= 0 && x < this.width && y >= 0 && y < this.height) {
      this.data[y * this.width + x] = level;
    }
  }

  /**
   * A straight line between two points, both included (Bresenham). One that ends far outside, or
   * nowhere, is left out: it must be cut off first.
   */
  line(fromX: number, fromY: number, toX: number, toY: number, level = 0): void {
    if (![fromX, fromY, toX, toY].every(isNear)) return;
    const dx = Math.abs(toX - fromX);
    const dy = -Math.abs(toY - fromY);
    const stepX = fromX < toX ? 1 : -1;
    const stepY = fromY < toY ? 1 : -1;
    let [x, y, error] = [fromX, fromY, dx + dy];
    for (let left = Math.max(dx, -dy); left >= 0; left--) {
      this.point(x, y, level);
      const twice = 2 * error;
      if (twice >= dy) {
        error += dy;
        x += stepX;
      }
      if (twice <= dx) {
        error += dx;
        y += stepY;
      }
    }
  }

  /**
   * Text; a letter that there is no form for becomes a question mark.
   *
   * @param text What is written.
   * @param x The left edge, or the lower one of upright text.
   * @param y The upper edge, or the left one of upright text.
   * @param upright Whether it runs from the bottom to the top.
   */
  text(text: string, x: number, y: number, upright: "across" | "upwards" = "across"): void {
    eachPoint(text, (along, across) => {
      if (upright === "across") this.point(x + along, y + across);
      else this.point(y + across, x - along);
    });
  }
}
