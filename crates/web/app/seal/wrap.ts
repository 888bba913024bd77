// Wrapping to a public key: HPKE in base mode (RFC 9180) with DHKEM(X25519, HKDF-SHA256), HKDF-SHA256 and AES-256-GCM.
// A wrap says nothing about who made it; signed records do.
// `0x01 || kem_id[2] || kdf_id[2] || aead_id[2] || encapsulated key[32] || ciphertext || tag[16]`
//
// The three ids stand in the associated data too, so that a post-quantum suite can follow one day and nobody can pass
// one suite's wrap off as another's.

import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from "@hpke/core";

import { rest, VERSION } from "./blob.ts";
import { type Bytes, concat, equal, u64be, wipe } from "./bytes.ts";
import { ctx, exactly } from "./ctx.ts";
import { refuse } from "./error.ts";
import { random } from "./random.ts";

/** kem_id, kdf_id and aead_id (RFC 9180, section 7), each two bytes, big-endian. */
const SUITE = Uint8Array.of(0x00, 0x20, 0x00, 0x01, 0x00, 0x02);
const ENCAPSULATED = 32;
const TAG = 16;

/** What stands before a private key in PKCS #8 (RFC 8410). */
const PKCS8 = Uint8Array.of(0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x6e, 4, 0x22, 4, 0x20);

/** The point whose multiples public keys are (RFC 7748). */
const BASE_POINT = Uint8Array.of(9, ...new Uint8Array(31));

/** The public key that belongs to a private one. */
export async function wrappingKey(secret: Bytes): Promise<Bytes> {
  return multiply(secret, BASE_POINT);
}

/** Wraps a plaintext to the holder of a public key. `info` says what is wrapped, and for what: a `ctx` text. */
export async function wrap(key: Bytes, plaintext: Bytes, info: Bytes): Promise<Bytes> {
  // Any private key tells whether a public key gives everybody the same secret, so one that nobody has serves here.
  wipe(await sharedSecret(new Uint8Array(32).fill(1), key).catch(() => refuse("public key")));
  const { suite, kem } = hpke();
  const recipientPublicKey = await kem.deserializePublicKey(key);
  const seed = random(32);
  // The library would draw the one-time key itself; its seed comes from here, so that all randomness has one source
  // (RFC 9180, 7.1.3).
  const sender = await suite.createSenderContext({ recipientPublicKey, info, ekm: seed });
  const sealed = await sender.seal(plaintext, associated());
  wipe(seed);
  return concat(VERSION, SUITE, new Uint8Array(sender.enc), new Uint8Array(sealed));
}

/** Opens what `wrap` made for the private key's public half with the same `info`. */
export async function unwrap(secret: Bytes, wrapped: Bytes, info: Bytes): Promise<Bytes> {
  const blob = rest(wrapped);
  if (blob.length < SUITE.length) {
    return refuse("length");
  }
  if (!equal(blob.subarray(0, SUITE.length), SUITE)) {
    return refuse("suite");
  }
  const inside = blob.subarray(SUITE.length);
  if (inside.length < ENCAPSULATED + TAG) {
    return refuse("length");
  }
  const enc = inside.slice(0, ENCAPSULATED);
  const { suite, kem } = hpke();
  const recipientKey = {
    privateKey: await privateKey(secret),
    publicKey: await kem.deserializePublicKey(await wrappingKey(secret)),
  };
  try {
    wipe(await sharedSecret(secret, enc));
    const recipient = await suite.createRecipientContext({ recipientKey, enc, info });
    return new Uint8Array(await recipient.open(inside.slice(ENCAPSULATED), associated()));
  } catch {
    return refuse("opening");
  }
}

/**
 * Refuses a secret of zeros, which a public key of small order gives to everybody (RFC 9180, 7.1.4). Not every platform
 * does.
 */
async function sharedSecret(secret: Bytes, key: Bytes): Promise<Bytes> {
  const shared = await multiply(secret, key);
  return equal(shared, new Uint8Array(32)) ? refuse("public key") : shared;
}

async function multiply(secret: Bytes, point: Bytes): Promise<Bytes> {
  const other = await crypto.subtle.importKey("raw", exactly(point, 32), "X25519", false, []);
  return new Uint8Array(
    await crypto.subtle.deriveBits({ name: "X25519", public: other }, await privateKey(secret), 256),
  );
}

async function privateKey(secret: Bytes): Promise<CryptoKey> {
  return crypto.subtle.importKey("pkcs8", concat(PKCS8, exactly(secret, 32)), "X25519", false, ["deriveBits"]);
}

function hpke(): { suite: CipherSuite; kem: DhkemX25519HkdfSha256 } {
  const kem = new DhkemX25519HkdfSha256();
  return { suite: new CipherSuite({ kem, kdf: new HkdfSha256(), aead: new Aes256Gcm() }), kem };
}

function associated(): Bytes {
  const ids = [0, 2, 4].map((at) => ((SUITE[at] ?? 0) << 8) | (SUITE[at + 1] ?? 0));
  return ctx("suite", ...ids.map((id) => u64be(id)));
}
