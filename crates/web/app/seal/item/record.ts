// Signed records: `0x01 || signature[64] || text`. The signature covers exactly the text; hashes of records are over
// the whole.

import { type Account } from "../account/account.ts";
import { rest, VERSION } from "../blob.ts";
import { type Bytes, concat, sha256 } from "../bytes.ts";
import { refuse } from "../error.ts";
import { sign, SIGNATURE } from "../sign.ts";

/** A record as it was received: the bytes that were signed and hashed, beside what they say. */
export type Signed<T> = { readonly says: T; readonly text: Bytes; readonly signature: Bytes; readonly hash: Bytes };

/**
 * Takes a record apart. Its signature isn't checked here: whose key to check it with is the question that `records.ts`
 * answers.
 */
export async function parseSigned<T>(record: Bytes, fromText: (text: Bytes) => T): Promise<Signed<T>> {
  const blob = rest(record);
  const text = blob.length < SIGNATURE ? refuse("length") : blob.slice(SIGNATURE);
  return { says: fromText(text), text, signature: blob.slice(0, SIGNATURE), hash: await sha256(record) };
}

/** Puts version and signature in front of a text. */
export async function signRecord(text: Bytes, author: Account): Promise<Bytes> {
  return concat(VERSION, await sign(author.keys.signing, text), text);
}
