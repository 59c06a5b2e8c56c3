/** A camera that does not exist: star fields that drift. A core without sockets or timers. */

import { checkCaps } from "../../../net/caps.ts";
import { Header } from "../../header/header.ts";
import { encodeCameraFrame } from "./frame.ts";

/** What a {@linkcode SyntheticCamera} looks like. */
export interface CameraOptions {
  /** NAXIS1. */
  width: number;
  /** NAXIS2. */
  height: number;
  /** Frames per second, for the FRMRATE and ETIME cards. @default {30} */
  rate?: number | undefined;
  /** The seed of the star field. @default {1} */
  seed?: number | undefined;
}

interface Star {
  readonly x: number;
  readonly y: number;
  readonly flux: number;
}

/** Counts of the sky, of its noise, and of the brightest star's centre. */
const SKY = 1_200;
const NOISE = 40;
const BRIGHTEST = 42_000;

/** Pixels within which a star's light is drawn, and the width of its profile. */
const STAR_RADIUS = 6;
const STAR_SIGMA = 1.6;

/** Pixels per second that the field drifts in x and in y. */
const DRIFT = { x: 6, y: 1.5 };

/** A camera of 16-bit frames: a star field that drifts over the chip, with noise. */
export class SyntheticCamera {
  /** NAXIS1. */
  readonly width: number;
  /** NAXIS2. */
  readonly height: number;
  #rate: number;
  #stars: Star[];
  #noise: Uint16Array;
  #pixels: Uint16Array;
  #random: () => number;

  /**
   * Makes a camera; two with the same options make the same frames.
   *
   * @param options Size, rate and seed.
   */
  constructor(options: CameraOptions) {
    checkCaps(options);
    this.width = options.width;
    this.height = options.height;
    this.#rate = options.rate ?? 30;
    this.#random = generator(options.seed ?? 1);
    const area = this.width * this.height;
    const count = Math.max(20, Math.round(area / 2_500));
    this.#stars = Array.from({ length: count }, () => ({
      x: this.#random() * this.width,
      y: this.#random() * this.height,
      // Ten times as many stars for every 2.5 magnitudes fainter, as in a flat sky.
      flux: BRIGHTEST * (0.012 + 0.988 * this.#random() ** 6),
    }));
    // A stretch of noise that every frame begins at another place.
    this.#noise = Uint16Array.from({ length: area + 65_536 }, () => {
      const sum = this.#random() + this.#random() + this.#random() + this.#random();
      return Math.round(SKY + NOISE * (sum - 2) * 1.73);
    });
    this.#pixels = new Uint16Array(area);
  }

  /**
   * Takes a frame.
   *
   * @param sequence Its number, for SEQNUM.
   * @param time When, in milliseconds since 1970.
   * @param start When the field stood at its beginning, in milliseconds since 1970.
   * @returns A FITS file: header, big-endian pixels with padding.
   */
  frame(sequence: number, time: number, start: number): Uint8Array<ArrayBuffer>[] {
    const shift = (sequence * 7_919) % 65_536;
    this.#pixels.set(this.#noise.subarray(shift, shift + this.#pixels.length));
    const seconds = (time - start) / 1000;
    for (const star of this.#stars) {
      this.#draw(
        modulo(star.x + DRIFT.x * seconds, this.width),
        modulo(star.y + DRIFT.y * seconds, this.height),
        star.flux,
      );
    }
    return encodeCameraFrame({
      width: this.width,
      height: this.height,
      pixels: this.#pixels,
      header: this.#cards(sequence, time),
    });
  }

  #draw(x: number, y: number, flux: number): void {
    const left = Math.max(0, Math.ceil(x - STAR_RADIUS));
    const right = Math.min(this.width - 1, Math.floor(x + STAR_RADIUS));
    const bottom = Math.max(0, Math.ceil(y - STAR_RADIUS));
    const top = Math.min(this.height - 1, Math.floor(y + STAR_RADIUS));
    const scale = -1 / (2 * STAR_SIGMA * STAR_SIGMA);
    for (let row = bottom; row <= top; row++) {
      for (let column = left; column <= right; column++) {
        const light = flux * Math.exp(scale * ((column - x) ** 2 + (row - y) ** 2));
        const at = row * this.width + column;
        this.#pixels[at] = Math.min(65_535, this.#pixels[at]! + light);
      }
    }
  }

  /** The cards that cameras of this family send. */
  #cards(sequence: number, time: number): Header {
    const header = new Header();
    header.set("DATE", new Date(time).toISOString().slice(0, -1), { comment: "UTC" });
    header.set("UNIXTIME", time / 1000, { comment: "[s] since 1970-01-01 UTC" });
    header.set("ORIGIN", "Heliograph", { comment: "simulated" });
    header.set("ETIME", 1 / this.#rate, { comment: "[s] exposure" });
    header.set("SEQNUM", sequence, { comment: "frame of the camera" });
    header.set("FRMRATE", this.#rate, { comment: "[Hz] frames per second" });
    header.set("TEMP", -40.0, { comment: "[C] chip" });
    header.set("PIXSCALE", 0.3, { comment: "[arcsec] per pixel" });
    header.set("WIN_X1", 1).set("WIN_Y1", 1);
    header.set("RA", 83.822083, { comment: "[deg]" });
    header.set("DEC", -5.391111, { comment: "[deg]" });
    header.set("EQUINOX", 2000.0);
    header.set("INSTRUME", "SIMULATOR").set("CCDNAME", "SIM1");
    header.set("GAIN", 1.0, { comment: "[electron/count]" });
    return header;
  }
}

function modulo(value: number, size: number): number {
  return ((value % size) + size) % size;
}

/** Seeded pseudo-random numbers from 0 up to 1 (xorshift32). */
function generator(seed: number): () => number {
  let state = (seed * 2_654_435_761) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 4_294_967_296;
  };
}
