// The root of an account and the three ways in which it is sealed. It is never derived from anything and never stored
// open.

import { openExactly, seal } from "../aead.ts";
import { type Bytes } from "../bytes.ts";
import { ctx } from "../ctx.ts";
import { derive } from "../kdf.ts";
import { sealKey } from "./recovery.ts";

/** How long a root is. */
export const ROOT = 32;

/** Seals the root under the export key of the password's sign-in. */
export async function sealByPassword(root: Bytes, exportKey: Bytes, user: Bytes): Promise<Bytes> {
  return seal(await passwordKey(exportKey, user), root, ctx("root", user));
}

/** Opens what `sealByPassword` made. */
export async function openByPassword(sealed: Bytes, exportKey: Bytes, user: Bytes): Promise<Bytes> {
  return openExactly(await passwordKey(exportKey, user), sealed, ctx("root", user), ROOT);
}

/** Seals the root under the recovery code. */
export async function sealByRecovery(root: Bytes, code: Bytes, user: Bytes): Promise<Bytes> {
  return seal(await sealKey(code, user), root, ctx("root-recovery", user));
}

/** Opens what `sealByRecovery` made. */
export async function openByRecovery(sealed: Bytes, code: Bytes, user: Bytes): Promise<Bytes> {
  return openExactly(await sealKey(code, user), sealed, ctx("root-recovery", user), ROOT);
}

/**
 * Seals the root for as long as a session lasts, under the key that the daemon keeps in the session's row: neither is
 * enough alone.
 */
export async function keep(root: Bytes, keptKey: Bytes, user: Bytes): Promise<Bytes> {
  return seal(keptKey, root, ctx("kept", user));
}

/** Opens what `keep` made. */
export async function openKept(sealed: Bytes, keptKey: Bytes, user: Bytes): Promise<Bytes> {
  return openExactly(keptKey, sealed, ctx("kept", user), ROOT);
}

async function passwordKey(exportKey: Bytes, user: Bytes): Promise<Bytes> {
  return derive(exportKey, new Uint8Array(), ctx("account", user));
}
