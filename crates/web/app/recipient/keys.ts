// What says that link and token are held, and what opens what was shared. All of it stays in here; nothing of it is
// ever state.

import type { Revealed } from "../api/types.ts";
import { type Bytes, wipe } from "../seal/bytes.ts";
import { idText, parseId } from "../seal/id.ts";
import { knock, proof } from "../seal/link/secrets.ts";
import { openLink } from "../seal/link/share.ts";
import type { Snapshot } from "../seal/link/snapshot.ts";
import { readToken } from "../seal/link/token.ts";
import { decode, encode } from "../seal/text.ts";

/** The keys of one link. */
export interface Keys {
  /** The link's id, as text. */
  readonly link: string;
  readonly knock: () => Promise<string>;
  /** Takes the token as it was typed; nothing where the link has none. */
  readonly take: (text: string | null) => void;
  /** Fails where no token was taken, or it was forgotten. */
  readonly proof: () => Promise<string>;
  readonly open: (revealed: Revealed) => Promise<Snapshot>;
  /** Forgets the token and what came from it. The link's secret stays: it stands in the address anyway. */
  readonly forget: () => void;
}

/** The keys of a link, by its id and secret. */
export function holdKeys(link: Bytes, secret: Bytes): Keys {
  let taken: { readonly token: Bytes | null } | null = null;

  function held(): { readonly token: Bytes | null } {
    if (taken === null) {
      throw new Error("no token is held");
    }
    return taken;
  }

  function forget(): void {
    wipe(...(taken?.token ? [taken.token] : []));
    taken = null;
  }

  return {
    link: idText(link),
    knock: async () => encode(await knock(secret, link)),
    take: (text) => {
      forget();
      taken = { token: text === null ? null : readToken(text) };
    },
    proof: async () => encode(await proof(secret, held().token, link)),
    open: async ({ share, wrap, snapshot }) => {
      const { token } = held();
      return openLink({ share: parseId(share), link, secret, token, wrap: decode(wrap), snapshot: decode(snapshot) });
    },
    forget,
  };
}
