// The appliance that every other one is a copy of: one owner, ada, signed in, with an item of each kind. Made once for a whole run.
//
// All copies have its server key, so one browser trusts them all.

import { createHash, X509Certificate } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { makeEmpty, serveIn } from "./appliance.ts";
import { ITEMS, PASSWORD } from "./people.ts";

/** Makes it and tells the workers where it lies; the answer takes it away. */
export default async function prepare(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "postern-prepared-"));
  const away = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    await makeEmpty(folder);
    const appliance = await serveIn(folder);
    const invite = ["user", "invite", "ada", "--full-name", "Ada Lovelace", "--email", "ada@example.com", "--external"];
    const { invitation } = await appliance.operator.tell(invite);
    await appliance.ada.tell(["register"], [invitation, PASSWORD, PASSWORD]);
    await appliance.ada.tell(["sign-in"], ["ada", PASSWORD]);
    for (const [kind, lines] of Object.entries(ITEMS)) {
      await appliance.ada.tell(["item", "add", kind.replace("_", "-")], lines);
    }
    await appliance.stop();
  } catch (error) {
    await away();
    throw error;
  }
  process.env["POSTERN_PREPARED"] = folder;
  return away;
}

/** Where the prepared appliance of this run lies. */
export function prepared(): string {
  const folder = process.env["POSTERN_PREPARED"];
  if (folder === undefined) {
    throw new Error("no appliance was prepared");
  }
  return folder;
}

/** SHA-256 of the server key's SubjectPublicKeyInfo (RFC 5280, 4.1.2.7) in base64, as Chromium takes keys to trust. */
export async function trustedKey(folder: string): Promise<string> {
  const certificate = new X509Certificate(await readFile(join(folder, "state/server.crt")));
  const key = certificate.publicKey.export({ type: "spki", format: "der" });
  return createHash("sha256").update(key).digest("base64");
}
