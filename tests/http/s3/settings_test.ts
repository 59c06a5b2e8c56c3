import { assertEquals, assertRejects } from "@std/assert";
import type { S3Options } from "../../../http/s3/options.ts";
import { DENIED, resolveSettings, type SettingsSource } from "../../../http/s3/settings.ts";
import { HeliographError } from "../../../net/errors.ts";

/** An environment and files that are not those of this process. */
function from(
  variables: Record<string, string>,
  files: Record<string, string> = {},
  denied: { variables?: boolean; files?: boolean } = {},
): SettingsSource {
  return {
    variable: (name) => variables[name],
    mayRead: () => denied.variables !== true,
    file: (path) => Promise.resolve(denied.files ? DENIED : files[path]),
  };
}

const KEY = { AWS_ACCESS_KEY_ID: "ID", AWS_SECRET_ACCESS_KEY: "SECRET" };
const FILES = {
  "/home/sun/.aws/credentials": "[default]\naws_access_key_id = ID1\n" +
    "aws_secret_access_key = SECRET1\n[sso]\nregion = x-1\n[half]\naws_access_key_id = ID3\n",
  "/home/sun/.aws/config": "[default]\nregion = eu-west-1\nendpoint_url = https://store\n" +
    "[profile sso]\nsso_session = x\n",
};
const HOME = { HOME: "/home/sun" };

Deno.test("resolveSettings() takes options before the environment, and that before profiles", async () => {
  const cases: [
    options: S3Options,
    source: SettingsSource,
    found: [
      id: string | undefined,
      token: string | undefined,
      region: string,
      endpoint: string | undefined,
    ],
  ][] = [
    [{}, from({}), [undefined, undefined, "us-east-1", undefined]],
    [{}, from(KEY), ["ID", undefined, "us-east-1", undefined]],
    [{}, from({ ...KEY, AWS_SESSION_TOKEN: "T" }), ["ID", "T", "us-east-1", undefined]],
    [{}, from(HOME, FILES), ["ID1", undefined, "eu-west-1", "https://store/"]],
    [{}, from({ ...HOME, ...KEY }, FILES), ["ID", undefined, "eu-west-1", "https://store/"]],
    [
      {},
      from({
        ...KEY,
        AWS_REGION: "a",
        AWS_DEFAULT_REGION: "b",
        AWS_ENDPOINT_URL: "http://c",
        AWS_ENDPOINT_URL_S3: "http://d",
      }),
      ["ID", undefined, "a", "http://d/"],
    ],
    [
      {},
      from({ ...KEY, AWS_DEFAULT_REGION: "b", AWS_ENDPOINT_URL: "http://c" }),
      ["ID", undefined, "b", "http://c/"],
    ],
    [
      {
        region: "r",
        endpoint: "https://e/s3",
        credentials: { accessKeyId: "O", secretAccessKey: "" },
      },
      from({ ...HOME, ...KEY, AWS_REGION: "a", AWS_ENDPOINT_URL: "http://c" }, FILES),
      ["O", undefined, "r", "https://e/s3"],
    ],
    [{ anonymous: true }, from(KEY), [undefined, undefined, "us-east-1", undefined]],
    // What may not be read is not needed here.
    [{ anonymous: true }, from(KEY, {}, { variables: true }), [
      undefined,
      undefined,
      "us-east-1",
      undefined,
    ]],
    [
      {},
      from({ AWS_SHARED_CREDENTIALS_FILE: "/c", AWS_PROFILE: "sun" }, {
        "/c": "[sun]\naws_access_key_id=ID2\naws_secret_access_key=S",
      }),
      ["ID2", undefined, "us-east-1", undefined],
    ],
  ];
  for (const [options, source, found] of cases) {
    const { credentials, region, endpoint } = await resolveSettings(options, source);
    assertEquals(
      [credentials?.accessKeyId, credentials?.sessionToken, region, endpoint?.href],
      found as unknown[],
    );
  }
});

Deno.test("resolveSettings() says what is missing, wrong or not permitted, and shows no secret", async () => {
  const cases: [options: S3Options, source: SettingsSource, message: string][] = [
    [
      {},
      from(KEY, {}, { variables: true }),
      "Cannot reach an object store: AWS_ACCESS_KEY_ID may not be read: start the program with " +
      "--allow-env=AWS_*,HOME, or use --no-sign-request (in the library, s3.anonymous) for a " +
      "public bucket",
    ],
    [
      {},
      from({ AWS_ACCESS_KEY_ID: "ID" }),
      "Cannot use the key of the environment: it has no AWS_SECRET_ACCESS_KEY",
    ],
    [
      {},
      from({ AWS_SECRET_ACCESS_KEY: "SECRET" }),
      "Cannot use the key of the environment: it has no AWS_ACCESS_KEY_ID",
    ],
    [
      {},
      from({ ...KEY, AWS_ACCESS_KEY_ID: "SECRET\r\nX: y" }),
      "Cannot use the key of the environment: it has a blank or a control",
    ],
    [
      {},
      from({ ...HOME, AWS_PROFILE: "none" }, FILES),
      "Cannot find the profile 'none' in ~/.aws/credentials and ~/.aws/config",
    ],
    [
      {},
      from({ ...HOME, AWS_PROFILE: "sun" }, FILES, { files: true }),
      "Cannot read the profile 'sun': start the program with --allow-env=AWS_*,HOME " +
      "--allow-read=$HOME/.aws",
    ],
    [
      {},
      from({ ...HOME, AWS_PROFILE: "half" }, FILES),
      "Cannot use the key of the profile 'half': it has no aws_secret_access_key",
    ],
    [
      {},
      from({ ...HOME, AWS_PROFILE: "sso" }, FILES),
      "Cannot use the profile 'sso': it has sso_session, expected aws_access_key_id and " +
      "aws_secret_access_key; --no-sign-request asks without a key",
    ],
    [
      {},
      from({ AWS_REGION: "evil.org/" }),
      "Cannot use the region 'evil.org/': expected a name such as us-east-1",
    ],
    [
      {},
      from({ AWS_ENDPOINT_URL: "https://u:SECRET@h" }),
      "Cannot use the endpoint of AWS_ENDPOINT_URL: it is no URL such as https://HOST:PORT, " +
      "without user, password and query",
    ],
  ];
  for (const [options, source, message] of cases) {
    const error = await assertRejects(() => resolveSettings(options, source), HeliographError);
    assertEquals(error.message, message);
  }
});

Deno.test("resolveSettings() knows why a request is anonymous, for whoever is refused", async () => {
  const why = async (options: S3Options, source: SettingsSource) =>
    (await resolveSettings(options, source)).anonymousBecause;
  assertEquals(
    await why({}, from(HOME, {})),
    "the request was anonymous: no key is set, by AWS_ACCESS_KEY_ID or in ~/.aws",
  );
  assertEquals(
    await why({}, from(HOME, FILES, { files: true })),
    "the request was anonymous: AWS_ACCESS_KEY_ID is not set, and ~/.aws/credentials may not be " +
      "read without --allow-env=AWS_*,HOME --allow-read=$HOME/.aws",
  );
  assertEquals(
    await why({ anonymous: true }, from(KEY)),
    "the request was anonymous, as was asked for",
  );
});
