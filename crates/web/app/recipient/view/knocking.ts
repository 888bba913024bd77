// A moment's wait: whether the link leads anywhere is being asked.

import { say } from "../../words/words.ts";
import { heading, lead, type View } from "./view.ts";

export function knockingView(): View {
  return {
    key: "knocking",
    title: say("page.opening"),
    door: "shut",
    pieces: [heading(say("page.opening")), lead(say("page.opening.note"))],
  };
}
