// Sealing a share, and opening it with a link. The snapshot is sealed once under a share key of its own; each link
// wraps that key together with the hash of the sealed snapshot. So nobody, not even another recipient together with the
// daemon, can slip in another snapshot.

import { open, openExactly, seal } from "../aead.ts";
import { type Bytes, concat, equal, sha256, wipe } from "../bytes.ts";
import { ctx } from "../ctx.ts";
import { refuse } from "../error.ts";
import { random } from "../random.ts";
import { kek, knock, proof } from "./secrets.ts";
import { fromPadded, type Snapshot, toPadded } from "./snapshot.ts";
import { freshToken } from "./token.ts";

/** A link with what it takes to open its wrap. */
interface Holder {
  readonly share: Bytes;
  readonly link: Bytes;
  readonly secret: Bytes;
  /** Nothing, if the link has none. */
  readonly token: Bytes | null;
}

/** What a reveal answered, and what it takes to open it. */
export interface Answer extends Holder {
  readonly wrap: Bytes;
  readonly snapshot: Bytes;
}

/** A link that was made. `secret` never goes to the daemon; `token` only where the daemon is to mail it. */
export interface SealedLink {
  readonly link: Bytes;
  readonly secret: Bytes;
  readonly token: Bytes | null;
  readonly knockHash: Bytes;
  readonly proofHash: Bytes;
  readonly wrap: Bytes;
}

/** A share as the daemon gets it, but for the links' secrets. */
export interface SealedShare {
  readonly snapshot: Bytes;
  readonly links: readonly SealedLink[];
}

/** Opens a snapshot. One that this link wasn't made for is refused as "other snapshot", unopened. */
export async function openLink(answer: Answer): Promise<Snapshot> {
  const key = await kek(answer.secret, answer.token, answer.link);
  const inside = await openExactly(key, answer.wrap, wrapContext(answer), 64).finally(() => wipe(key));
  try {
    if (!equal(await sha256(answer.snapshot), inside.subarray(32))) {
      return refuse("other snapshot");
    }
    const padded = await open(inside.subarray(0, 32), answer.snapshot, ctx("snapshot", answer.share));
    try {
      return fromPadded(padded);
    } finally {
      wipe(padded);
    }
  } finally {
    wipe(inside);
  }
}

/** Seals a snapshot once, and its key for each link. */
export async function sealShare(
  share: Bytes,
  snapshot: Snapshot,
  links: readonly { readonly link: Bytes; readonly withToken: boolean }[],
): Promise<SealedShare> {
  const key = random(32);
  const padded = toPadded(snapshot);
  try {
    const sealed = await seal(key, padded, ctx("snapshot", share));
    const made: SealedLink[] = [];
    for (const { link, withToken } of links) {
      const holder = { share, link, secret: random(32), token: withToken ? freshToken() : null };
      made.push(await sealLink(holder, key, sealed));
    }
    return { snapshot: sealed, links: made };
  } finally {
    wipe(key, padded);
  }
}

/** Seals the share key and the hash of the sealed snapshot for one link. */
export async function wrapFor(holder: Holder, shareKey: Bytes, snapshot: Bytes): Promise<Bytes> {
  const key = await kek(holder.secret, holder.token, holder.link);
  const inside = concat(shareKey, await sha256(snapshot));
  return seal(key, inside, wrapContext(holder)).finally(() => wipe(key, inside));
}

async function sealLink(holder: Holder, shareKey: Bytes, snapshot: Bytes): Promise<SealedLink> {
  const { link, secret, token } = holder;
  const knockHash = await sha256(await knock(secret, link));
  const proofHash = await sha256(await proof(secret, token, link));
  return { link, secret, token, knockHash, proofHash, wrap: await wrapFor(holder, shareKey, snapshot) };
}

function wrapContext({ share, link }: Holder): Bytes {
  return ctx("link-wrap", share, link);
}
