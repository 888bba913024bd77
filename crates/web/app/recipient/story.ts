// For tests: a page to which one thing after the other happens, and what it wanted done.

import type { Checked, Problem, State as LinkState } from "../api/types.ts";
import type { Snapshot } from "../seal/link/snapshot.ts";
import type { Pending } from "./attempts.ts";
import { type Effect, type Failed, firstPage, type Happening, type Page, type Request, type Told } from "./page.ts";
import type { Deed, Screen } from "./state.ts";
import { update } from "./update.ts";

export const START = 1_790_000_000_000;
export const MINUTE = 60_000;
export const DAY = 86_400_000;
export const TOKEN = "7F3K-9QXM-02TV-HC5A";
export const EXPIRES = START + DAY;

export const CHECKED: Checked = {
  sharer: "Ada Lovelace",
  sharer_email: "ada@example.com",
  shared_at: START - DAY,
  expires_at: EXPIRES,
  views_left: 2,
  openings: [],
  failed_tokens: 0,
};
export const SNAPSHOT: Snapshot = {
  sharer: "Ada Lovelace",
  starts_ms: START - DAY,
  expires_ms: EXPIRES,
  views: 2,
  contents: { kind: "account", name: "Wiki", url: "", username: "ada", password: "swordfish", mfa_key: "", notes: "" },
};
export const REVEALED: Told = { views_left: 1, expires_at: EXPIRES, retry_until: START + 10 * MINUTE };
export const PENDING: Pending = { freeUntil: START + 10 * MINUTE, keptUntil: START + 10 * MINUTE };

/** A page, and everything that it wanted done since it was last asked. */
export class Story {
  page: Page = firstPage(START);
  #effects: Effect[] = [];

  /** Time goes by without anything happening. */
  wait(ms: number): this {
    this.page = { ...this.page, now: this.page.now + ms };
    return this;
  }

  tell(happening: Happening): this {
    const { state, effects } = update(this.page, happening);
    this.page = state;
    this.#effects.push(...effects);
    return this;
  }

  does(
    ...names: readonly (Deed["name"]
      & ("view" | "confirm" | "try-again" | "never-mind" | "prolong" | "forget" | "all-toggled"))[]
  ): this {
    names.forEach((name) => this.tell({ name }));
    return this;
  }

  /** What was wanted since the last time: requests by their own name, the rest by the effect's. */
  wanted(): string[] {
    const names = this.#effects.map((effect) => (effect.name === "send" ? effect.what : effect.name));
    this.#effects = [];
    return names;
  }

  effects(): Effect[] {
    const all = this.#effects;
    this.#effects = [];
    return all;
  }

  started(): this {
    return this.tell({ name: "started", end: null });
  }

  knocked(state: LinkState = "open", more: { pending?: Pending; withToken?: boolean; startsAt?: number } = {}): this {
    const knocked = { state, with_token: more.withToken ?? true, starts_at: more.startsAt ?? START - DAY };
    return this.tell({ name: "knocked", turn: this.page.turn, knocked, pending: more.pending ?? null });
  }

  token(text = TOKEN): this {
    return this.tell({ name: "token-given", text });
  }

  checked(more: Partial<Checked> = {}): this {
    return this.tell({ name: "checked", turn: this.page.turn, checked: { ...CHECKED, ...more } });
  }

  opened(told: Partial<Told> = {}, snapshot: Partial<Snapshot> = {}): this {
    const revealed = { ...REVEALED, ...told };
    return this.tell({ name: "opened", turn: this.page.turn, revealed, snapshot: { ...SNAPSHOT, ...snapshot } });
  }

  failed(what: Request, failure: Failed, pending: Pending | null = null): this {
    return this.tell({ name: "failed", turn: this.page.turn, what, failure, pending });
  }

  refused(what: Request, name: string, more: Partial<Problem> = {}, pending: Pending | null = null): this {
    return this.failed(what, { why: "refused", problem: { status: 403, name, detail: "", ...more } }, pending);
  }

  watched(state: LinkState, left: number | null = 1, pending: Pending | null = null): this {
    const seen = { state, views: { left, expiresAt: EXPIRES } };
    return this.tell({ name: "watched", turn: this.page.turn, seen, pending });
  }

  /** The screen, which must be this one. */
  on<Name extends Screen["name"]>(name: Name): Extract<Screen, { name: Name }> {
    const { screen } = this.page;
    if (screen.name !== name) {
      throw new Error(`the page shows ${screen.name}, not ${name}`);
    }
    return screen as Extract<Screen, { name: Name }>;
  }
}

/** A page that asks for the token. */
export function asked(more: Parameters<Story["knocked"]>[1] = {}): Story {
  const story = new Story().started().knocked("open", more);
  story.wanted();
  return story;
}

/** A page that offers to view. */
export function offered(checked: Partial<Checked> = {}, pending?: Pending): Story {
  const story = asked(pending === undefined ? {} : { pending })
    .token()
    .checked(checked);
  story.wanted();
  return story;
}

/** A page that shows what was shared. */
export function shown(told: Partial<Told> = {}): Story {
  const story = offered().does("view").opened(told);
  story.wanted();
  return story;
}
