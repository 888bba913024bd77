// What a screen reader is told when the state changes, beyond what has the focus. A clock that ticks is no news.

import { say } from "../../words/words.ts";
import type { State } from "../state.ts";
import { copiedText, label } from "./shown.ts";
import { refusal } from "./token.ts";
import { troubleText } from "./view.ts";

const SOON_MS = 60_000;

/** The news since the last state on the same screen; empty where there are none. */
export function newsOf(before: State, { now, screen, trouble }: State): string {
  if (trouble && trouble !== before.trouble) {
    return troubleText(trouble);
  }
  const old = before.screen;
  if (screen.name === "token" && old.name === "token" && screen.refused !== old.refused) {
    return refusal(screen) ?? "";
  }
  if (screen.name === "dead" && screen !== old && "pasted" in screen.end) {
    return say("link.mistake");
  }
  if (screen.name !== "shown" || old.name !== "shown") {
    return "";
  }
  const { copied } = screen;
  const was = old.copied;
  if (copied && (copied.how !== was?.how || copied.field !== was.field || copied.clearsAt !== was.clearsAt)) {
    return `${label(copied.field)}: ${copiedText(screen, now) ?? ""}`;
  }
  const either = [...new Set([...screen.legible, ...old.legible])];
  const changed = either.filter((field) => screen.legible.has(field) !== old.legible.has(field));
  const [field] = changed;
  if (field !== undefined) {
    return say(screen.legible.has(field) ? "now.shown" : "now.hidden", { field: changed.map(label).join(", ") });
  }
  const soon = (at: number, forgetsAt: number): boolean => forgetsAt - at <= SOON_MS;
  return soon(now, screen.forgetsAt) && !soon(before.now, old.forgetsAt) ? say("forgets.soon") : "";
}
