// A line between browser and daemon that can be cut: TCP passed through as it comes, on a port of its own.
//
// It sees ciphertext alone: what it cuts, it cuts blindly.

import { connect, createServer, type Socket } from "node:net";

export interface Proxy {
  /** Where the browser finds the daemon through it. */
  readonly url: string;
  /**
   * Loses answers from now on: what the browser sends goes through, and with the daemon's first bytes after it both sides are cut.
   * Browsers send again by themselves what was lost on a line that they had used before, so one answer alone isn't enough.
   */
  loseAnswers(): void;
  /** How many have been lost. */
  lost(): number;
  /** Cuts every line and takes no new one. */
  refuse(): void;
  /** Passes everything on again. */
  heal(): void;
  close(): Promise<void>;
}

export async function proxyTo(port: number): Promise<Proxy> {
  const open = new Set<Socket>();
  let refusing = false;
  let losing = false;
  let lost = 0;

  const server = createServer((browser) => {
    if (refusing) {
      browser.resetAndDestroy();
      return;
    }
    const daemon = connect(port, "127.0.0.1");
    const cut = (): void => {
      browser.resetAndDestroy();
      daemon.resetAndDestroy();
    };
    let asked = false;
    for (const side of [browser, daemon]) {
      open.add(side);
      side.on("error", cut);
      side.on("close", () => {
        open.delete(side);
        browser.destroy();
        daemon.destroy();
      });
    }
    browser.on("data", (bytes) => {
      asked ||= losing;
      daemon.write(bytes);
    });
    daemon.on("data", (bytes) => {
      if (asked && losing) {
        lost += 1;
        cut();
      } else {
        browser.write(bytes);
      }
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  if (address === null || typeof address === "string") {
    throw new Error("the proxy has no port");
  }
  const cutAll = (): void => open.forEach((socket) => socket.resetAndDestroy());
  return {
    url: `https://localhost:${address.port}`,
    loseAnswers: () => void (losing = true),
    lost: () => lost,
    refuse: () => {
      refusing = true;
      cutAll();
    },
    heal: () => {
      refusing = false;
      losing = false;
    },
    close: async () => {
      cutAll();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}
