/** The files `~/.aws/credentials` and `~/.aws/config`: sections of names and values. */

/** The values of one section; of a nested name (`s3 =` with indented lines), `s3.NAME`. */
export type ProfileValues = Readonly<Record<string, string>>;

/**
 * Reads a file of profiles.
 *
 * @param text The file.
 * @returns Its sections by their titles, such as `default` or `profile sun`.
 */
export function parseProfiles(text: string): ReadonlyMap<string, ProfileValues> {
  const sections = new Map<string, Record<string, string>>();
  let section: Record<string, string> | undefined;
  let nested = "";
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*(?:[#;]|$)/.test(line)) continue;
    const title = /^\s*\[\s*([^\]]*?)\s*\]/.exec(line)?.[1];
    if (title !== undefined) {
      const name = title.replace(/\s+/g, " ");
      section = sections.get(name) ?? Object.create(null) as Record<string, string>;
      sections.set(name, section);
      nested = "";
      continue;
    }
    const [, indent = "", name = "", rest = ""] = /^(\s*)([^=\s]+)\s*=\s*(.*?)\s*$/.exec(line) ??
      [];
    if (section === undefined || name === "") continue;
    const inner = indent !== "" && nested !== "";
    if (!inner) nested = rest === "" ? name.toLowerCase() : "";
    // A comment begins behind a blank: keys may hold a number sign.
    const value = rest.replace(/\s+[#;].*$/, "");
    section[(inner ? `${nested}.` : "") + name.toLowerCase()] = value;
  }
  return sections;
}

/** What a profile says of a store. */
export interface Profile {
  readonly accessKeyId: string | undefined;
  readonly secretAccessKey: string | undefined;
  readonly sessionToken: string | undefined;
  readonly region: string | undefined;
  readonly endpoint: string | undefined;
  /** A way to a key that we do not go, such as `credential_process`. */
  readonly other: string | undefined;
}

/** Ways to a key that need a program, a browser or another service. */
const OTHER_WAYS = [
  ...["credential_process", "role_arn", "sso_session", "sso_start_url"],
  ...["web_identity_token_file", "credential_source"],
] as const;

/**
 * Looks a profile up.
 *
 * @param name The profile.
 * @param credentials The file of keys, whose sections are the names.
 * @param config The other file, whose sections begin with `profile`, but for the default one.
 * @returns What they say; undefined if neither has the profile.
 */
export function profileOf(
  name: string,
  credentials: ReadonlyMap<string, ProfileValues>,
  config: ReadonlyMap<string, ProfileValues>,
): Profile | undefined {
  const first = credentials.get(name);
  const second = config.get(`profile ${name}`) ??
    (name === "default" ? config.get("default") : undefined);
  if (first === undefined && second === undefined) return undefined;
  const value = (key: string) => first?.[key] || second?.[key] || undefined;
  // A key is taken whole from one file, never its halves from two.
  const keys = first?.["aws_access_key_id"] ? first : second;
  const services = value("services");
  const service = services === undefined ? undefined : config.get(`services ${services}`);
  return {
    accessKeyId: keys?.["aws_access_key_id"] || undefined,
    secretAccessKey: keys?.["aws_secret_access_key"] || undefined,
    sessionToken: keys?.["aws_session_token"] || undefined,
    region: value("region"),
    endpoint: service?.["s3.endpoint_url"] || value("endpoint_url"),
    other: OTHER_WAYS.find((key) => value(key) !== undefined),
  };
}
