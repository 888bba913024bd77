// What is derived from a link's secret and its token. The daemon sees knock and proof and keeps only their hashes;
// the key that opens the wrap never leaves the client.

import { type Bytes, concat, utf8, wipe } from "../bytes.ts";
import { ctx } from "../ctx.ts";
import { derive } from "../kdf.ts";

/** Says: I hold the link. */
export async function knock(secret: Bytes, link: Bytes): Promise<Bytes> {
  return derive(secret, concat(utf8("postern/1/knock"), link), ctx("knock"));
}

/** Says: I hold link and token; a link may have no token. */
export async function proof(secret: Bytes, token: Bytes | null, link: Bytes): Promise<Bytes> {
  return both(secret, token, link, "proof");
}

/** The key that opens the wrap. */
export async function kek(secret: Bytes, token: Bytes | null, link: Bytes): Promise<Bytes> {
  return both(secret, token, link, "open");
}

async function both(secret: Bytes, token: Bytes | null, link: Bytes, purpose: string): Promise<Bytes> {
  const joined = concat(secret, token ?? new Uint8Array(0));
  try {
    return await derive(joined, concat(utf8("postern/1/link"), link), ctx(purpose));
  } finally {
    wipe(joined);
  }
}
