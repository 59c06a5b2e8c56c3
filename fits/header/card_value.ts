/** The value field of a card: FITS 4.0, section 4.2, and what real files make of it. */

/** A complex value, integer or real (sections 4.2.5 and 4.2.6). */
export interface Complex {
  /** The real part. */
  readonly re: number;
  /** The imaginary part. */
  readonly im: number;
}

/**
 * The value of a card.
 *
 * An integer that a `number` cannot hold exactly is a `bigint`. `null` is an
 * undefined value (a blank field). The null string `''` is `""`; an empty string
 * of blanks `'  '` is `" "`; these two and `null` are three different values.
 */
export type CardValue = string | number | bigint | boolean | Complex | null;

/** What the value field of a card holds; `commentary` cards have none. */
export type CardKind =
  | "string"
  | "logical"
  | "integer"
  | "real"
  | "complex"
  | "undefined"
  | "commentary";

/** Something that is wrong with a card. */
export interface CardProblem {
  /** What was found. */
  readonly message: string;
  /** `error` where the standard is broken, `warning` where it is only bent. */
  readonly severity: "error" | "warning";
}

/** A value field that has been read. */
export interface ValueField {
  /** What kind of value it is. */
  readonly kind: CardKind;
  /** The value. */
  readonly value: CardValue;
  /** The comment after the slash, without the blanks around it. */
  readonly comment: string;
  /** What is wrong with the field, if anything. */
  readonly problems: readonly CardProblem[];
}

const INTEGER = /^[+-]?\d+$/;
const REAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[EDed][+-]?\d+)?$/;

/**
 * Reads a value field with its comment, in fixed or free format.
 *
 * @param field The card from byte 11 on.
 * @returns The value; what cannot be read as any kind is a string with a problem.
 */
export function parseValueField(field: string): ValueField {
  const start = skipBlanks(field, 0);
  if (start === field.length) return { kind: "undefined", value: null, comment: "", problems: [] };
  const first = field[start];
  if (first === "'") return parseString(field, start);
  if (first === "(") return parseComplex(field, start);
  const slash = field.indexOf("/", start);
  const token = (slash < 0 ? field.slice(start) : field.slice(start, slash)).trimEnd();
  const comment = slash < 0 ? "" : field.slice(slash + 1).trim();
  if (token === "") return { kind: "undefined", value: null, comment, problems: [] };
  if (token === "T" || token === "F") {
    return { kind: "logical", value: token === "T", comment, problems: [] };
  }
  return { ...parseNumber(token), comment };
}

/** A problem that breaks the standard; bytes of the file that a terminal might obey are not shown. */
export function broken(message: string): CardProblem {
  return { message: message.replace(/[^\x20-\x7e]/g, "?"), severity: "error" };
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charCodeAt(at) === 0x20) at++;
  return at;
}

/** Section 4.2.1: a quote in the string is two quotes; trailing blanks do not count. */
function parseString(field: string, start: number): ValueField {
  let end = field.indexOf("'", start + 1);
  let quoted = false;
  while (end >= 0 && field[end + 1] === "'") {
    quoted = true;
    end = field.indexOf("'", end + 2);
  }
  const problems: CardProblem[] = [];
  if (end < 0) problems.push(broken("the string has no closing quote"));
  let text = field.slice(start + 1, end < 0 ? undefined : end);
  if (quoted) text = text.replaceAll("''", "'");
  const trimmed = text.trimEnd();
  const value = trimmed === "" && text !== "" ? " " : trimmed;
  const rest = end < 0 ? "" : field.slice(end + 1).trim();
  if (rest !== "" && rest[0] !== "/") {
    problems.push(broken(`the text '${rest}' after the string has no slash before it`));
  }
  const comment = rest[0] === "/" ? rest.slice(1).trim() : rest;
  return { kind: "string", value, comment, problems };
}

function parseComplex(field: string, start: number): ValueField {
  const end = field.indexOf(")", start);
  const inside = field.slice(start + 1, end < 0 ? undefined : end).split(",");
  const [re, im] = inside.map((part) => parseNumber(part.trim()));
  const rest = end < 0 ? "" : field.slice(end + 1).trim();
  const comment = rest[0] === "/" ? rest.slice(1).trim() : rest;
  const isNumber = (part: Omit<ValueField, "comment"> | undefined) =>
    part?.kind === "integer" || part?.kind === "real";
  if (end < 0 || inside.length !== 2 || !isNumber(re) || !isNumber(im)) {
    const text = field.slice(start).trimEnd();
    return {
      kind: "string",
      value: text,
      comment: "",
      problems: [broken(`the value ${text} is no complex number`)],
    };
  }
  return {
    kind: "complex",
    value: { re: Number(re!.value), im: Number(im!.value) },
    comment,
    problems: [...re!.problems, ...im!.problems],
  };
}

/** Sections 4.2.3 and 4.2.4, and the spellings that real files add. */
function parseNumber(token: string): Omit<ValueField, "comment"> {
  if (INTEGER.test(token)) return { kind: "integer", value: exactInteger(token), problems: [] };
  const problems: CardProblem[] = [];
  let text = token;
  if (text.includes(" ")) {
    const joined = text.replaceAll(" ", "");
    if (REAL.test(joined) && /^[+-] |[EDed] ?[+-]? |\d [EDed]/.test(text)) {
      text = joined;
      problems.push(broken(`blanks inside the number '${token}'`));
    } else {
      const word = text.slice(0, text.indexOf(" "));
      if (REAL.test(word)) {
        const rest = text.slice(word.length).trim();
        const number = parseNumber(word);
        return {
          ...number,
          problems: [
            ...number.problems,
            broken(`the text '${rest}' after the number has no slash`),
          ],
        };
      }
    }
  }
  if (INTEGER.test(text)) return { kind: "integer", value: exactInteger(text), problems };
  if (REAL.test(text)) {
    if (/[ed]/.test(text)) problems.push(broken(`the exponent of '${token}' is in lower case`));
    const value = Number(text.replace(/[Dd]/, "E"));
    if (Number.isFinite(value)) return { kind: "real", value, problems };
    return {
      kind: "undefined",
      value: null,
      problems: [...problems, {
        message: `'${token}' is beyond the range of a double`,
        severity: "warning",
      }],
    };
  }
  if (/^[+-]?(nan|inf(inity)?)$/i.test(text)) {
    return { kind: "undefined", value: null, problems: [broken(`'${token}' is no value of FITS`)] };
  }
  return { kind: "string", value: token, problems: [broken(`'${token}' is no value of any kind`)] };
}

function exactInteger(text: string): number | bigint {
  const number = Number(text);
  if (Number.isSafeInteger(number)) return number === 0 ? 0 : number;
  return text[0] === "-" ? -BigInt(text.slice(1)) : BigInt(text[0] === "+" ? text.slice(1) : text);
}
