// What the recipient's page and the daemon say to each other, as `crates/api` has it.

/** What a link is like for somebody who holds it. */
export type State = "waiting" | "open" | "used-up" | "expired" | "revoked" | "frozen" | "locked" | "burnt";

export type Knock = { knock: string };
export type Knocked = { state: State; with_token: boolean; starts_at: number };
export type Check = { knock: string; proof: string };
export type Opening = { at: number; address: string };
export type Checked = {
  sharer: string;
  sharer_email: string;
  shared_at: number;
  expires_at: number;
  views_left: number | null;
  openings: Opening[];
  failed_tokens: number;
};
export type Watch = { knock: string; proof: string };
export type Watched = { state: State; views_left: number | null; expires_at: number };
export type Reveal = { knock: string; proof: string; attempt: string };
export type Revealed = {
  share: string;
  snapshot: string;
  wrap: string;
  views_left: number | null;
  expires_at: number;
  retry_until: number;
};
export type Burn = { knock: string; proof: string };
export type Report = { knock: string; proof: string };
export type Problem = {
  status: number;
  name: string;
  detail: string;
  request?: string;
  tries_left?: number;
  retry_seconds?: number;
  hint?: string;
};
