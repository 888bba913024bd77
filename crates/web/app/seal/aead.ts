// Sealing under a symmetric key: AES-256-GCM (SP 800-38D). The nonce is drawn anew for every seal and never derived.
// `0x01 || nonce[12] || ciphertext || tag[16]`

import { rest, VERSION } from "./blob.ts";
import { type Bytes, concat } from "./bytes.ts";
import { exactly } from "./ctx.ts";
import { refuse } from "./error.ts";
import { random } from "./random.ts";

const NONCE = 12;
const TAG = 16;

/** How many bytes sealing adds: version, nonce and tag. */
export const OVERHEAD = 1 + NONCE + TAG;

/** Seals under a key, bound to associated data. */
export async function seal(key: Bytes, plaintext: Bytes, associated: Bytes): Promise<Bytes> {
  const nonce = random(NONCE);
  const sealed = await crypto.subtle.encrypt(gcm(nonce, associated), await aes(key, "encrypt"), plaintext);
  return concat(VERSION, nonce, new Uint8Array(sealed));
}

/** Opens what `seal` made with the same key and the same associated data. */
export async function open(key: Bytes, sealed: Bytes, associated: Bytes): Promise<Bytes> {
  const blob = rest(sealed);
  if (blob.length < NONCE + TAG) {
    return refuse("length");
  }
  const secret = await aes(key, "decrypt");
  try {
    const nonce = blob.subarray(0, NONCE);
    return new Uint8Array(await crypto.subtle.decrypt(gcm(nonce, associated), secret, blob.subarray(NONCE)));
  } catch {
    return refuse("opening");
  }
}

/** Opens a blob that must hold exactly so many bytes: another key, mostly. Other lengths are refused unopened. */
export async function openExactly(key: Bytes, sealed: Bytes, associated: Bytes, length: number): Promise<Bytes> {
  // An unknown version may well have another length, so it is told first.
  exactly(rest(sealed), length + OVERHEAD - 1);
  return open(key, sealed, associated);
}

function gcm(iv: Bytes, additionalData: Bytes): AesGcmParams {
  return { name: "AES-GCM", iv, additionalData, tagLength: TAG * 8 };
}

async function aes(key: Bytes, use: "encrypt" | "decrypt"): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", exactly(key, 32), "AES-GCM", false, [use]);
}
