// A person's keys: the private halves, the public ones, and the public ones of somebody met.
// Public keys of one's own are derived from the private ones, never fetched.

import { type Bytes } from "../bytes.ts";
import { random } from "../random.ts";
import { verifyingKey } from "../sign.ts";
import { wrappingKey } from "../wrap.ts";

/** How long each of these keys is. */
export const KEY = 32;

/** Somebody's two public keys: X25519 to wrap to, Ed25519 to verify with. */
export type PublicKeys = { readonly encryption: Bytes; readonly signing: Bytes };

/** Somebody's two private keys: they open what others wrapped to that person, and sign that person's records. */
export type PrivateKeys = { readonly encryption: Bytes; readonly signing: Bytes };

/** Somebody and the keys under which one knows them. From the first meeting on, other keys are refused. */
export type Pin = { readonly user: Bytes; readonly keys: PublicKeys };

/** Two new private keys. */
export function newKeys(): PrivateKeys {
  return { encryption: random(KEY), signing: random(KEY) };
}

/** The public keys that belong to private ones. */
export async function publicKeys(keys: PrivateKeys): Promise<PublicKeys> {
  return { encryption: await wrappingKey(keys.encryption), signing: await verifyingKey(keys.signing) };
}
