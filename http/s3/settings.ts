/** What is not given in the options: the environment, and the files of profiles. */

import { fileError } from "../../net/file_error.ts";
import { HeliographError } from "../../net/errors.ts";
import { isRegion, parseEndpoint } from "./address.ts";
import type { S3Options } from "./options.ts";
import { parseProfiles, type Profile, profileOf, type ProfileValues } from "./profiles.ts";
import type { S3Credentials } from "./signature.ts";

/** The region where nothing names one. */
const DEFAULT_REGION = "us-east-1";

/** How a bucket is reached. */
export interface S3Settings {
  readonly endpoint: URL | undefined;
  readonly region: string;
  /** The key; undefined for anonymous requests. */
  readonly credentials: S3Credentials | undefined;
  /** Why there is no key, for anyone who is refused. */
  readonly anonymousBecause: string;
  readonly requesterPays: boolean;
}

/** Where settings come from, besides the options. */
export interface SettingsSource {
  /**
   * A variable of the environment.
   *
   * @throws {HeliographError} If it must be known and may not be read.
   */
  variable(name: string): string | undefined;
  /** Whether a variable may be read. */
  mayRead(name: string): boolean;
  /** A file's text; undefined if there is none, `denied` if it may not be read. */
  file(path: string): Promise<string | undefined | typeof DENIED>;
}

/** What stands for the text of a file that may not be read. */
export const DENIED: unique symbol = Symbol("denied");

/** The variables that say which store and whose key it is. */
const VARIABLES = [
  ...["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"],
  ...["AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"],
] as const;

/** Why no key was looked for, or none was found. */
const REASONS = {
  asked: "the request was anonymous, as was asked for",
  none: "the request was anonymous: no key is set, by AWS_ACCESS_KEY_ID or in ~/.aws",
  denied: "the request was anonymous: AWS_ACCESS_KEY_ID is not set, and ~/.aws/credentials may " +
    "not be read without --allow-env=AWS_*,HOME --allow-read=$HOME/.aws",
} as const;

/**
 * Puts together how buckets are reached.
 *
 * @param options What the caller has said.
 * @param source Where the rest comes from.
 * @throws {HeliographError} If something is set in half, cannot be understood, or may not be
 * read although no one can go on without it.
 */
export async function resolveSettings(
  options: S3Options,
  source: SettingsSource = PROCESS,
): Promise<S3Settings> {
  const anonymous = options.anonymous ?? false;
  if (!anonymous && options.credentials === undefined) checkPermission(source);
  const variable = (name: string) =>
    source.mayRead(name) ? source.variable(name) || undefined : undefined;
  const profile = await readProfile(source, variable);
  const known = profile === DENIED ? undefined : profile;
  const { credentials, why } = anonymous
    ? { credentials: undefined, why: REASONS.asked }
    : keyOf(options, variable, profile);
  const region = options.region ?? variable("AWS_REGION") ?? variable("AWS_DEFAULT_REGION") ??
    known?.region ?? DEFAULT_REGION;
  if (!isRegion(region)) {
    throw new HeliographError(
      `Cannot use the region '${region.slice(0, 80)}': expected a name such as ${DEFAULT_REGION}`,
    );
  }
  return {
    endpoint: endpointOf(options, variable, known),
    region,
    credentials,
    anonymousBecause: why,
    requesterPays: options.requesterPays ?? false,
  };
}

/** A store that was meant and is not asked, or a key that is not used, would be silent faults. */
function checkPermission(source: SettingsSource): void {
  const hidden = VARIABLES.filter((name) => !source.mayRead(name));
  if (hidden.length === 0) return;
  throw new HeliographError(
    `Cannot reach an object store: ${hidden[0]} may not be read: start the program with ` +
      "--allow-env=AWS_*,HOME, or use --no-sign-request (in the library, s3.anonymous) for a " +
      "public bucket",
  );
}

function endpointOf(
  { endpoint }: S3Options,
  variable: (name: string) => string | undefined,
  profile: Profile | undefined,
): URL | undefined {
  if (endpoint !== undefined) return parseEndpoint(endpoint, "the options");
  for (const name of ["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"]) {
    const value = variable(name);
    if (value !== undefined) return parseEndpoint(value, name);
  }
  return profile?.endpoint && parseEndpoint(profile.endpoint, "the profile") || undefined;
}

function keyOf(
  options: S3Options,
  variable: (name: string) => string | undefined,
  profile: Profile | undefined | typeof DENIED,
): { credentials: S3Credentials | undefined; why: string } {
  if (options.credentials !== undefined) {
    const { accessKeyId, secretAccessKey, sessionToken } = options.credentials;
    return key(accessKeyId, secretAccessKey, sessionToken, "the options");
  }
  const accessKeyId = variable("AWS_ACCESS_KEY_ID");
  const secretAccessKey = variable("AWS_SECRET_ACCESS_KEY");
  if (accessKeyId !== undefined || secretAccessKey !== undefined) {
    const sessionToken = variable("AWS_SESSION_TOKEN");
    return key(accessKeyId, secretAccessKey, sessionToken, "the environment");
  }
  const named = variable("AWS_PROFILE");
  if (profile === DENIED) {
    if (named === undefined) return { credentials: undefined, why: REASONS.denied };
    throw new HeliographError(
      `Cannot read the profile '${named}': start the program with --allow-env=AWS_*,HOME ` +
        "--allow-read=$HOME/.aws",
    );
  }
  if (profile === undefined) {
    if (named === undefined) return { credentials: undefined, why: REASONS.none };
    throw new HeliographError(
      `Cannot find the profile '${named}' in ~/.aws/credentials and ~/.aws/config`,
    );
  }
  if (profile.accessKeyId !== undefined || profile.secretAccessKey !== undefined) {
    const from = `the profile '${named ?? "default"}'`;
    return key(profile.accessKeyId, profile.secretAccessKey, profile.sessionToken, from);
  }
  if (profile.other === undefined) return { credentials: undefined, why: REASONS.none };
  throw new HeliographError(
    `Cannot use the profile '${named ?? "default"}': it has ${profile.other}, expected ` +
      "aws_access_key_id and aws_secret_access_key; --no-sign-request asks without a key",
  );
}

function key(
  accessKeyId: string | undefined,
  secretAccessKey: string | undefined,
  sessionToken: string | undefined,
  from: string,
): { credentials: S3Credentials; why: string } {
  if (accessKeyId !== undefined && secretAccessKey !== undefined) {
    // A line break would end the field that it is sent in.
    if (!/^[!-~]+$/.test(accessKeyId) || !/^[!-~]*$/.test(sessionToken ?? "")) {
      throw new HeliographError(`Cannot use the key of ${from}: it has a blank or a control`);
    }
    return { credentials: { accessKeyId, secretAccessKey, sessionToken }, why: "" };
  }
  const missing = accessKeyId === undefined ? "AWS_ACCESS_KEY_ID" : "AWS_SECRET_ACCESS_KEY";
  throw new HeliographError(
    `Cannot use the key of ${from}: it has no ${
      from === "the environment" ? missing : missing.toLowerCase()
    }`,
  );
}

/** Reads the two files, where there is a home and it may be looked into. */
async function readProfile(
  source: SettingsSource,
  variable: (name: string) => string | undefined,
): Promise<Profile | undefined | typeof DENIED> {
  const home = variable("HOME") ?? variable("USERPROFILE");
  const files = [
    variable("AWS_SHARED_CREDENTIALS_FILE") ?? (home && `${home}/.aws/credentials`),
    variable("AWS_CONFIG_FILE") ?? (home && `${home}/.aws/config`),
  ];
  const sections: ReadonlyMap<string, ProfileValues>[] = [];
  let denied = home === undefined && !source.mayRead("HOME");
  for (const path of files) {
    const text = path === undefined ? undefined : await source.file(path);
    if (text === DENIED) denied = true;
    sections.push(parseProfiles(typeof text === "string" ? text : ""));
  }
  const name = variable("AWS_PROFILE") ?? "default";
  return profileOf(name, sections[0]!, sections[1]!) ?? (denied ? DENIED : undefined);
}

/** The environment and the files of this process; nothing is asked of the user. */
const PROCESS: SettingsSource = {
  variable: (name) => Deno.env.get(name),
  mayRead: (variable) => Deno.permissions.querySync({ name: "env", variable }).state === "granted",
  async file(path) {
    const { state } = await Deno.permissions.query({ name: "read", path });
    if (state !== "granted") return DENIED;
    try {
      return await Deno.readTextFile(path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw fileError(error, "read", path);
    }
  },
};
