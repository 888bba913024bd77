// What two people read to each other to be sure that they hold each other's keys.

import { type Bytes, sha256 } from "../bytes.ts";
import { writeCode } from "../code.ts";
import { ctx } from "../ctx.ts";
import { type PublicKeys } from "./keys.ts";

/** SHA-256 over both public keys. Rosters hold all of it. */
export async function fingerprint(keys: PublicKeys): Promise<Bytes> {
  return sha256(ctx("fingerprint", keys.encryption, keys.signing));
}

/** What people compare: the first 160 bits, in eight groups of four digits and letters. */
export function showFingerprint(whole: Bytes): string {
  return writeCode(whole.subarray(0, 20));
}
