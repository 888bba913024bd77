// What an item holds. The members of each kind stand in the order of their sealed JSON (docs/protocol.md, "Version record").

export type Account = {
  kind: "account";
  name: string;
  url: string;
  username: string;
  password: string;
  mfa_key: string;
  notes: string;
};
export type Note = { kind: "note"; name: string; body: string };
export type ApiSecret = { kind: "api_secret"; name: string; application_url: string; key: string; secret: string; notes: string };

export type Contents = Account | Note | ApiSecret;
