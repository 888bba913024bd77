// Performs what `update` wants done and tells it what came of that. Secrets are held by `keys` and pass through here;
// the page's state gets what was shared, and no key.
//
// No error leaves this file: what it is about might stand in its text.

import type { Answer, LinkCalls } from "../api/links.ts";
import type { Attempts } from "./attempts.ts";
import { keysOf } from "./browser.ts";
import type { Clipboard } from "./clipboard.ts";
import type { Keys } from "./keys.ts";
import { type Effect, type Failed, firstPage, type Happening, type News, type Page, type Request } from "./page.ts";
import type { Copied, End, State } from "./state.ts";
import { update } from "./update.ts";

/** What the runner works with. */
export interface Tools {
  readonly now: () => number;
  /** Where this page comes from, and how to go elsewhere. */
  readonly origin: string;
  readonly go: (url: string) => void;
  readonly calls: (link: string) => LinkCalls;
  readonly attempts: Attempts;
  readonly clipboard: (tell: (copied: Copied | null) => void) => Clipboard;
  readonly draw: (state: State) => void;
}

/** A page that runs. */
export interface Runner {
  readonly tell: (happening: Happening) => void;
  /** Begins with a link, or with the reason why there is none. */
  readonly start: (begin: Keys | End) => void;
  readonly clipboard: Clipboard;
}

/** The rest of what the runner holds while a link is held. */
interface Held {
  readonly keys: Keys;
  readonly calls: LinkCalls;
}

export function run(tools: Tools): Runner {
  const { attempts } = tools;
  let page: Page = firstPage(tools.now());
  let held: Held | null = null;
  const clipboard = tools.clipboard((copied) => tell({ name: "copied", copied }));

  function tell(happening: Happening): void {
    const { state, effects } = update({ ...page, now: tools.now() }, happening);
    page = state;
    try {
      tools.draw(page);
    } finally {
      // Whatever became of drawing, keys are forgotten when they are to be.
      effects.forEach(perform);
    }
  }

  function hold(keys: Keys): void {
    held = { keys, calls: tools.calls(keys.link) };
  }

  function perform(effect: Effect): void {
    switch (effect.name) {
      case "copy":
        return void clipboard.copy(effect.field, effect.text);
      case "take-link":
        return void Promise.resolve(effect.text).then(takeLink);
      default:
        return held === null ? undefined : performHeld(held, effect);
    }
  }

  function performHeld({ keys, calls }: Held, effect: Exclude<Effect, { name: "copy" | "take-link" }>): void {
    switch (effect.name) {
      case "take-token":
        return keys.take(effect.text);
      case "forget-keys":
        return keys.forget();
      case "drop-attempt":
        return attempts.drop(keys.link);
      case "send":
        return void send(keys, calls, effect.what, effect.turn)
          .catch(() => failed(keys, effect, { why: "daemon-unwell" }))
          .then(tell);
      case "watch":
        return void watch(keys, calls, effect.by, effect.turn)
          .catch(() => unseen(keys, effect.turn))
          .then(tell);
    }
  }

  async function send(keys: Keys, calls: LinkCalls, what: Request, turn: number): Promise<News> {
    const knock = await keys.knock();
    if (what === "knock") {
      const answer = await calls.knock({ knock });
      if (!answer.ok) {
        return failed(keys, { what, turn }, answer.failure);
      }
      attempts.sweep();
      return { name: "knocked", turn, knocked: answer.value, pending: attempts.pending(keys.link) };
    }
    const both = { knock, proof: await keys.proof() };
    switch (what) {
      case "check": {
        const answer = await calls.check(both);
        return answer.ok
          ? { name: "checked", turn, checked: answer.value }
          : failed(keys, { what, turn }, answer.failure);
      }
      case "reveal":
        return reveal(keys, calls, both, turn);
      case "burn":
      case "report": {
        const answer: Answer<null> = await calls[what](both);
        return answer.ok
          ? { name: what === "burn" ? "burnt" : "reported", turn }
          : failed(keys, { what, turn }, answer.failure);
      }
    }
  }

  async function reveal(
    keys: Keys,
    calls: LinkCalls,
    both: { knock: string; proof: string },
    turn: number,
  ): Promise<News> {
    const sent = { what: "reveal", turn } as const;
    let kept: Awaited<ReturnType<Attempts["begin"]>>;
    try {
      kept = await attempts.begin(keys.link);
    } catch {
      return failed(keys, sent, { why: "no-storage" });
    }
    const answer = await calls.reveal({ ...both, attempt: kept.attempt });
    if (!answer.ok) {
      if (kept.fresh && answer.failure.why === "refused") {
        // It spent nothing, and there is nothing to take up again.
        attempts.drop(keys.link);
      }
      return failed(keys, sent, answer.failure);
    }
    attempts.answered(keys.link, answer.value.retry_until);
    try {
      return { name: "opened", turn, revealed: answer.value, snapshot: await keys.open(answer.value) };
    } catch {
      return failed(keys, sent, { why: "not-opened" });
    }
  }

  async function watch(keys: Keys, calls: LinkCalls, by: "knock" | "watch", turn: number): Promise<News> {
    const knock = await keys.knock();
    const answer =
      by === "knock" ? await calls.knock({ knock }) : await calls.watch({ knock, proof: await keys.proof() });
    const pending = attempts.pending(keys.link);
    if (!answer.ok) {
      return { name: "watch-failed", turn, failure: answer.failure, pending };
    }
    const { value } = answer;
    const views = "views_left" in value ? { views: { left: value.views_left, expiresAt: value.expires_at } } : {};
    return { name: "watched", turn, seen: { state: value.state, ...views }, pending };
  }

  function unseen(keys: Keys, turn: number): News {
    return { name: "watch-failed", turn, failure: { why: "daemon-unwell" }, pending: attempts.pending(keys.link) };
  }

  function failed(keys: Keys, sent: { readonly what: Request; readonly turn: number }, failure: Failed): News {
    return { name: "failed", turn: sent.turn, what: sent.what, failure, pending: attempts.pending(keys.link) };
  }

  /** A link for elsewhere is opened there; one for here is held, and comes into neither address nor history. */
  function takeLink(text: string): void {
    let end: "no-fragment" | "damaged-link" | null = "damaged-link";
    try {
      // Read as the browser's own address field reads it, since that is where it would have gone.
      const url = new URL(text);
      const keys = keysOf(url);
      if ("why" in keys) {
        end = keys.why;
      } else if (url.origin === tools.origin) {
        hold(keys);
        end = null;
      } else if (url.protocol === "https:" && url.username === "") {
        return tools.go(url.href);
      }
    } catch {
      // It is no address at all.
    }
    tell({ name: "link-taken", end });
  }

  return {
    tell,
    start: (begin) => {
      if ("why" in begin) {
        return tell({ name: "started", end: begin });
      }
      hold(begin);
      tell({ name: "started", end: null });
    },
    clipboard,
  };
}
