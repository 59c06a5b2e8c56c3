import { assertEquals } from "@std/assert";
import { parseProfiles, profileOf } from "../../../http/s3/profiles.ts";

const CREDENTIALS = parseProfiles(`
# keys
[default]
aws_access_key_id = ID0
aws_secret_access_key=a/b+c=#d  # not part of it
[ sun ]
aws_access_key_id = ID1
aws_secret_access_key = S1
aws_session_token = T1
[half]
region = eu-west-3
`);

const CONFIG = parseProfiles(
  "[default]\r\nregion = eu-central-1\r\ns3 =\r\n  addressing_style = path\r\n\r\n" +
    "[profile sun]\nregion=us-west-2\nservices = ours\n" +
    "[services ours]\ndynamodb =\n  endpoint_url = http://wrong\ns3 =\n" +
    "  endpoint_url = http://localhost:9000\n" +
    "[profile half]\naws_access_key_id = ID2\naws_secret_access_key = S2\n" +
    "endpoint_url = https://store\n[profile role]\nrole_arn = arn:x\n[profile]\nx = 1\n",
);

Deno.test("profileOf() joins the two files of profiles", () => {
  const nothing = {
    accessKeyId: undefined,
    secretAccessKey: undefined,
    sessionToken: undefined,
    region: undefined,
    endpoint: undefined,
    other: undefined,
  };
  assertEquals(profileOf("default", CREDENTIALS, CONFIG), {
    ...nothing,
    accessKeyId: "ID0",
    secretAccessKey: "a/b+c=#d",
    region: "eu-central-1",
  });
  assertEquals(profileOf("sun", CREDENTIALS, CONFIG), {
    ...nothing,
    accessKeyId: "ID1",
    secretAccessKey: "S1",
    sessionToken: "T1",
    region: "us-west-2",
    endpoint: "http://localhost:9000",
  });
  assertEquals(profileOf("half", CREDENTIALS, CONFIG), {
    ...nothing,
    accessKeyId: "ID2",
    secretAccessKey: "S2",
    region: "eu-west-3",
    endpoint: "https://store",
  });
  assertEquals(profileOf("role", CREDENTIALS, CONFIG), { ...nothing, other: "role_arn" });
  assertEquals(profileOf("none", CREDENTIALS, CONFIG), undefined);
});

Deno.test("parseProfiles() reads what is no file of profiles as none", () => {
  for (const text of ["", "x = 1", "[", "\0\0", "[a]\nno value\n= 3"]) {
    assertEquals([...parseProfiles(text).values()].flatMap((found) => Object.keys(found)), []);
  }
  assertEquals(parseProfiles("[__proto__]\n__proto__ = 1").get("__proto__")!["__proto__"], "1");
});
