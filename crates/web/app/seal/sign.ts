// Signatures: Ed25519 (RFC 8032), by WebCrypto. Only texts made by `ctx` are ever signed, so a signature for one
// purpose can't serve another.

import { type Bytes, concat } from "./bytes.ts";
import { exactly } from "./ctx.ts";
import { refuse } from "./error.ts";
import { decode } from "./text.ts";

/** How long a signature is. */
export const SIGNATURE = 64;

/** What stands before a seed in PKCS #8 (RFC 8410): the form in which every platform takes a private key. */
const PKCS8 = Uint8Array.of(0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20);

/** The public key that belongs to a private one, which is a seed of 32 bytes. */
export async function verifyingKey(seed: Bytes): Promise<Bytes> {
  const { x } = await crypto.subtle.exportKey("jwk", await privateKey(seed, true));
  return decode(x ?? "", 32);
}

/** Signs a text. */
export async function sign(seed: Bytes, text: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.sign("Ed25519", await privateKey(seed, false), text));
}

/** Checks that the holder of a public key signed a text. */
export async function verify(key: Bytes, text: Bytes, signature: Bytes): Promise<void> {
  const imported = await publicKey(exactly(key, 32));
  const right = await crypto.subtle.verify("Ed25519", imported, exactly(signature, SIGNATURE), text);
  if (!right) {
    refuse("signature");
  }
}

async function privateKey(seed: Bytes, extractable: boolean): Promise<CryptoKey> {
  return crypto.subtle.importKey("pkcs8", concat(PKCS8, exactly(seed, 32)), "Ed25519", extractable, ["sign"]);
}

async function publicKey(key: Bytes): Promise<CryptoKey> {
  try {
    return await crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
  } catch {
    return refuse("public key");
  }
}
