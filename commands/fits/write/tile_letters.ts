/** The letters of fpack, for people who know them. */

/** Letters that stand for a flag as they are. */
const LETTERS: Readonly<Record<string, readonly string[]>> = {
  "-r": ["--algorithm=rice"],
  "-g": ["--algorithm=gzip1"],
  "-g1": ["--algorithm=gzip1"],
  "-g2": ["--algorithm=gzip2"],
  "-p": ["--algorithm=plio"],
  "-d": ["--algorithm=none"],
  "-w": ["--tile=whole"],
  "-table": ["--bintables"],
};

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)$/;

/**
 * Reads the letters of fpack as flags of our own. Two of them have another meaning everywhere
 * else: `-h` is HCOMPRESS where files are named, and `-q` the level of quantisation where a
 * number follows.
 *
 * @param args The arguments.
 */
export function fromFpackLetters(args: readonly string[]): string[] {
  const words: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const argument = args[i]!;
    if (argument === "--") return [...words, ...args.slice(i)];
    const letters = Object.hasOwn(LETTERS, argument) ? LETTERS[argument] : undefined;
    const next = args[i + 1];
    const level = /^-q(z?)(t|\d{1,5})?$/.exec(argument);
    if (letters !== undefined) words.push(...letters);
    else if (argument === "-h" && args.length > 1) words.push("--algorithm=hcompress");
    else if (argument === "-t" && next !== undefined) words.push(`--tile=${args[++i]}`);
    else if (level !== null && next !== undefined && NUMBER.test(next)) {
      words.push(`--quantize=${args[++i]}`, ...ditherOf(level[1] === "z", level[2]));
    } else words.push(argument);
  }
  return words;
}

/** `-q0` is no dithering, `-q17` a seed; `-qt` is what we do anyway. */
function ditherOf(keepsZeros: boolean, seed: string | undefined): string[] {
  if (seed === "0") return ["--dither=0"];
  const dither = keepsZeros ? ["--dither=2"] : [];
  return seed === undefined || seed === "t" ? dither : [...dither, `--seed=${seed}`];
}
