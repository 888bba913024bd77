// What people do, where it needs more than a line.

import { readToken } from "../seal/link/token.ts";
import { takenUp, tokenScreen } from "./again.ts";
import { fieldsOf, valueOf } from "./fields.ts";
import { tick } from "./live.ts";
import { anew, type Next, next, type Page, send } from "./page.ts";
import type { FieldName } from "./state.ts";

/** A token was typed. What can't be one is never sent: it would count as a guess. */
export function giveToken(page: Page, text: string): Next {
  const { screen } = page;
  if (screen.name !== "token" || mustWait(page)) {
    return next(page);
  }
  const token = { name: "take-token", text } as const;
  const asked: Page = { ...page, screen: { ...screen, refused: null } };
  if (!isToken(text)) {
    return next({ ...page, trouble: null, retry: null, screen: { ...screen, refused: { why: "malformed" } } });
  }
  if (screen.purpose === "report") {
    return send(asked, "report", token);
  }
  // A link that has ended checks no token. What was asked for before is asked again; typing the token was the click.
  return page.link === "open" ? send(asked, "check", token) : send(takenUp(asked), "reveal", token);
}

/** View, or view again. */
export function view(page: Page): Next {
  if (mustWait(page)) {
    return next(page);
  }
  switch (page.screen.name) {
    case "offer":
      return send(page, "reveal");
    case "forgotten":
      return anew(page);
    default:
      return next(page);
  }
}

/** What was asked once more is to be done. The question stays until the answer comes, and shows that one is awaited. */
export function confirm(page: Page): Next {
  const { question, screen } = page;
  if (question === null || mustWait(page)) {
    return next(page);
  }
  if (screen.name === "dead") {
    return page.withToken
      ? next({ ...page, question: null, screen: tokenScreen(page, "report") })
      : send(page, "report", { name: "take-token", text: null });
  }
  return send(page, question === "destroy" ? "burn" : "report");
}

/** Sends again what got no answer; at a dead end, begins again. */
export function tryAgain(page: Page): Next {
  const { screen } = page;
  if (mustWait(page)) {
    return next(page);
  }
  if (page.retry !== null) {
    return send(page, page.retry);
  }
  if (screen.name === "dead") {
    return page.held ? anew(page) : next(page);
  }
  return tick({ ...page, watch: { ...page.watch, at: page.now } });
}

export function changeField(page: Page, field: FieldName): Next {
  const { screen } = page;
  if (screen.name !== "shown") {
    return next(page);
  }
  const legible = new Set(screen.legible);
  if (!legible.delete(field)) {
    legible.add(field);
  }
  return next({ ...page, screen: { ...screen, legible } });
}

/** Makes everything legible; where everything is, hides it. */
export function toggleAll(page: Page): Next {
  const { screen } = page;
  if (screen.name !== "shown") {
    return next(page);
  }
  const all = fieldsOf(screen.contents);
  const legible = new Set(all.every((field) => screen.legible.has(field)) ? [] : all);
  return next({ ...page, screen: { ...screen, legible } });
}

export function copy(page: Page, field: FieldName): Next {
  const text = page.screen.name === "shown" ? valueOf(page.screen.contents, field) : "";
  return text === "" ? next(page) : next(page, { name: "copy", field, text });
}

/** A request is under way, or the daemon said to come back later. */
function mustWait({ busy, trouble, screen, now }: Page): boolean {
  const why = trouble ?? (screen.name === "dead" ? screen.end : null);
  return busy || (why?.why === "too-many-requests" && now < why.retryAt);
}

function isToken(text: string): boolean {
  try {
    readToken(text).fill(0);
    return true;
  } catch {
    return false;
  }
}
