// A line between browser and daemon that can be cut: TCP passed through as it comes, on a port of its own.
//
// It sees ciphertext alone: what it cuts, it cuts blindly.

import { connect, createServer, type Socket } from "node:net";

export interface Proxy {
  /** Where the browser finds the daemon through it. */
  readonly url: string;
  /** Loses the next answer: what the browser sends goes through, and with the daemon's first bytes after it both sides are cut. */
  loseNextAnswer(): void;
  /** Whether the answer that was to be lost has been. */
  lost(): boolean;
  /** Cuts every line and takes no new one. */
  refuse(): void;
  /** Passes everything on again. */
  heal(): void;
  close(): Promise<void>;
}

export async function proxyTo(port: number): Promise<Proxy> {
  const open = new Set<Socket>();
  let refusing = false;
  let losing: "no" | "asked" | "lost" = "no";

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
      asked ||= losing === "asked";
      daemon.write(bytes);
    });
    daemon.on("data", (bytes) => {
      if (asked && losing === "asked") {
        losing = "lost";
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
    loseNextAnswer: () => void (losing = "asked"),
    lost: () => losing === "lost",
    refuse: () => {
      refusing = true;
      cutAll();
    },
    heal: () => {
      refusing = false;
      losing = "no";
    },
    close: async () => {
      cutAll();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}
