// Who uses an appliance besides the recipient at the page: owners and recipients with `postern`, operators with `posternctl`.

import { program, run, told, type Finished } from "./programs.ts";

/** Every owner's password. */
export const PASSWORD = "correct horse battery staple";

/** The items that ada keeps, each as she types it. */
export const ITEMS = {
  account: ["Staging server", "https://staging.example.com", "deploy", "s3cret-for-staging-7f2c", "", "Ask before you restart it."],
  note: ["Door of the lab", "Left lock: 4711-kestrel, then turn twice."],
  api_secret: ["Weather service", "https://weather.example.com", "key-aurora-19", "wx-secret-5d0a88", "For the staging system only."],
} as const;

export type Item = keyof typeof ITEMS;

/** What an owner has shared with one recipient by hand. */
export interface Shared {
  readonly share: string;
  readonly id: string;
  readonly link: string;
  /** Empty where the link asks for none. */
  readonly token: string;
}

export interface ShareOptions {
  readonly item?: Item;
  readonly views?: number | "unlimited";
  readonly expires?: string;
  readonly starts?: string;
  readonly network?: string;
  readonly withToken?: boolean;
}

/** What an owner sees of a share's only link. */
export interface Seen {
  readonly state: string;
  readonly viewsUsed: number;
  readonly failedTokens: number;
}

/** An owner at a terminal. */
export interface Owner {
  share(options?: ShareOptions): Promise<Shared>;
  look(shared: Shared): Promise<Seen>;
  revoke(shared: Shared): Promise<void>;
  tell(args: readonly string[], lines?: readonly string[]): Promise<any>;
}

/** One record of the audit log. */
export interface AuditRecord {
  readonly event: string;
  /** Why it was refused; empty where it wasn't. */
  readonly refusal: string;
  readonly address: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** Whoever may do everything at the admin socket. */
export interface Operator {
  /** The audit log's records that match, oldest first. */
  records(filter: readonly string[]): Promise<readonly AuditRecord[]>;
  /** What happened to a link, oldest first: the events' names, a refusal's reason behind a colon. */
  events(shared: Shared): Promise<readonly string[]>;
  tell(args: readonly string[]): Promise<any>;
}

/** Somebody outside at a terminal. */
export interface Recipient {
  open(shared: Shared, token?: string): Promise<Finished>;
}

export function ownerAt(home: string, url: string, ca: string): Owner {
  const tell = (args: readonly string[], lines: readonly string[] = []): Promise<any> =>
    told(program("postern"), ["--home", home, "--server", url, "--ca", ca, ...args], lines);
  return {
    tell,
    share: async ({ item = "account", views, expires, starts, network, withToken = true } = {}) => {
      const wishes = [
        ...(views === undefined ? [] : ["--views", String(views)]),
        ...(expires === undefined ? [] : ["--expires", expires]),
        ...(starts === undefined ? [] : ["--starts", starts]),
        ...(network === undefined ? [] : ["--network", network]),
        ...(withToken ? [] : ["--no-token"]),
      ];
      const made = await tell(["share", "create", ITEMS[item][0], "--to", "bob@example.org", "--by-hand", ...wishes]);
      const link = made.links[0];
      return { share: made.id, id: link.id, link: link.link, token: link.token ?? "" };
    },
    look: async (shared) => {
      const link = (await tell(["share", "show", shared.share])).links[0];
      return { state: link.state, viewsUsed: link.views_used, failedTokens: link.failed_tokens };
    },
    revoke: async (shared) => void (await tell(["share", "revoke", shared.share])),
  };
}

export function operatorAt(socket: string): Operator {
  const tell = (args: readonly string[]): Promise<any> => told(program("posternctl"), ["--socket", socket, ...args]);
  const records = async (filter: readonly string[]): Promise<readonly AuditRecord[]> => {
    const answer = await tell(["audit", "list", "--all", ...filter]);
    return answer.rows.map((row: { record: AuditRecord }) => row.record).reverse();
  };
  return {
    tell,
    records,
    events: async (shared) => {
      const all = await records(["--link", shared.id]);
      return all.map((record) => (record.refusal === "" ? record.event : `${record.event}: ${record.refusal}`));
    },
  };
}

export function recipientAt(home: string, ca: string): Recipient {
  return {
    open: async (shared, token = shared.token) =>
      run(program("postern"), ["--home", home, "--ca", ca, "open", "--yes", "--json"], token === "" ? [shared.link] : [shared.link, token]),
  };
}
