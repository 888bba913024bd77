// A person's account: one random root, under which everything of theirs is sealed.
// The password never touches the root itself, so changing it seals 32 bytes anew and no item.

import { type Bytes } from "../bytes.ts";
import { random } from "../random.ts";
import { type KeyBundle, openBundle, sealBundle } from "./bundle.ts";
import { newKeys, type Pin, type PublicKeys, publicKeys } from "./keys.ts";
import { newRecoveryCode, recoveryProof, recoveryVerifier } from "./recovery.ts";
import { ROOT, sealByPassword, sealByRecovery } from "./root.ts";

/** An account whose root and keys are open: only ever in a page's memory. */
export type Account = {
  /** Whose it is. */
  readonly user: Bytes;
  /** What everything else is sealed under. */
  readonly root: Bytes;
  /** The private keys, and the keys of others that this person has met. */
  readonly keys: KeyBundle;
};

/** What registration uploads besides OPAQUE's record. The daemon can open none of it. */
export type SealedAccount = {
  readonly rootByPassword: Bytes;
  readonly rootByRecovery: Bytes;
  /** SHA-256 of the recovery proof. */
  readonly recoveryVerifier: Bytes;
  readonly bundle: Bytes;
  readonly public: PublicKeys;
};

/** A new account, open; its recovery code, which is shown once and never stored; and what is uploaded. */
export type NewAccount = { readonly account: Account; readonly code: Bytes; readonly sealed: SealedAccount };

/** Makes a new account. */
export async function createAccount(user: Bytes, exportKey: Bytes): Promise<NewAccount> {
  const account: Account = { user, root: random(ROOT), keys: { ...newKeys(), pins: [] } };
  const code = newRecoveryCode();
  const sealed: SealedAccount = {
    rootByPassword: await sealByPassword(account.root, exportKey, user),
    rootByRecovery: await sealByRecovery(account.root, code, user),
    recoveryVerifier: await recoveryVerifier(await recoveryProof(code, user)),
    bundle: await sealBundle(account.keys, account.root, user),
    public: await publicKeys(account.keys),
  };
  return { account, code, sealed };
}

/** Opens an account whose root was opened by password, by recovery code or from where it is kept. */
export async function openAccount(user: Bytes, root: Bytes, bundle: Bytes): Promise<Account> {
  return { user, root, keys: await openBundle(bundle, root, user) };
}

/** This account's own entry in a list of people: derived here, never taken from the daemon. */
export async function ownPin(account: Account): Promise<Pin> {
  return { user: account.user, keys: await publicKeys(account.keys) };
}
