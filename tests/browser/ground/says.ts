// Which words of the page's catalogue stand where: the one place that knows their keys.

const ENDS = [
  "not-yet", "used-up", "expired", "revoked", "burnt", "frozen", "locked", "unknown-link", "outside-networks", "outside-share-networks",
  "no-certificate",
  "no-network", "daemon-away", "daemon-unwell", "too-many-requests", "browser-too-old", "no-storage", "no-fragment", "damaged-link",
  "not-opened",
] as const;

export type End = (typeof ENDS)[number];

/** The headings by which a page says where it is. */
export const TITLES = {
  token: "page.title",
  "token-to-report": "report.title",
  offer: "offer.title",
  forgotten: "forgotten.title",
  destroyed: "destroyed.title",
  reported: "reported.title",
  /** The daemon's own page for who is not let in. */
  denied: "denied.outside.title",
  "scripts-off": "static.scripts",
  ...(Object.fromEntries(ENDS.map((end) => [end, `end.${end}`])) as Record<End, string>),
} as const;

export type Title = keyof typeof TITLES;

/** What buttons say. */
export const DEEDS = {
  giveToken: "token.go",
  view: "offer.view",
  show: "show",
  hide: "hide",
  copy: "copy",
  showAll: "show.all",
  hideAll: "hide.all",
  prolong: "forgets.prolong",
  forget: "forgets.now",
  viewAgain: "forgotten.again",
  destroy: "shown.done",
  destroyYes: "ask.destroy.yes",
  destroyNo: "ask.destroy.no",
  report: "report.ask",
  reportYes: "ask.report.yes",
  reportNo: "ask.report.no",
  tryAgain: "retry",
  pasteLink: "link.go",
} as const;

export type DeedName = keyof typeof DEEDS;

/** What values are called. */
export const FIELDS = {
  username: "field.username",
  password: "field.password",
  url: "field.url",
  notes: "field.notes",
  body: "field.body",
  application_url: "field.application_url",
  key: "field.key",
  secret: "field.secret",
} as const;

export type Field = keyof typeof FIELDS;
