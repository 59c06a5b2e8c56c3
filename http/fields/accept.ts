/** What a client prefers (RFC 9110 section 12.5). */

/** One element of an Accept field: what, and how much it is liked, from 0 to 1. */
interface Preference {
  readonly name: string;
  readonly quality: number;
}

function parsePreferences(value: string): Preference[] {
  return value.toLowerCase().split(",").map((element) => {
    const [name, ...parameters] = element.split(";").map((part) => part.trim());
    const quality = parameters.find((parameter) => parameter.startsWith("q="));
    const number = quality === undefined ? 1 : Number(quality.slice(2));
    return { name: name!, quality: number >= 0 && number <= 1 ? number : 0 };
  });
}

/**
 * Chooses among encodings that are available.
 *
 * @param value The field Accept-Encoding.
 * @param available Names of content codings; of those liked equally, the first is chosen.
 * @returns The coding; undefined for the file as it is.
 */
export function chooseEncoding<T extends string>(
  value: string | undefined,
  available: readonly T[],
): T | undefined {
  if (value === undefined || available.length === 0) return undefined;
  const preferences = parsePreferences(value);
  const qualityOf = (name: string): number | undefined =>
    preferences.find((preference) => preference.name === name)?.quality;
  const others = qualityOf("*") ?? 0;
  let best: T | undefined;
  // A coding has to be liked at least as much as the file as it is, where that is named.
  let bestQuality = qualityOf("identity") ?? 0;
  for (const name of available) {
    const quality = qualityOf(name) ?? others;
    if (quality > 0 && (best === undefined ? quality >= bestQuality : quality > bestQuality)) {
      best = name;
      bestQuality = quality;
    }
  }
  return best;
}

/**
 * Whether a client would rather have JSON than HTML.
 *
 * @param value The field Accept.
 */
export function prefersJson(value: string | undefined): boolean {
  if (value === undefined || !/json/i.test(value)) return false;
  const preferences = parsePreferences(value);
  const qualityOf = (...names: string[]): number => {
    for (const name of names) {
      const found = preferences.find((preference) => preference.name === name);
      if (found !== undefined) return found.quality;
    }
    return 0;
  };
  const json = qualityOf("application/json", "application/*", "*/*");
  return json > 0 && json > qualityOf("text/html", "text/*");
}
