// Made by ts-rs from `crates/api`: what the recipient's page and the daemon say to each other. This writes it anew:
// POSTERN_WRITE_TYPES=1 cargo test --locked -p postern-tests --test rules types::

/** What a link is like for somebody who holds it. */
export type State = "waiting" | "open" | "used-up" | "expired" | "revoked" | "frozen" | "locked" | "burnt";

/** `POST /api/v1/links/{link}/knock`: I hold the link; what is it like? */
export type Knock = {
  /** Derived from the link's secret. */
  knock: string;
};

/** The answer to a right knock. */
export type Knocked = {
  /** What the link is like. */
  state: State;
  /** Whether it asks for a token. */
  with_token: boolean;
  /** From when on it can be opened. */
  starts_at: number;
};

/** `POST /api/v1/links/{link}/check`: I hold link and token; who shares? Spends nothing. */
export type Check = {
  /** Derived from the link's secret. */
  knock: string;
  /** Derived from the link's secret and the token. */
  proof: string;
};

/** The answer to a right check. Before opening, all of this is the daemon's word. */
export type Checked = {
  /** Who shares. */
  sharer: string;
  /** Their email address. */
  sharer_email: string;
  /** Since when. */
  shared_at: number;
  /** Until when. */
  expires_at: number;
  /** Views left; nothing where they are unlimited. */
  views_left: number | null;
  /** Earlier openings, the latest twenty, oldest first. */
  openings: Array<Opening>;
  /** Wrong tokens since the last unlock. */
  failed_tokens: number;
};

/** One reveal that happened. */
export type Opening = {
  /** When. */
  at: number;
  /** From which address. */
  address: string;
};

/** `POST /api/v1/links/{link}/watch`: a page that is open asks how its link stands. Spends nothing. */
export type Watch = {
  /** Derived from the link's secret. */
  knock: string;
  /** Derived from the link's secret and the token. */
  proof: string;
};

/** The answer to a watch. */
export type Watched = {
  /** What the link is like. */
  state: State;
  /** Of an open link: views left, nothing where they are unlimited. Of one that has ended: none. Of any other it isn't told. */
  views_left: number | null;
  /** Until when it can be opened. */
  expires_at: number;
};

/** `POST /api/v1/links/{link}/reveal`: spend one view and give me what is sealed. */
export type Reveal = {
  /** Derived from the link's secret. */
  knock: string;
  /** Derived from the link's secret and the token. */
  proof: string;
  /** Random, kept by the recipient until done: the same attempt gets the same answer for ten minutes. */
  attempt: string;
};

/** The answer to a reveal. */
export type Revealed = {
  /** The share, which opening needs. */
  share: string;
  /** The sealed snapshot. */
  snapshot: string;
  /** The share key, wrapped for this link. */
  wrap: string;
  /** Views left; nothing where they are unlimited. */
  views_left: number | null;
  /** Until when the share can be opened. */
  expires_at: number;
  /** Until when the same attempt gets the same answer. */
  retry_until: number;
};

/** `POST /api/v1/links/{link}/burn`: done, destroy it now. The answer has no body. */
export type Burn = {
  /** Derived from the link's secret. */
  knock: string;
  /** Derived from the link's secret and the token. */
  proof: string;
};

/** `POST /api/v1/links/{link}/report`: an earlier opening was not mine. Freezes the whole share. The answer has no body. */
export type Report = {
  /** Derived from the link's secret. */
  knock: string;
  /** Derived from the link's secret and the token. */
  proof: string;
};

/** Why a request was not answered as asked. */
export type Problem = {
  /** The HTTP status, repeated. */
  status: number;
  /** The stable name, for programs: a rule's (`used-up`) or the translation's (`bad-request`, `too-large`, `broken`). */
  name: string;
  /** A sentence for people: what happened and what to do. */
  detail: string;
  /** The request, for finding it in the journal. */
  request?: string;
  /** With `wrong-token`: how many tries are left. */
  tries_left?: number;
  /** With `too-many-requests` and `too-many-attempts`: when to come back. */
  retry_seconds?: number;
  /** With `outside-networks` and `outside-share-networks`: which network to join and whom to ask, in the administrator's words. */
  hint?: string;
};
