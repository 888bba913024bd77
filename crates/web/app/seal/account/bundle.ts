// A person's key bundle: the two private keys and the public keys of everybody they have met, sealed under the root.

import { open, seal } from "../aead.ts";
import { type Bytes, wipe } from "../bytes.ts";
import { ctx } from "../ctx.ts";
import { refuse } from "../error.ts";
import { list, object, read, type Shape, string, write } from "../json.ts";
import { derive } from "../kdf.ts";
import { pad, unpad } from "../padding.ts";
import { decode, encode } from "../text.ts";
import { KEY, type Pin, type PrivateKeys, type PublicKeys } from "./keys.ts";

const USER = 16;

/** The private keys of one person, and whom that person has met, in the order of meeting. */
export type KeyBundle = PrivateKeys & { readonly pins: readonly Pin[] };

const keys = object({ encryption: string, signing: string });
const plain = object({ encryption: string, signing: string, pins: list(object({ user: string, keys })) });
type Plain = typeof plain extends Shape<infer T> ? T : never;

/** Seals a bundle under the root. */
export async function sealBundle(bundle: KeyBundle, root: Bytes, user: Bytes): Promise<Bytes> {
  const pins = bundle.pins.map((pin) => ({ user: encode(pin.user), keys: asText(pin.keys) }));
  const text = write<Plain>({ ...asText(bundle), pins }, plain);
  const padded = pad(text);
  const sealed = await seal(await bundleKey(root, user), padded, ctx("bundle", user));
  wipe(text, padded);
  return sealed;
}

/** Opens what `sealBundle` made. */
export async function openBundle(sealed: Bytes, root: Bytes, user: Bytes): Promise<KeyBundle> {
  const padded = await open(await bundleKey(root, user), sealed, ctx("bundle", user));
  const { pins, ...own } = read(unpad(padded), plain);
  wipe(padded);
  if (new Set(pins.map((pin) => pin.user)).size !== pins.length) {
    // Two keys for one person would make it a matter of luck which of them is believed.
    return refuse("form");
  }
  return { ...asBytes(own), pins: pins.map((pin) => ({ user: bytes(pin.user, USER), keys: asBytes(pin.keys) })) };
}

function asText(of: PublicKeys): { encryption: string; signing: string } {
  return { encryption: encode(of.encryption), signing: encode(of.signing) };
}

function asBytes(of: { encryption: string; signing: string }): PublicKeys {
  return { encryption: bytes(of.encryption, KEY), signing: bytes(of.signing, KEY) };
}

/** Text inside a form: what is wrong with it is wrong with the form. */
function bytes(text: string, length: number): Bytes {
  try {
    return decode(text, length);
  } catch {
    return refuse("form");
  }
}

async function bundleKey(root: Bytes, user: Bytes): Promise<Bytes> {
  return derive(root, new Uint8Array(), ctx("bundle-key", user));
}
