// The recovery code: 160 bits on paper that open the account when the password is lost. It is shown once and stored
// nowhere; the daemon holds only a hash of a proof.

import { type Bytes, concat, sha256, utf8 } from "../bytes.ts";
import { readCode, writeCode } from "../code.ts";
import { ctx } from "../ctx.ts";
import { derive } from "../kdf.ts";
import { random } from "../random.ts";

const CODE = 20;

/** A new code. */
export function newRecoveryCode(): Bytes {
  return random(CODE);
}

/** The code as people write it down: 32 digits and letters in eight groups. */
export function showRecoveryCode(code: Bytes): string {
  return writeCode(code);
}

/** Reads what somebody typed; case, white space, dashes and look-alikes are forgiven. */
export function readRecoveryCode(typed: string): Bytes {
  return readCode(typed, CODE);
}

/** What shows the daemon that somebody has the code. It doesn't help to open the root. */
export async function recoveryProof(code: Bytes, user: Bytes): Promise<Bytes> {
  return derived(code, user, "recovery-proof");
}

/** What the daemon keeps of a proof. */
export async function recoveryVerifier(proof: Bytes): Promise<Bytes> {
  return sha256(proof);
}

/** What the root is sealed under. */
export async function sealKey(code: Bytes, user: Bytes): Promise<Bytes> {
  return derived(code, user, "recovery-seal");
}

async function derived(code: Bytes, user: Bytes, purpose: string): Promise<Bytes> {
  return derive(code, concat(utf8("postern/1/recovery"), user), ctx(purpose));
}
