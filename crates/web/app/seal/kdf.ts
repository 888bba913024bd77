// Key derivation: HKDF with SHA-256, extract and expand together, 32 bytes (RFC 5869).
// No key is ever derived from a password here.

import { type Bytes } from "./bytes.ts";

/** `H(ikm, salt, info)`, the protocol's one derivation. */
export async function derive(ikm: Bytes, salt: Bytes, info: Bytes): Promise<Bytes> {
  const key = await crypto.subtle.importKey("raw", ikm, "HKDF", false, ["deriveBits"]);
  return new Uint8Array(await crypto.subtle.deriveBits({ name: "HKDF", hash: "SHA-256", salt, info }, key, 256));
}
